/**
 * Two networks on the same test images, compared by the images that only one of them gets wrong.
 *
 * @module
 */
import { gammaln } from "simple-statistics";
import { type Interval, wilsonInterval } from "./intervals.ts";

/** Errors of two networks on the same images; both get the rest right. */
export interface PairedCounts {
  readonly bothWrong: number;
  /** Discordant images. */
  readonly onlyFirstWrong: number;
  readonly onlySecondWrong: number;
  readonly tested: number;
}

/**
 * Two-sided p value of McNemar's exact test (McNemar 1947, Psychometrika 12, 153-157): if both networks were
 * equally good, each discordant image would be a coin toss. Twice the smaller tail, at most 1. Being exact, the test
 * raises somewhat fewer than 5% false alarms.
 */
export function mcnemarP({ onlyFirstWrong, onlySecondWrong }: PairedCounts): number {
  const tosses = onlyFirstWrong + onlySecondWrong;
  const fewer = Math.min(onlyFirstWrong, onlySecondWrong);
  let tail = 0;
  for (let k = 0; k <= fewer; k++) {
    tail += Math.exp(gammaln(tosses + 1) - gammaln(k + 1) - gammaln(tosses - k + 1) - tosses * Math.LN2);
  }
  return Math.min(1, 2 * tail);
}

/**
 * 95% interval of the first network's error rate minus the second's (Newcombe 1998, Statist. Med. 17, 2635-2650,
 * method 10): the Wilson intervals of both rates, joined with their correlation, which is corrected for continuity.
 *
 * @returns Proportions, -1 to 1.
 */
export function pairedDifferenceInterval(
  { bothWrong, onlyFirstWrong, onlySecondWrong, tested }: PairedCounts,
): Interval {
  const bothRight = tested - bothWrong - onlyFirstWrong - onlySecondWrong;
  const [first, second] = [bothWrong + onlyFirstWrong, bothWrong + onlySecondWrong];
  const difference = (first - second) / tested;
  const margins = first * (tested - first) * second * (tested - second);
  const association = bothWrong * bothRight - onlyFirstWrong * onlySecondWrong;
  const corrected = association > 0 ? Math.max(0, association - tested / 2) : association;
  const correlation = margins === 0 ? 0 : corrected / Math.sqrt(margins);

  const one = distances(first, tested);
  const other = distances(second, tested);
  const joined = (a: number, b: number) => Math.sqrt(Math.max(0, a * a - 2 * correlation * a * b + b * b));
  return { low: difference - joined(one.below, other.above), high: difference + joined(one.above, other.below) };
}

/** How far the Wilson interval reaches from the rate. */
function distances(wrong: number, tested: number): { readonly below: number; readonly above: number } {
  const { low, high } = wilsonInterval(wrong, tested);
  return { below: wrong / tested - low, above: high - wrong / tested };
}
