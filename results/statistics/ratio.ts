/**
 * How much faster: the ratio of two medians, with an interval.
 *
 * @module
 */
import { median, quantileSorted } from "simple-statistics";
import { stream } from "../../base/random.ts";
import { CONFIDENCE, type Interval } from "./intervals.ts";

/** A ratio of medians with its 95% interval. */
export interface Ratio {
  readonly value: number;
  readonly interval: Interval;
}

/** Enough to fix the interval's ends to about 1% of its width. */
export const RESAMPLES = 4000;

/**
 * `median(numerator) / median(denominator)` with a percentile bootstrap interval: both samples are drawn again with
 * replacement, separately, and the middle 95% of the ratios is kept (Efron and Tibshirani 1993, An Introduction to
 * the Bootstrap, chapters 13 and 8.3). The draws have a fixed seed, so the same rounds give the same interval.
 *
 * The interval covers what changes from round to round, not what is the same in all rounds of a run. With fewer than
 * about six rounds per side it is too narrow.
 *
 * @param numerator Positive times; at least one.
 * @param denominator Positive times; at least one.
 * @throws {RangeError} A sample is empty.
 */
export function medianRatio(numerator: readonly number[], denominator: readonly number[]): Ratio {
  if (numerator.length === 0 || denominator.length === 0) {
    throw new RangeError(`Cannot divide medians of "${numerator.length}" and "${denominator.length}" rounds`);
  }
  const random = stream(0, "bootstrap");
  const drawMedian = (sample: readonly number[]) =>
    median(Array.from(sample, () => sample[random.integer(sample.length)]!));
  const ratios = Array.from({ length: RESAMPLES }, () => drawMedian(numerator) / drawMedian(denominator))
    .sort((a, b) => a - b);
  const tail = (1 - CONFIDENCE) / 2;
  return {
    value: median([...numerator]) / median([...denominator]),
    interval: { low: quantileSorted(ratios, tail), high: quantileSorted(ratios, 1 - tail) },
  };
}

/**
 * The median of `numerator[i] / denominator[i]`, of pairs measured at about the same time, with a percentile bootstrap
 * interval: the pairs are drawn again with replacement. Computed on logarithms, so that swapping the two inverts the
 * result. What slows down both sides of a pair alike drops out.
 *
 * @param numerator Positive times; at least one.
 * @param denominator As many.
 * @throws {RangeError} The samples are empty or of different lengths.
 */
export function pairedRatio(numerator: readonly number[], denominator: readonly number[]): Ratio {
  if (numerator.length === 0 || numerator.length !== denominator.length) {
    throw new RangeError(`Cannot pair "${numerator.length}" and "${denominator.length}" rounds`);
  }
  const logs = numerator.map((value, i) => Math.log(value / denominator[i]!));
  const random = stream(0, "bootstrap");
  const medians = Array.from({ length: RESAMPLES }, () => median(logs.map(() => logs[random.integer(logs.length)]!)))
    .sort((a, b) => a - b);
  const tail = (1 - CONFIDENCE) / 2;
  return {
    value: Math.exp(median(logs)),
    interval: { low: Math.exp(quantileSorted(medians, tail)), high: Math.exp(quantileSorted(medians, 1 - tail)) },
  };
}
