/**
 * A history as series over commits, one per machine class, suite version, variant and metric, and where they jump.
 *
 * @module
 */
import { median } from "simple-statistics";
import { changePoints } from "../statistics/change_points.ts";
import { type Interval, tInterval } from "../statistics/intervals.ts";
import { medianInterval } from "../statistics/median.ts";
import { centreOf } from "./metrics.ts";
import type { HistoryRecord } from "./store.ts";

/** A commit, and local changes if there were any. */
export interface Commit {
  readonly commit: string;
  /** The commit's time by git, or the start of its first run if git did not say. ISO 8601. */
  readonly time: string;
  /** Position among all commits of the history, from 1. */
  readonly number: number;
}

/** What all runs of a commit measured. */
export interface SeriesPoint extends Commit {
  readonly value: number;
  readonly samples: number;
  /** 95%; left out if there are too few samples. */
  readonly interval?: Interval;
}

/** A jump to another level. */
export interface Step {
  readonly kind: "worse" | "better";
  readonly lastBefore: SeriesPoint;
  readonly firstAfter: SeriesPoint;
  /** Medians of the levels on both sides, and of the series' last level. */
  readonly before: number;
  readonly after: number;
  readonly now: number;
  readonly p: number;
}

/** What makes values comparable, and what they are. */
export type SeriesKey = Pick<
  HistoryRecord,
  "machine" | "suite" | "profile" | "suite_version" | "variant" | "metric" | "unit" | "better"
>;

/** One metric over commits, oldest first. */
export interface Series extends SeriesKey {
  readonly points: readonly SeriesPoint[];
  readonly steps: readonly Step[];
}

/** Smallest step worth a search, as a share of a time, size or rate. */
export const LEAST_STEP = 0.02;

/** {@linkcode leastStep} in words. */
export const LEAST_STEP_RULE = `${100 * LEAST_STEP}% of a time, size or rate; of an error rate its standard error on ` +
  "that many images, what another test set of that size would move it by";

/** All series of a history, in order of first appearance. */
export function seriesOf(records: readonly HistoryRecord[]): Series[] {
  const commits = new Map(commitsOf(records).map((commit) => [commit.commit, commit]));
  const groups = Map.groupBy(records, (record) => JSON.stringify(Object.values(keyOf(record))));
  return [...groups.values()].map((own) => {
    const points = [...Map.groupBy(own, ({ commit }) => commit)]
      .map(([commit, runs]) => pointOf(commits.get(commit)!, runs))
      .sort((a, b) => a.number - b.number);
    return { ...keyOf(own[0]!), points, steps: stepsOf(points, own[0]!) };
  });
}

/** Every commit, oldest first. */
export function commitsOf(records: readonly HistoryRecord[]): Commit[] {
  const timeOf = (runs: readonly HistoryRecord[]) =>
    runs.find((run) => run.commit_time !== undefined)?.commit_time ?? runs.map((run) => run.started).sort()[0]!;
  return [...Map.groupBy(records, ({ commit }) => commit)]
    .map(([commit, runs]) => ({ commit, time: timeOf(runs) }))
    .sort((a, b) => Date.parse(a.time) - Date.parse(b.time))
    .map((commit, index) => ({ ...commit, number: index + 1 }));
}

/** The value of all `records` together, with its interval. */
export function summaryOf(records: readonly HistoryRecord[]): Pick<SeriesPoint, "value" | "samples" | "interval"> {
  const { centre } = records[0]!;
  const samples = records.flatMap((record) => record.samples);
  const interval = centre === "median" ? medianInterval(samples) : samples.length < 2 ? undefined : tInterval(samples);
  return { value: centreOf(samples, centre), samples: samples.length, ...(interval && { interval }) };
}

function keyOf({ machine, suite, profile, suite_version, variant, metric, unit, better }: HistoryRecord): SeriesKey {
  return { machine, suite, profile, suite_version, variant, metric, unit, better };
}

function pointOf(commit: Commit, runs: readonly HistoryRecord[]): SeriesPoint {
  return { ...commit, ...summaryOf(runs) };
}

function stepsOf(points: readonly SeriesPoint[], { better, unit, tested }: HistoryRecord): Step[] {
  const values = points.map(({ value }) => value);
  const found = lasting(changePoints(values), values, (level) => leastStep(level, { unit, tested }));
  const levels = levelsOf(values, found);
  return found.map(({ index, p }, i) => {
    const [before, after] = [levels[i]!, levels[i + 1]!];
    return {
      kind: (after > before) === (better === "smaller") ? "worse" : "better",
      lastBefore: points[index - 1]!,
      firstAfter: points[index]!,
      before,
      after,
      now: levels.at(-1)!,
      p,
    };
  });
}

/** The smallest difference from `level` that is reported. */
function leastStep(level: number, { unit, tested }: { unit: string; tested: number | undefined }): number {
  if (unit !== "%" || tested === undefined) return LEAST_STEP * Math.abs(level);
  const rate = Math.min(1, Math.max(0, level / 100));
  return 100 * Math.sqrt(rate * (1 - rate) / tested);
}

/** Leaves out points between levels that differ too little; the two levels become one. */
function lasting<Point extends { readonly index: number }>(
  points: readonly Point[],
  values: readonly number[],
  least: (level: number) => number,
): readonly Point[] {
  const levels = levelsOf(values, points);
  const small = points.findIndex((_, i) => Math.abs(levels[i + 1]! - levels[i]!) < least(levels[i]!));
  return small < 0 ? points : lasting(points.toSpliced(small, 1), values, least);
}

/** Median of each stretch between the points. */
function levelsOf(values: readonly number[], points: readonly { readonly index: number }[]): number[] {
  const starts = [0, ...points.map(({ index }) => index)];
  return values.length === 0 ? [] : starts.map((start, i) => median(values.slice(start, starts[i + 1])));
}
