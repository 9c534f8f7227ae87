/**
 * A history as series over commits, one per machine class, suite version, variant and metric, and where they jump.
 *
 * @module
 */
import { median } from "simple-statistics";
import { changePoints } from "../statistics/change_points.ts";
import { errorRateInterval } from "../statistics/error_rate.ts";
import type { Interval } from "../statistics/intervals.ts";
import { medianInterval } from "../statistics/median.ts";
import { centreOf } from "./metrics.ts";
import type { HistoryRecord } from "./store.ts";

/** A commit, and local changes if there were any. */
export interface Commit {
  readonly commit: string;
  /** The commit's time by git, or the start of its first run if git did not say. ISO 8601. */
  readonly time: string;
  /** In a list of all commits of the history, from 1: first those without a place, then by git's order. */
  readonly number: number;
  /**
   * Whether git's order places it before or after every other commit of the history. It does not if git did not know
   * the commit, nor between commits of parallel branches of the same length, or two sets of local changes.
   */
  readonly isPlaced: boolean;
}

/** What all runs of a commit measured. */
export interface SeriesPoint extends Commit {
  readonly value: number;
  readonly samples: number;
  /** 95%; left out if there are too few samples, or the value is neither a median nor an error rate. */
  readonly interval?: Interval;
  /** Trials behind the value; left out by timings. */
  readonly trials?: number;
  /** Trials that were planned; left out if a run did not say. */
  readonly planned?: number;
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

/** One metric over commits, in the order of their numbers. */
export interface Series extends SeriesKey {
  readonly points: readonly SeriesPoint[];
  /** Between points whose commits are placed; others have no before and after. */
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
    return { ...keyOf(own[0]!), points, steps: stepsOf(points.filter(({ isPlaced }) => isPlaced), own[0]!) };
  });
}

/** Every commit, numbered. */
export function commitsOf(records: readonly HistoryRecord[]): Commit[] {
  const commits = [...Map.groupBy(records, ({ commit }) => commit)].map(([commit, runs]) => ({
    commit,
    time: runs.find((run) => run.commit_time !== undefined)?.commit_time ??
      runs.map(({ started }) => started).sort()[0]!,
    place: placeOf(runs),
  }));
  const sharing = Map.groupBy(commits, ({ place }) => place);
  return commits
    .toSorted((a, b) => a.place - b.place || compareTexts(a.time, b.time) || compareTexts(a.commit, b.commit))
    .map(({ place, ...commit }, index) => ({
      ...commit,
      number: index + 1,
      isPlaced: place > 0 && sharing.get(place)!.length === 1,
    }));
}

/** The last commit in git's order if that places it and knows all others, else that of the run that began last. */
export function newestCommit(
  records: readonly HistoryRecord[],
): { readonly commit: string; readonly isByOrder: boolean } {
  const { commit, isPlaced } = commitsOf(records).at(-1)!;
  const runs = [...Map.groupBy(records, (record) => record.commit).values()];
  if (isPlaced && runs.every((own) => placeOf(own) > 0) || runs.length === 1) return { commit, isByOrder: true };
  const last = records.reduce((a, b) => compareTexts(a.started, b.started) < 0 ? b : a);
  return { commit: last.commit, isByOrder: false };
}

/** Of a commit's runs. Local changes come after the commit that they change, and before the next; 0 if unknown. */
function placeOf(runs: readonly HistoryRecord[]): number {
  const position = runs.find((run) => run.commit_position !== undefined)?.commit_position ?? 0;
  return position > 0 && runs[0]!.commit.includes("-dirty") ? position + 0.5 : position;
}

/** By code unit: `localeCompare` depends on the machine. */
function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The value of all `records` together, with its interval and the trials behind it. */
export function summaryOf(records: readonly HistoryRecord[]): Omit<SeriesPoint, keyof Commit> {
  const { centre, tested } = records[0]!;
  const samples = records.flatMap((record) => record.samples);
  const interval = centre === "median"
    ? medianInterval(samples)
    : tested === undefined
    ? undefined
    : errorRateInterval(samples, tested);
  const trials = total(records.map(trialsOf));
  const planned = total(records.map((record) => record.planned));
  return {
    value: centreOf(samples, centre),
    samples: samples.length,
    ...(interval && { interval }),
    ...(trials !== undefined && { trials }),
    ...(planned !== undefined && { planned }),
  };
}

/** Lines of version 1 do not say, but a mean has a sample of each trial. */
function trialsOf({ trials, centre, samples }: HistoryRecord): number | undefined {
  return trials ?? (centre === "mean" ? samples.length : undefined);
}

/** The sum, if every part is known. */
function total(parts: readonly (number | undefined)[]): number | undefined {
  return parts.every((part) => part !== undefined) ? parts.reduce((sum, part) => sum + part, 0) : undefined;
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
