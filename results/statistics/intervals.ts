/**
 * Intervals for small samples, all at 95%.
 *
 * @module
 */
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

/** Wilson's interval of the `rate` in a sample of that `size`, which need not be whole, with that normal quantile. */
export function scoreInterval(
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
