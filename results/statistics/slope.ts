/**
 * How fast a series grows, regardless of single outliers.
 *
 * @module
 */
import { median } from "simple-statistics";
import { CONFIDENCE, type Interval } from "./intervals.ts";
import { studentTQuantile } from "./student_t.ts";

/** Growth from one value to the next, with its 95% interval. */
export interface Slope {
  readonly value: number;
  readonly interval: Interval;
}

/**
 * Median of the slopes between all pairs of values, with the interval that inverts Kendall's test (Sen 1968, J. Amer.
 * Statist. Assoc. 63, 1379-1389, section 6), equal values corrected for (Kendall 1970). A few jumps do not move it. If
 * values depend on their neighbours, the interval is too narrow.
 *
 * @param values In equal steps; at least three.
 * @throws {RangeError} Fewer than three values.
 */
export function theilSenSlope(values: readonly number[]): Slope {
  const n = values.length;
  if (n < 3) throw new RangeError(`Cannot take the slope of "${n}" values: three are needed`);
  const slopes = values.flatMap((a, i) => values.slice(i + 1).map((b, j) => (b - a) / (j + 1))).sort((a, b) => a - b);
  const z = studentTQuantile((1 + CONFIDENCE) / 2, Infinity);
  const ties = [...Map.groupBy(values, (value) => value).values()].map(({ length }) => length);
  const spread = z * Math.sqrt((kendallTerm(n) - ties.reduce((sum, tied) => sum + kendallTerm(tied), 0)) / 18);
  // Sen's rank, counted from 1, less one.
  const rank = Math.max(0, Math.round((slopes.length - spread) / 2) - 1);
  return { value: median(slopes), interval: { low: slopes[rank]!, high: slopes[slopes.length - 1 - rank]! } };
}

/** 18 times the variance of Kendall's statistic for `n` values, or what as many equal values take from it. */
function kendallTerm(n: number): number {
  return n * (n - 1) * (2 * n + 5);
}
