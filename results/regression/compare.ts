/**
 * Two revisions, each given by its run folders: what regressed, what improved, and what can't be decided.
 *
 * @module
 */
import { UserError } from "../../base/errors.ts";
import { runFolders } from "../folder/run_folders.ts";
import { readRun, type Run } from "../folder/store.ts";
import type { GpuTimingRow } from "../rows/gpu_timings.ts";
import { TABLES } from "../rows/list.ts";
import { holdsTable, readTable } from "../rows/table.ts";
import type { TimingRow } from "../rows/timings.ts";
import { judgeErrors } from "./error_rates.ts";
import type { Judging, NotJudged, RegressionReport } from "./judgement.ts";
import { lackingRows } from "./lacking.ts";
import { judgeLosses } from "./loss_curves.ts";
import { compareSuites, type SuiteReport } from "./suites.ts";
import { compareTimings, gpuSubject, kernelSubject } from "./timings.ts";

/** What was measured of one revision. */
export interface Side {
  /** Runs of suites. */
  readonly runs: readonly Run[];
  /** Rows of the kernel benchmark, run by run. */
  readonly timings: readonly (readonly TimingRow[])[];
  /** Rows of the timing suite, run by run. */
  readonly gpuTimings: readonly (readonly GpuTimingRow[])[];
  /** What was left out while reading, a sentence each. */
  readonly notices: readonly string[];
}

/**
 * Reads all runs in `folder` or under it.
 *
 * @throws {UserError} The folder has no run, or a damaged one.
 */
export function readSide(folder: string): Side {
  const all = runFolders(folder);
  // Comparisons of steps have two sides of their own; the others have none.
  const left = [TABLES.memory, TABLES.calibration, TABLES.slices, TABLES.stepComparisons, TABLES.stepKernels];
  const folders = all.filter((path) => !left.some((table) => holdsTable(table, path)));
  const timed = folders.filter((folder) => holdsTable(TABLES.timings, folder)).map((path) =>
    readTable(TABLES.timings, path)
  );
  const gpuTimed = folders.filter((folder) => holdsTable(TABLES.gpuTimings, folder)).map((path) =>
    readTable(TABLES.gpuTimings, path)
  );
  const runs = folders.filter((path) => !holdsTable(TABLES.timings, path) && !holdsTable(TABLES.gpuTimings, path)).map((
    path,
  ) => readRun(path));
  return {
    runs,
    timings: timed.map(({ rows }) => rows),
    gpuTimings: gpuTimed.map(({ rows }) => rows),
    notices: [...timed, ...gpuTimed, ...runs].flatMap(({ notices }) => notices),
  };
}

/**
 * Judges everything that both sides measured: suites by suite and profile, timings row by row.
 *
 * @throws {UserError} Nothing can be compared, with the first reason.
 */
export function compareSides(
  base: Side,
  head: Side,
  judging: Judging,
): RegressionReport {
  const parts = [
    ...compareRuns(base, head, judging),
    compareTimings({ runs: base.timings }, { runs: head.timings }, { subjectOf: kernelSubject, ...judging }),
    compareTimings({ runs: base.gpuTimings }, { runs: head.gpuTimings }, { subjectOf: gpuSubject, ...judging }),
  ];
  const report = {
    measured: parts.flatMap(({ measured }) => measured),
    judged: judgeLosses(judgeErrors(parts.flatMap(({ judged }) => judged), judging.thresholds.errorPct)),
    notJudged: parts.flatMap(({ notJudged }) => notJudged),
    lacking: parts.flatMap(({ lacking }) => lacking),
    notices: [...base.notices, ...head.notices, ...new Set(parts.flatMap(({ notices }) => notices))],
  };
  if (report.judged.length === 0) {
    const [first] = report.notJudged.filter(({ reason }) => reason !== "");
    const why = first ? `${first.subject}: ${first.found}, ${first.reason}` : "no variant was measured on both sides";
    throw new UserError(`Nothing can be compared: ${why}. Name two runs of the same suite, profile and data.`);
  }
  return report;
}

function compareRuns(base: Side, head: Side, judging: Judging): SuiteReport[] {
  const [before, after] = [bySuite(base), bySuite(head)];
  return [...new Set([...after.keys(), ...before.keys()])].map((suite) => {
    const own = { base: before.get(suite), head: after.get(suite) };
    if (own.base && own.head) return compareSuites({ runs: own.base }, { runs: own.head }, judging);
    const [run] = own.base ?? own.head ?? [];
    const { suite: subject, profile } = run!.environment;
    const found = own.base ? "only in base" : "only in head";
    const notJudged: NotJudged[] = [{ subject, found, reason: `profile ${profile}` }];
    return { measured: [], judged: [], notJudged, lacking: lackingRows(notJudged), notices: [] };
  });
}

/** By suite and profile, without runs that have no trial. */
function bySuite({ runs }: Side): Map<string, Run[]> {
  return Map.groupBy(
    runs.filter(({ trials }) => trials.length > 0),
    ({ environment: { suite, profile } }) => `${suite} ${profile}`,
  );
}
