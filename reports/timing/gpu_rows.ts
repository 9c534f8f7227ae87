/**
 * A run of the timing suite, arranged for its report: phases by batch size, layers next to their whole, shares.
 *
 * @module
 */
import { adapterWords } from "../../base/graphics_api.ts";
import type { GpuTimingRow, GpuTimingRun, Phase } from "../../results/rows/gpu_timings.ts";
import { roundsOf } from "../../results/rows/timings.ts";
import { medianRatio, type Ratio } from "../../results/statistics/ratio.ts";
import type { Ceilings } from "./kernel_rows.ts";

/** A row that was measured. */
export type TimedRow = GpuTimingRow & { readonly wall_ms: number };

/** A median with its 95% interval. */
export type Estimate = Ratio;

/** One network at one batch size: its rows by phase. */
export interface PhaseRows {
  readonly title: string;
  readonly subject: string;
  readonly batch: number;
  readonly phases: ReadonlyMap<Phase, GpuTimingRow>;
}

/** A layer of a network; `times` says how often the network has it. */
export interface LayerRows {
  readonly forward: GpuTimingRow;
  /** Left out if only the forward pass was to be timed. */
  readonly gradients?: GpuTimingRow;
}

/** A network and its layers, timed alternately. */
export interface LayeredNetwork {
  readonly title: string;
  readonly subject: string;
  readonly batch: number;
  readonly whole: ReadonlyMap<Phase, GpuTimingRow>;
  readonly layers: readonly LayerRows[];
}

/** Whether a row was measured. */
export function isTimed(row: GpuTimingRow): row is TimedRow {
  return row.wall_ms !== null;
}

/** Median of a row's rounds, in milliseconds. */
export function milliseconds(row: GpuTimingRow | undefined): Estimate | undefined {
  return row && isTimed(row) ? estimate(roundsOf(row)) : undefined;
}

/** Median of values, with the bootstrap interval of {@linkcode medianRatio}. */
export function estimate(values: readonly number[]): Estimate {
  return medianRatio(values, [1]);
}

/** Images per second. */
export function perSecond(row: GpuTimingRow | undefined): Estimate | undefined {
  return row && isTimed(row) ? estimate(roundsOf(row).map((ms) => 1000 * row.batch / ms)) : undefined;
}

/**
 * How much longer `whole` takes than `part`, round by round; undefined if one of them was not timed. Noise may make it
 * negative.
 */
export function rest(whole: GpuTimingRow | undefined, part: GpuTimingRow | undefined): Estimate | undefined {
  if (!whole || !part || !isTimed(whole) || !isTimed(part)) return undefined;
  const parts = roundsOf(part);
  return estimate(roundsOf(whole).map((ms, round) => ms - parts[round]!));
}

/** Billions of floating-point operations per second. */
export function gigaflops(row: GpuTimingRow | undefined): number | undefined {
  return row && isTimed(row) && row.flops ? row.flops / row.wall_ms / 1e6 : undefined;
}

/** The run's ceilings; undefined if it was interrupted before they were measured. */
export function ceilingsOf({ rows }: GpuTimingRun): Ceilings | undefined {
  const ceilings = rows.filter(isTimed).filter(({ kind }) => kind === "ceiling");
  const flops = ceilings.find((row) => row.flops !== null);
  const bytes = ceilings.find((row) => row.bytes !== null);
  if (!flops || !bytes) return undefined;
  return { flopsPerMs: flops.flops! / flops.wall_ms, bytesPerMs: bytes.bytes! / bytes.wall_ms };
}

/** Every network at every batch size, in the order in which they were timed. */
export function phaseRows({ rows }: GpuTimingRun): PhaseRows[] {
  return byNetworkAndBatch(rows.filter(({ kind }) => kind === "phase")).map(({ rows, ...network }) => (
    { ...network, phases: new Map(rows.map((row) => [row.phase, row])) }
  ));
}

/** Every network whose layers have rows; those of ImageNet have no gradients. */
export function layeredNetworks({ rows }: GpuTimingRun): LayeredNetwork[] {
  const found = byNetworkAndBatch(rows.filter(({ kind }) => kind === "whole" || kind === "layer"));
  return found.map(({ rows, ...network }) => {
    const layers = Map.groupBy(rows.filter(({ kind }) => kind === "layer"), ({ layer }) => layer);
    return {
      ...network,
      whole: new Map(rows.filter(({ kind }) => kind === "whole").map((row) => [row.phase, row])),
      layers: [...layers.values()].map((rows) => {
        const gradients = rows.find(({ phase }) => phase === "forward_backward");
        return { forward: rows.find(({ phase }) => phase === "forward")!, ...(gradients && { gradients }) };
      }),
    };
  });
}

function byNetworkAndBatch(rows: readonly GpuTimingRow[]) {
  const groups = Map.groupBy(rows, ({ subject, batch }) => JSON.stringify([subject, batch]));
  return [...groups.values()].map((rows) => {
    const { title, subject, batch } = rows[0]!;
    return { title, subject, batch, rows };
  });
}

/** A network's layers together, one value per round; undefined if one of them was not timed. */
export function sumOfLayers(rows: readonly GpuTimingRow[]): number[] | undefined {
  if (rows.length === 0 || !rows.every(isTimed)) return undefined;
  const rounds = Math.min(...rows.map((row) => roundsOf(row).length));
  const all = rows.map((row) => roundsOf(row).map((ms) => ms * row.times));
  return Array.from({ length: rounds }, (_, round) => all.reduce((sum, values) => sum + values[round]!, 0));
}

/** The convolutions' share of a network's counts and of its layers' forward time, from 0 to 1. */
export function convolutionShares({ layers }: LayeredNetwork): {
  readonly parameters: number;
  readonly macs: number;
  readonly time: Estimate | undefined;
} {
  const all = layers.map(({ forward }) => forward);
  const convolutions = all.filter(({ layer_kind }) => layer_kind === "conv");
  const sum = (rows: readonly GpuTimingRow[], key: "parameters" | "macs") =>
    rows.reduce((total, row) => total + row.times * (row[key] ?? 0), 0);
  const [part, whole] = [sumOfLayers(convolutions), sumOfLayers(all)];
  return {
    parameters: sum(convolutions, "parameters") / sum(all, "parameters"),
    macs: sum(convolutions, "macs") / sum(all, "macs"),
    time: part && whole && estimate(part.map((ms, round) => ms / whole[round]!)),
  };
}

/** The adapter that a run is about. */
export function adapterOf({ rows }: GpuTimingRun): string {
  return rows[0] === undefined ? "an unknown adapter" : adapterWords(rows[0]);
}
