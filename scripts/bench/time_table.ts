/**
 * `--timings`: where the time of a run went.
 *
 * @module
 */
import { Stopwatch } from "../../base/stopwatch.ts";
import { RUN_PARTS, type RunPart } from "../../engine/running/run_parts.ts";

/** A stopwatch from the start of this process; what has passed is set-up. */
export function processStopwatch(): Stopwatch<RunPart> {
  const watch = new Stopwatch<RunPart>(0);
  watch.add("set-up", performance.now() / 1000);
  return watch;
}

/** The seconds of each part by suite, as lines of text. `other` is what no part accounts for. */
export function timeTable(watches: ReadonlyMap<string, Stopwatch<RunPart>>): string {
  const rows = [...watches].map(([suite, watch]) => {
    const parts = RUN_PARTS.map((part) => watch.seconds(part));
    const { elapsed } = watch;
    return { suite, seconds: [...parts, elapsed - sum(parts), elapsed] };
  });
  const totals = rows[0]!.seconds.map((_, column) => sum(rows.map(({ seconds }) => seconds[column]!)));
  const all = rows.length > 1 ? [...rows, { suite: "all", seconds: totals }] : rows;
  const cells = [
    ["seconds", ...RUN_PARTS, "other", "total"],
    ...all.map(({ suite, seconds }) => [suite, ...seconds.map((value) => value.toFixed(1))]),
  ];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells.map(([name, ...values]) =>
    [name!.padEnd(widths[0]!), ...values.map((value, i) => value.padStart(widths[i + 1]!))].join("  ")
  ).join("\n");
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
