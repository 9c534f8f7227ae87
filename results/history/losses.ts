/**
 * What a history lacks: trials without a result, values over fewer trials than their neighbours, metrics that vanished.
 *
 * @module
 */
import { type Commit, commitsOf, newestCommit, type Series, type SeriesPoint, summaryOf } from "./series.ts";
import type { HistoryRecord, TRIAL_METRICS } from "./store.ts";

/** Trials of a variant that failed at a commit, or were planned and have no row. */
export interface LostTrials extends Pick<HistoryRecord, "machine" | "suite" | "profile" | "variant"> {
  readonly commit: Commit;
  readonly failed: number;
  readonly missing: number;
  /** Left out if a run did not say. */
  readonly planned?: number;
}

/** A value over fewer trials than it should rest on. */
export interface ThinValue {
  readonly series: Series;
  readonly point: SeriesPoint;
  /** Trials that were planned or, if that is more, that a neighbouring commit has. */
  readonly expected: number;
}

/** A metric that earlier commits have, and the newest commit that ran its suite on its machine has not. */
export interface VanishedMetric extends Pick<HistoryRecord, "machine" | "suite" | "profile" | "variant" | "metric"> {
  readonly last: Commit;
  readonly newest: Commit;
}

/** Everything that is missing, in the order of the commits. */
export interface Losses {
  readonly trials: readonly LostTrials[];
  readonly thin: readonly ThinValue[];
  readonly vanished: readonly VanishedMetric[];
  /** Those of `trials` at the newest commit of their suite on their machine. */
  readonly newest: readonly LostTrials[];
}

/** Looks through the `series` of all `records`. */
export function lossesOf(records: readonly HistoryRecord[], series: readonly Series[]): Losses {
  const commits = new Map(commitsOf(records).map((commit) => [commit.commit, commit]));
  const groups = [...Map.groupBy(records, groupOf).values()];
  const newest = new Map(groups.map((own) => [groupOf(own[0]!), newestCommit(own).commit]));
  const trials = lostTrials(records, commits);
  return {
    trials,
    thin: series.flatMap(thinValues).sort((a, b) => a.point.number - b.point.number),
    vanished: groups.flatMap((own) => vanishedMetrics(own, { commits, newest: newest.get(groupOf(own[0]!))! })),
    newest: trials.filter((lost) => newest.get(groupOf(lost)) === lost.commit.commit),
  };
}

/** What one machine runs again and again. */
function groupOf({ machine, suite, profile }: Pick<HistoryRecord, "machine" | "suite" | "profile">): string {
  return JSON.stringify([machine, suite, profile]);
}

function lostTrials(records: readonly HistoryRecord[], commits: ReadonlyMap<string, Commit>): LostTrials[] {
  const counts = records.filter(({ unit, centre }) => unit === "trials" && centre === "sum");
  const byVariant = Map.groupBy(counts, (record) => JSON.stringify([record.commit, groupOf(record), record.variant]));
  return [...byVariant.values()].flatMap((own): LostTrials[] => {
    const { commit, machine, suite, profile, variant } = own[0]!;
    const of = (metric: (typeof TRIAL_METRICS)[number]) => own.filter((record) => record.metric === metric);
    const total = (metric: (typeof TRIAL_METRICS)[number]) => of(metric).reduce((sum, { value }) => sum + value, 0);
    const [failed, missing] = [total("failed_trials"), total("missing_trials")];
    if (failed + missing === 0) return [];
    const { planned } = summaryOf(of("failed_trials"));
    const columns = { commit: commits.get(commit)!, machine, suite, profile, variant, failed, missing };
    return [{ ...columns, ...(planned !== undefined && { planned }) }];
  }).sort((a, b) => a.commit.number - b.commit.number);
}

function thinValues(series: Series): ThinValue[] {
  return series.points.flatMap((point, index): ThinValue[] => {
    if (point.trials === undefined || series.unit === "trials") return [];
    const neighbours = [series.points[index - 1], series.points[index + 1]].map((each) => each?.trials ?? 0);
    const expected = Math.max(point.planned ?? 0, ...neighbours);
    return point.trials < expected ? [{ series, point, expected }] : [];
  });
}

function vanishedMetrics(
  own: readonly HistoryRecord[],
  { commits, newest }: { readonly commits: ReadonlyMap<string, Commit>; readonly newest: string },
): VanishedMetric[] {
  const nameOf = ({ variant, metric }: HistoryRecord) => JSON.stringify([variant, metric]);
  const there = new Set(own.filter(({ commit }) => commit === newest).map(nameOf));
  return [...Map.groupBy(own, nameOf)].filter(([name]) => !there.has(name)).map(([, records]) => {
    const { machine, suite, profile, variant, metric } = records[0]!;
    const last = commits.get(newestCommit(records).commit)!;
    return { machine, suite, profile, variant, metric, last, newest: commits.get(newest)! };
  });
}
