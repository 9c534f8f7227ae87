/**
 * Two revisions, each as the folders of its runs: what regressed, what improved, what can't be told.
 *
 * @module
 */
import { UserError } from "../../base/errors.ts";
import { type GpuTimingRow, holdsGpuTimings, readGpuTimings } from "../gpu_timings.ts";
import { runFolders } from "../run_folders.ts";
import { readRun, type Run } from "../store.ts";
import { holdsTimings, readTimings, type TimingRow } from "../timings.ts";
import { judgeErrors } from "./errors.ts";
import type { RegressionReport, Thresholds } from "./row.ts";
import { compareSuites, type SuiteReport } from "./suites.ts";
import { compareTimings, gpuSubject, kernelSubject } from "./timings.ts";

/** What was measured of one revision. */
export interface Side {
  readonly runs: readonly Run[];
  /** Of the kernels' benchmark, run by run. */
  readonly timings: readonly (readonly TimingRow[])[];
  /** Of the timing suite, run by run. */
  readonly gpuTimings: readonly (readonly GpuTimingRow[])[];
  /** What was left out while reading, a sentence each. */
  readonly notices: readonly string[];
}

/**
 * Reads all runs in `folder` or under it.
 *
 * @throws {UserError} It holds none, or a damaged one.
 */
export function readSide(folder: string): Side {
  const folders = runFolders(folder);
  const timed = folders.filter(holdsTimings).map((path) => readTimings(path));
  const gpuTimed = folders.filter(holdsGpuTimings).map((path) => readGpuTimings(path));
  const runs = folders.filter((path) => !holdsTimings(path) && !holdsGpuTimings(path)).map((path) => readRun(path));
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
  { thresholds }: { readonly thresholds: Thresholds },
): RegressionReport {
  const parts = [
    ...compareRuns(base, head, thresholds),
    compareTimings({ runs: base.timings }, { runs: head.timings }, { subjectOf: kernelSubject, thresholds }),
    compareTimings({ runs: base.gpuTimings }, { runs: head.gpuTimings }, { subjectOf: gpuSubject, thresholds }),
  ];
  const report = {
    judged: judgeErrors(parts.flatMap(({ judged }) => judged), thresholds.errorPct),
    notJudged: parts.flatMap(({ notJudged }) => notJudged),
    notices: [...base.notices, ...head.notices, ...new Set(parts.flatMap(({ notices }) => notices))],
  };
  if (report.judged.length === 0) {
    const [first] = report.notJudged.filter(({ reason }) => reason !== "");
    const why = first ? `${first.subject}: ${first.reason}` : "no variant was measured on both sides";
    throw new UserError(`Nothing can be compared: ${why}. Name two runs of the same suite, profile and data.`);
  }
  return report;
}

function compareRuns(base: Side, head: Side, thresholds: Thresholds): SuiteReport[] {
  const [before, after] = [bySuite(base), bySuite(head)];
  return [...new Set([...after.keys(), ...before.keys()])].map((suite) => {
    const [baseRuns, headRuns] = [before.get(suite), after.get(suite)];
    if (baseRuns && headRuns) return compareSuites({ runs: baseRuns }, { runs: headRuns }, { thresholds });
    return { judged: [], notJudged: [onOneSide(suite, { before, after })], notices: [] };
  });
}

function onOneSide(
  suite: string,
  { before, after }: { readonly before: Map<string, Run[]>; readonly after: Map<string, Run[]> },
): RegressionReport["notJudged"][number] {
  const own = before.has(suite) ? before : after;
  const other = own === before ? after : before;
  const { suite: id, profile } = own.get(suite)![0]!.environment;
  const otherProfile = [...other.values()].flat().find(({ environment }) => environment.suite === id)?.environment
    .profile;
  return otherProfile === undefined
    ? { subject: id, found: own === before ? "only in base" : "only in head", reason: "" }
    : {
      subject: id,
      found: "not comparable",
      reason: `profile differs: "${own === before ? profile : otherProfile}" in base, ` +
        `"${own === before ? otherProfile : profile}" in head`,
    };
}

/** Runs without a trial say nothing. */
function bySuite({ runs }: Side): Map<string, Run[]> {
  return Map.groupBy(
    runs.filter(({ trials }) => trials.length > 0),
    ({ environment: { suite, profile } }) => `${suite} ${profile}`,
  );
}
