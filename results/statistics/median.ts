/**
 * A confidence interval for a median.
 *
 * @module
 */
import { CONFIDENCE, type Interval } from "./intervals.ts";

/**
 * Interval of the median at 95% or a little more: two of the sorted values themselves, so it assumes no distribution
 * (Conover 1999, Practical Nonparametric Statistics, section 3.2).
 *
 * @returns undefined for fewer than six values, whose whole range does not reach 95%.
 */
export function medianInterval(values: readonly number[]): Interval | undefined {
  const n = values.length;
  const sorted = values.toSorted((a, b) => a - b);
  const tail = (1 - CONFIDENCE) / 2;
  // Chance that at most `rank` of n values lie below the median, each with chance 1/2; as a logarithm, for large n.
  let [logChance, rank] = [-n * Math.LN2, 0];
  let below = Math.exp(logChance);
  while (below <= tail) {
    rank++;
    logChance += Math.log((n - rank + 1) / rank);
    below += Math.exp(logChance);
  }
  return rank === 0 ? undefined : { low: sorted[rank - 1]!, high: sorted[n - rank]! };
}
