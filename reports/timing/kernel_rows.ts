/**
 * A run of timings, arranged for its report: who is compared with whom, ratios, shares of the ceilings.
 *
 * @module
 */
import { adapterWords } from "../../base/graphics_api.ts";
import { roundsOf, type TimingRow, type TimingRun } from "../../results/rows/timings.ts";
import { medianRatio, type Ratio } from "../../results/statistics/ratio.ts";

/** The kernel set that all others are compared with. */
export const OWN = "tuned";

/** TensorFlow.js's own kernels. */
export const STOCK = "stock";

/** Contenders that `bench kernels` times by itself; all others are peers. */
export const KERNEL_SETS: readonly string[] = [OWN, "unshared", STOCK];

/** A row that was measured. */
export type TimedRow = TimingRow & { readonly wall_ms: number };

/** One subject with all contenders that were timed on it. */
export interface SubjectRow {
  readonly title: string;
  readonly own: TimedRow;
  readonly others: ReadonlyMap<string, { readonly row: TimedRow; /** Its time over our own. */ readonly ratio: Ratio }>;
}

/** What the adapter can do at best. */
export interface Ceilings {
  readonly flopsPerMs: number;
  readonly bytesPerMs: number;
}

/** The subjects of a kind, in the order in which they were timed. */
export function subjectRows({ rows }: TimingRun, kind: "step" | "kernel"): SubjectRow[] {
  const bySubject = Map.groupBy(rows.filter(isTimed).filter((row) => row.kind === kind), (row) => row.subject);
  return [...bySubject.values()].flatMap((rows) => {
    const own = rows.find((row) => row.contender === OWN);
    if (own === undefined) return [];
    const others = rows.filter((row) => row !== own).map((row) =>
      [row.contender, { row, ratio: medianRatio(roundsOf(row), roundsOf(own)) }] as const
    );
    return [{ title: own.title, own, others: new Map(others) }];
  });
}

/** All contenders except our own kernels, timed or not, in the order in which they appear. */
export function contendersOf({ rows }: TimingRun): string[] {
  return [...new Set(rows.filter((row) => row.kind === "step" && row.contender !== OWN).map((row) => row.contender))];
}

/** The run's ceilings; undefined if it was interrupted before they were measured. */
export function ceilingsOf({ rows }: TimingRun): Ceilings | undefined {
  const ceilings = rows.filter(isTimed).filter((row) => row.kind === "ceiling");
  const flops = ceilings.find((row) => row.flops !== null);
  const bytes = ceilings.find((row) => row.bytes !== null);
  if (!flops || !bytes) return undefined;
  return { flopsPerMs: flops.flops! / flops.wall_ms, bytesPerMs: bytes.bytes! / bytes.wall_ms };
}

/** The least time that the ceilings allow for a row's operations and bytes, as a share of the time that it took. */
export function shareOfCeiling(
  { flops, bytes, wall_ms }: Pick<TimedRow, "flops" | "bytes" | "wall_ms">,
  { flopsPerMs, bytesPerMs }: Ceilings,
): number {
  return Math.max((flops ?? 0) / flopsPerMs, (bytes ?? 0) / bytesPerMs) / wall_ms;
}

/** Whether the interval of a ratio excludes 1. */
export function outcome({ interval }: Ratio): "faster" | "slower" | "undecided" {
  return interval.low > 1 ? "faster" : interval.high < 1 ? "slower" : "undecided";
}

/** The WebGPU adapter that a run is about. */
export function adapterOf({ rows }: TimingRun): string {
  const row = rows.find(({ kind }) => kind === "ceiling");
  return row === undefined ? "an unknown adapter" : adapterWords(row);
}

function isTimed(row: TimingRow): row is TimedRow {
  return row.wall_ms !== null;
}
