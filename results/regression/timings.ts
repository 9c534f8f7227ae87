/**
 * Base and head of timing runs: of the kernels, or of the networks on an adapter.
 *
 * @module
 */
import type { GpuTimingRow } from "../gpu_timings.ts";
import { roundsOf, type TimingRow } from "../timings.ts";
import { judgeRounds } from "./costs.ts";
import type { Judged, NotJudged, RegressionReport, Thresholds } from "./row.ts";

/** What is compared of a timing row of either kind. */
type Timing = Pick<
  TimingRow | GpuTimingRow,
  "rounds_ms" | "adapter" | "adapter_kind" | "machine" | "commit" | "profile" | "note"
>;

/** The rows of all timing runs of one kind on one side, run by run. */
export interface TimingSide<Row extends Timing> {
  readonly runs: readonly (readonly Row[])[];
}

/** What makes a row of the kernels' benchmark the same one on both sides. */
export function kernelSubject({ profile, kind, subject, contender, batch }: TimingRow): string {
  return `kernels/${kind}/${subject}/${contender}/batch ${batch}/${profile}`;
}

/** What makes a row of the timing suite the same one on both sides. */
export function gpuSubject({ profile, kind, subject, layer, phase, contender, batch }: GpuTimingRow): string {
  return `gpu_timing/${[kind, subject, layer, phase, contender].filter(Boolean).join("/")}/batch ${batch}/${profile}`;
}

/** Judges every row that both sides have: the first run of base with the first of head, and so on. */
export function compareTimings<Row extends Timing>(
  base: TimingSide<Row>,
  head: TimingSide<Row>,
  { subjectOf, thresholds }: { readonly subjectOf: (row: Row) => string; readonly thresholds: Thresholds },
): RegressionReport {
  const [before, after] = [bySubject(base, subjectOf), bySubject(head, subjectOf)];
  const judged: Judged[] = [];
  const notJudged: NotJudged[] = [];
  for (const subject of new Set([...after.keys(), ...before.keys()])) {
    const rows = { base: before.get(subject), head: after.get(subject) };
    if (!rows.base || !rows.head) {
      notJudged.push({ subject, found: rows.base ? "only in base" : "only in head", reason: "" });
      continue;
    }
    const refuse = (reason: string) => notJudged.push({ subject, metric: "run time", found: "not comparable", reason });
    const machines = new Set([...rows.base, ...rows.head].map(machineOf));
    if (machines.size > 1) {
      refuse(`times of different machines: ${[...machines].map((machine) => `"${machine}"`).join(" and ")}`);
      continue;
    }
    const count = Math.min(rows.base.length, rows.head.length);
    const rounds = Array.from({ length: count }, (_, i) => ({
      base: roundsOf(rows.base![i]!),
      head: roundsOf(rows.head![i]!),
    }));
    const silent = [...rows.base, ...rows.head].find(({ rounds_ms }) => rounds_ms === "");
    if (silent) refuse(`it was not measured on both sides: ${silent.note}`);
    else judged.push({ subject, metric: "run time", unit: "ms", ...judgeRounds(rounds, thresholds.ratio) });
  }
  return { judged, notJudged, notices: [] };
}

/** The adapter; where that is software, with the machine that does the work. */
function machineOf({ adapter, adapter_kind, machine }: Timing): string {
  return adapter_kind === "hardware" ? adapter : `${adapter} on ${machine}`;
}

function bySubject<Row extends Timing>({ runs }: TimingSide<Row>, subjectOf: (row: Row) => string): Map<string, Row[]> {
  return Map.groupBy(runs.flat(), subjectOf);
}
