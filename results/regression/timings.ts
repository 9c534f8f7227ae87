/**
 * Base and head of timing runs, of the kernels or of the networks on an adapter.
 *
 * @module
 */
import { adapterWords } from "../../base/graphics_api.ts";
import type { GpuTimingRow } from "../rows/gpu_timings.ts";
import { roundsOf, type TimingRow } from "../rows/timings.ts";
import { judgeRounds } from "./costs.ts";
import type { Judged, Judging, NotJudged, RegressionReport } from "./judgement.ts";
import { lackingRows } from "./lacking.ts";

/** What a comparison reads of a timing row of either kind. */
type Timing = Pick<
  TimingRow | GpuTimingRow,
  "rounds_ms" | "adapter" | "api" | "machine" | "finished" | "note"
>;

/** The rows of all timing runs of one kind on one side, run by run. */
export interface TimingSide<Row extends Timing> {
  readonly runs: readonly (readonly Row[])[];
}

/** Identifies a row of the kernel benchmark on both sides. */
export function kernelSubject({ profile, kind, subject, contender, batch }: TimingRow): string {
  return `kernels/${kind}/${subject}/${contender}/batch ${batch}/${profile}`;
}

/** Identifies a row of the timing suite on both sides. */
export function gpuSubject({ profile, kind, subject, layer, phase, contender, batch }: GpuTimingRow): string {
  return `gpu_timing/${[kind, subject, layer, phase, contender].filter(Boolean).join("/")}/batch ${batch}/${profile}`;
}

/**
 * Judges every row that both sides have: the first run of base with the first of head, and so on. If one side has more
 * runs, these are left out with a notice.
 */
export function compareTimings<Row extends Timing>(
  base: TimingSide<Row>,
  head: TimingSide<Row>,
  { subjectOf, ...judging }: Judging & { readonly subjectOf: (row: Row) => string },
): RegressionReport {
  const [before, after] = [bySubject(base, subjectOf), bySubject(head, subjectOf)];
  if (judging.times === "none") return { measured: [], judged: [], notJudged: [], lacking: [], notices: [] };
  const judged: Judged[] = [];
  const notices = new Set<string>();
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
    const [own, other] = [rows.base.slice(0, count), rows.head.slice(0, count)];
    const more = rows.base.length + rows.head.length - 2 * count;
    if (more > 0) notices.add(`One side has ${more} timing runs more than the other: they are left out.`);
    const rounds = own.map((row, i) => ({ base: roundsOf(row), head: roundsOf(other[i]!) }));
    const finished = { base: own.map((row) => row.finished), head: other.map((row) => row.finished) };
    const silent = [...rows.base, ...rows.head].find(({ rounds_ms }) => rounds_ms === "");
    if (silent) refuse(`it was not measured on both sides: ${silent.note}`);
    else judged.push({ subject, metric: "run time", unit: "ms", ...judgeRounds({ rounds, finished }, judging) });
  }
  const measured = new Set(head.runs.flat().map((row) => `timings; ${machineOf(row)}`));
  return { measured: [...measured], judged, notJudged, lacking: lackingRows(notJudged), notices: [...notices] };
}

function machineOf({ adapter, api, machine }: Timing): string {
  return `${adapterWords({ adapter, api })} on ${machine}`;
}

function bySubject<Row extends Timing>({ runs }: TimingSide<Row>, subjectOf: (row: Row) => string): Map<string, Row[]> {
  return Map.groupBy(runs.flat(), subjectOf);
}
