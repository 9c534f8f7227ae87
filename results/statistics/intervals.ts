/**
 * Intervals for small samples, all at 95%.
 *
 * @module
 */
import { mean, sampleStandardDeviation } from "simple-statistics";
import { studentTQuantile } from "./student_t.ts";

/** Coverage of every interval in the program. */
export const CONFIDENCE = 0.95;

/** A closed interval; its unit is that of the values behind it. */
export interface Interval {
  /** Lower end. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
}

/**
 * Interval of a proportion from one sample (Wilson 1927, J. Amer. Statist. Assoc. 22, 209-212): unlike
 * `p +- z sqrt(p (1 - p) / n)` it never leaves [0, 1] and covers about 95% for rare errors too (Brown, Cai and
 * DasGupta 2001, Statist. Sci. 16, 101-133).
 *
 * @param wrong Errors; a published rate times its test-set size need not be whole.
 * @param tested Test images.
 * @returns Proportions, 0 to 1.
 * @throws {RangeError} `wrong` outside 0 to `tested`, or nothing tested.
 */
export function wilsonInterval(wrong: number, tested: number): Interval {
  if (!(tested > 0 && wrong >= 0 && wrong <= tested)) {
    throw new RangeError(`Cannot take the interval of "${wrong}" errors in "${tested}" images`);
  }
  return scoreInterval(wrong / tested, { size: tested, quantile: studentTQuantile((1 + CONFIDENCE) / 2, Infinity) });
}

/** An estimate with its 95% interval. */
export interface Estimate {
  readonly value: number;
  readonly interval: Interval;
}

/**
 * Interval of `a - b` of independent estimates, from their own intervals, which need not be symmetrical (Zou and Donner
 * 2008, Statist. Med. 27, 1693-1702; for two proportions Newcombe 1998, Statist. Med. 17, 873-890, method 10).
 */
export function differenceInterval(a: Estimate, b: Estimate): Interval {
  const difference = a.value - b.value;
  return {
    low: difference - Math.hypot(a.value - a.interval.low, b.interval.high - b.value),
    high: difference + Math.hypot(a.interval.high - a.value, b.value - b.interval.low),
  };
}

/** The rule of {@linkcode errorRateInterval} in words. */
export const ERROR_RATE_INTERVAL_RULE =
  "Wilson's interval on as many images as would have the variance of the mean over the seeds, s^2 / n, and that of " +
  "one run on the test images, p (1 - p) / N, together; Student's t of the first and the normal quantile of the second " +
  "are averaged, weighted by these variances";

/**
 * Interval of an error rate from `n` runs, each with another seed, all on the same `N` test images: where the rate of
 * this way of training lies, over other seeds and other images of that kind. The mean p of the runs is charged
 *
 *     s^2 / n  +  p (1 - p) / N,
 *
 * the spread over the seeds and the luck of the images, which all seeds share, so it does not shrink with them. The sum
 * is a little too much, since part of a run's luck on an image is in `s` too: the interval may cover more than 95%, and
 * is never narrower than that of one run on these images, even if all seeds have equally many errors. Wilson's interval
 * for the effective number of images, `p (1 - p)` over that variance, keeps it within the bounds of a rate (Korn and
 * Graubard 1998, Survey Methodology 24, 193-201, for the effective size and its t; Franco, Little, Louis and Slud 2019,
 * J. Surv. Stat. Methodol. 7, 334-364, for Wilson's form of it). The quantile is Cochran's average of t(n - 1) and the
 * normal one, weighted by the two variances (Cochran 1964, Biometrics 20, 191-195): Welch and Satterthwaite's degrees
 * of freedom cover only 90% with two seeds that spread widely. With one run the spread over seeds is unknown, and not
 * in the interval.
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
  const seeds = n === 1 ? 0 : (sampleStandardDeviation([...percents]) / 100) ** 2 / n;
  const images = rate * (1 - rate) / tested;
  // Without an error, or without a right answer, no run spreads.
  const share = seeds === 0 || images === 0 ? 0 : seeds / (seeds + images);
  const quantile = (df: number) => studentTQuantile((1 + CONFIDENCE) / 2, df);
  const { low, high } = scoreInterval(rate, {
    size: tested * (1 - share),
    quantile: (share === 0 ? 0 : share * quantile(n - 1)) + (1 - share) * quantile(Infinity),
  });
  return { low: 100 * low, high: 100 * high };
}

/** Wilson's interval of the `rate` in a sample of that `size`. */
function scoreInterval(
  rate: number,
  { size, quantile: z }: { readonly size: number; readonly quantile: number },
): Interval {
  const centre = rate + z * z / (2 * size);
  const spread = z * Math.sqrt(rate * (1 - rate) / size + z * z / (4 * size * size));
  const scale = 1 + z * z / size;
  // The ends at the bounds are these exactly, whatever rounding makes of them.
  return {
    low: rate === 0 ? 0 : Math.max(0, (centre - spread) / scale),
    high: rate === 1 ? 1 : Math.min(1, (centre + spread) / scale),
  };
}
