/**
 * Whether two tallies put the same cells first: Kendall's rank correlation of counts, with an interval.
 *
 * @module
 */
import { sampleStandardDeviation } from "simple-statistics";
import { stream } from "../../base/random.ts";
import { CONFIDENCE, type Interval } from "./intervals.ts";
import { studentTQuantile } from "./student_t.ts";

/**
 * Events that were counted, in groups that are independent of each other; an event is the index of its cell. The errors
 * of several networks on one image are one group.
 */
export type Tally = readonly (readonly number[])[];

/** A rank correlation with its 95% interval, both from -1 to 1. */
export interface RankCorrelation {
  readonly value: number;
  readonly interval: Interval;
}

/** Enough to fix the standard error to about 3%. */
const RESAMPLES = 500;

/**
 * Events that every cell has in addition when a resample is drawn, Jeffreys' prior of a rate: without them, cells that
 * happen to be empty would be empty in every resample, and the interval too narrow.
 */
const PRIOR_EVENTS = 0.5;

/**
 * Kendall's tau-b of the counts that two independent tallies have in each of `cells` cells, cells without any event
 * included.
 *
 * The interval is the value plus and minus the normal quantile times the bootstrap's standard error (Efron and
 * Tibshirani 1993, An Introduction to the Bootstrap, chapter 12), cut at -1 and 1: the groups of both tallies, and
 * half an event more per cell, are drawn again with replacement, by draws with a fixed seed. The resamples' percentiles
 * are not used: noisy counts lower a correlation, and a resample is noisy twice. What the interval covers is the
 * correlation that tallies with as many events have on average, which noise lowers alike.
 *
 * @returns Undefined if all counts of a tally are equal: then there is no order to compare.
 */
export function rankCorrelation(
  a: Tally,
  b: Tally,
  { cells }: { readonly cells: number },
): RankCorrelation | undefined {
  const value = kendallTauB(counts(a, cells), counts(b, cells));
  if (value === undefined) return undefined;
  const random = stream(0, "bootstrap");
  const redrawn = (tally: Tally) => {
    const share = tally.length / (tally.length + PRIOR_EVENTS * cells);
    const draw = () => random.uniform() < share ? tally[random.integer(tally.length)]! : [random.integer(cells)];
    return counts(tally.map(draw), cells);
  };
  const values = Array.from({ length: RESAMPLES }, () => kendallTauB(redrawn(a), redrawn(b)) ?? 0);
  const spread = studentTQuantile((1 + CONFIDENCE) / 2, Infinity) * sampleStandardDeviation(values);
  return { value, interval: { low: Math.max(-1, value - spread), high: Math.min(1, value + spread) } };
}

function counts(tally: Tally, cells: number): Uint32Array {
  const counts = new Uint32Array(cells);
  for (const group of tally) for (const cell of group) counts[cell]!++;
  return counts;
}

/**
 * Kendall's rank correlation for data with ties, tau-b (Kendall 1945, Biometrika 33, 239-251): pairs of positions in
 * the same order minus pairs in the opposite order, divided by the geometric mean of the numbers of pairs that are not
 * tied in `x` and not tied in `y`.
 *
 * @param y As long as `x`.
 * @returns -1 to 1; undefined if all values of `x`, or all of `y`, are equal.
 */
export function kendallTauB(x: ArrayLike<number>, y: ArrayLike<number>): number | undefined {
  let difference = 0;
  let untiedX = 0;
  let untiedY = 0;
  for (let i = 1; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const signX = Math.sign(x[i]! - x[j]!);
      const signY = Math.sign(y[i]! - y[j]!);
      difference += signX * signY;
      untiedX += signX * signX;
      untiedY += signY * signY;
    }
  }
  return untiedX === 0 || untiedY === 0 ? undefined : difference / Math.sqrt(untiedX * untiedY);
}
