/**
 * The interval of a measured error rate.
 *
 * @module
 */
import { mean, sampleVariance } from "simple-statistics";
import { CONFIDENCE, type Interval, scoreInterval, wilsonInterval } from "./intervals.ts";
import { moderated } from "./seed_spread.ts";
import { studentTQuantile } from "./student_t.ts";

/** The rule of {@linkcode errorRateInterval} in words. */
export const ERROR_RATE_INTERVAL_RULE =
  "Wilson's interval on as many images as would have the variance of the mean over the seeds, s^2 / n, and that of " +
  "the images that all seeds share, 0.57 p (1 - p) / N, together, or on all N images if that is wider; s^2 is " +
  "moderated by what is known of like variants; Student's t of the first and the normal quantile of the second are " +
  "averaged, weighted by these variances";

/**
 * Share of p (1 - p) that lies between the images: some are hard for every run. The rest is the luck of one run on one
 * image, and part of the spread over the seeds. The median of the committed runs of profile `paper` (28th November
 * 2026: 37 variants with two seeds or more; `error_rate_test.ts` finds it again).
 */
const BETWEEN_IMAGES = 0.57;

/**
 * Interval of an error rate from `n` runs, each with another seed, all on the same `N` test images: where the rate of
 * this way of training lies, over other seeds and other images of that kind. The mean p of the runs is charged
 *
 *     s^2 / n  +  0.57 p (1 - p) / N,
 *
 * the spread of single runs on these images, {@linkcode moderated} by that of like variants, and the choice of the
 * images, which all seeds share, so it does not shrink with them. Wilson's interval for the effective number of images,
 * `p (1 - p)` over that variance, keeps it within the bounds of a rate (Korn and Graubard 1998, Survey Methodology 24,
 * 193-201, for the effective size and its t; Franco, Little, Louis and Slud 2019, J. Surv. Stat. Methodol. 7, 334-364,
 * for Wilson's form of it). The quantile is Cochran's average of Student's t and the normal one, weighted by the two
 * variances (Cochran 1964, Biometrics 20, 191-195). The interval is never narrower than Wilson's of one run, since for
 * some networks nearly all of p (1 - p) lies between the images.
 *
 * In simulations it covers the rate in 95 to 99% of suites, whose runs spread as those of the committed variants do;
 * more with more seeds. If all runs spread by three times the binomial standard deviation, as one variant's do, it
 * covers 53, 85 and 93% with one, two and three seeds.
 *
 * @param percents Error rates of the runs, in per cent; at least one.
 * @param tested Test images, N.
 * @returns Per cent, 0 to 100.
 * @throws {RangeError} No rate, one outside 0 to 100, or nothing tested.
 */
export function errorRateInterval(percents: readonly number[], tested: number): Interval {
  const n = percents.length;
  if (!(n > 0 && tested > 0 && percents.every((percent) => percent >= 0 && percent <= 100))) {
    throw new RangeError(`Cannot take the interval of the error rates "${percents.join(", ")}" on "${tested}" images`);
  }
  const rate = mean([...percents]) / 100;
  const own = n === 1 ? 0 : sampleVariance([...percents]) / 100 ** 2;
  // All variances as shares of p (1 - p) / N, which is 0 without an error, or without a right answer.
  const { variance, degrees } = moderated({ n, own: own === 0 ? 0 : own * tested / (rate * (1 - rate)) }, 1);
  const ofSeeds = variance / n;
  const total = ofSeeds + BETWEEN_IMAGES;
  const quantile = (df: number) => studentTQuantile((1 + CONFIDENCE) / 2, df);
  const all = scoreInterval(rate, {
    size: tested / total,
    quantile: (ofSeeds * quantile(degrees) + BETWEEN_IMAGES * quantile(Infinity)) / total,
  });
  const oneRun = wilsonInterval(rate * tested, tested);
  return { low: 100 * Math.min(all.low, oneRun.low), high: 100 * Math.max(all.high, oneRun.high) };
}
