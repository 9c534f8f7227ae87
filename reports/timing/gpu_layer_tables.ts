/**
 * Tables of the timing suite's report: networks layer by layer, and what could not be measured.
 *
 * @module
 */
import type { GpuTimingRow, GpuTimingRun } from "../../results/rows/gpu_timings.ts";
import { cell, counted, integer, measure, NOT_AVAILABLE } from "../page/format.ts";
import { escape, joined, left, type Markdown, md, right, table } from "../page/markdown.ts";
import {
  ceilingsOf,
  type Estimate,
  estimate,
  gigaflops,
  isTimed,
  type LayeredNetwork,
  layeredNetworks,
  milliseconds,
  rest,
  sumOfLayers,
} from "./gpu_rows.ts";
import { range, share } from "./gpu_tables.ts";
import { type Ceilings, shareOfCeiling } from "./kernel_rows.ts";

/** Networks whose layers were timed with their gradients. */
export function trainedNetworks(run: GpuTimingRun): LayeredNetwork[] {
  return layeredNetworks(run).filter(({ whole }) => whole.has("step"));
}

/** Networks of which only the forward pass was timed: those of ImageNet. */
export function forwardNetworks(run: GpuTimingRun): LayeredNetwork[] {
  return layeredNetworks(run).filter(({ whole }) => !whole.has("step"));
}

/** One table per trained network. */
export function layerParagraphs(run: GpuTimingRun): Markdown[] {
  const ceilings = ceilingsOf(run);
  return trainedNetworks(run).flatMap((network) => [
    md`**${escape(network.title)}**, batch ${integer(network.batch)}:`,
    trainedLayers(network, ceilings),
  ]);
}

function trainedLayers(network: LayeredNetwork, ceilings: Ceilings | undefined): Markdown {
  const { layers, whole } = network;
  const step = whole.get("step");
  const stepMs = step?.wall_ms ?? undefined;
  const both = layers.map(({ forward, gradients }) => gradients ?? forward);
  const [forwards, alls] = [sumOfLayers(layers.map(({ forward }) => forward)), sumOfLayers(both)];
  const ofStep = (ms: number | null | undefined) =>
    ms === null || ms === undefined || stepMs === undefined ? NOT_AVAILABLE : share(ms / stepMs);
  const optimiser = whole.get("optimiser");
  const all = alls && estimate(alls);
  const unattributed = stepMs === undefined || !all || !optimiser?.wall_ms
    ? undefined
    : stepMs - all.value - optimiser.wall_ms;
  const total = (
    name: Markdown,
    of: { forward?: Estimate | undefined; both?: number | null | undefined; row?: GpuTimingRow | undefined },
  ): readonly Markdown[] => [
    name,
    of.forward ? measure(of.forward.value) : "",
    "",
    cell(of.both),
    of.row ? cell(of.row.gpu_ms) : "",
    of.row ? cell(gigaflops(of.row)) : "",
    "",
    "",
    ofStep(of.both),
  ];
  return table(
    [
      left("layer"),
      right("forward, ms (95%)"),
      right("backward, ms"),
      right("both, ms"),
      right("both on the device, ms"),
      right("GFLOP/s"),
      right("GB/s"),
      right("of the ceiling, %"),
      right("of the step, %"),
    ],
    [
      ...layers.map(({ forward, gradients }, i) => [
        escape(forward.layer),
        range(milliseconds(forward)),
        gradients ? cell(rest(gradients, forward)?.value) : "",
        cell(both[i]!.wall_ms),
        cell(both[i]!.gpu_ms),
        ...rates(both[i]!, ceilings),
        ofStep(both[i]!.wall_ms),
      ]),
      total(md`sum of the layers`, { forward: forwards && estimate(forwards), both: all?.value }),
      total(md`forward and backward as one`, {
        forward: milliseconds(whole.get("forward")),
        both: whole.get("forward_backward")?.wall_ms,
        row: whole.get("forward_backward"),
      }),
      total(md`optimiser`, { both: optimiser?.wall_ms, row: optimiser }),
      total(md`whole step`, { both: step?.wall_ms, row: step }),
      total(md`unattributed: step less layers and optimiser`, { both: unattributed }),
    ],
  );
}

/** Columns of a layer: GFLOP/s, GB/s and share of the ceiling. */
export function rates(row: GpuTimingRow, ceilings: Ceilings | undefined): Markdown[] {
  return [
    row.flops === 0 ? "" : cell(gigaflops(row)),
    cell(isTimed(row) && row.bytes !== null ? row.bytes / row.wall_ms / 1e6 : undefined),
    cell(isTimed(row) && ceilings ? shareOfCeiling(row, ceilings) : undefined, share),
  ];
}

/** What was not measured, each reason once. */
export function absenceItems({ rows }: GpuTimingRun): Markdown[] {
  const absent = rows.filter((row) => !isTimed(row));
  return [...Map.groupBy(absent, ({ note }) => note.replace(/\d+(\.\d+)?(e\+\d+)? ms, /, "... ms, "))].map(
    ([, rows]) => {
      const where = Map.groupBy(rows, ({ title }) => title);
      const items = [...where].map(([title, rows]) => {
        const batches = joined([...new Set(rows.map(({ batch }) => integer(batch)))], ", ");
        return md`${escape(title)} (${counted(rows.length, "value")}, batch ${batches})`;
      });
      return md`${escape(rows[0]!.note)}${rows.length > 1 ? md`, or similar` : ""}: ${joined(items, "; ")}.`;
    },
  );
}
