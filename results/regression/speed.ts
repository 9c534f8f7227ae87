/**
 * Is the head slower than the base? Samples of times, not their means.
 *
 * @module
 */
import { median, quantileSorted } from "simple-statistics";
import { stream } from "../../base/random.ts";
import { CONFIDENCE } from "../statistics/intervals.ts";
import { medianRatio, type Ratio, RESAMPLES } from "../statistics/ratio.ts";
import { studentTCdf, studentTQuantile } from "../statistics/student_t.ts";
import type { Judgement } from "./judgement.ts";

/** Times of both sides, measured one right after the other, so that the machine drifts little in between. */
export interface Round {
  /** Times; at least one, and positive. */
  readonly base: readonly number[];
  readonly head: readonly number[];
}

/** With this many rounds or more, the interval of their median covers about 95%; with three, 75%. */
export const ENOUGH_ROUNDS = 5;

/** Whether head is slower than base. */
export interface SpeedJudgement {
  /** Time of head over time of base: above 1, head is slower. */
  readonly ratio: Ratio;
  readonly judgement: Judgement;
}

/**
 * `regressed` needs a ratio over the threshold, an interval that excludes 1, and more than one round: a drift of the
 * machine between the two sides of a single one looks like a change. `improved` is its mirror image. `same`: the
 * interval lies within the threshold.
 *
 * @param rounds At least one.
 * @param options `threshold` as a share: 0.05 is 5%.
 */
export function judgeSpeed(
  rounds: readonly Round[],
  { threshold }: { readonly threshold: number },
): SpeedJudgement {
  const ratio = roundsRatio(rounds);
  const { low, high } = ratio.interval;
  const isSlower = ratio.value > 1 + threshold && low > 1;
  const isFaster = ratio.value < 1 / (1 + threshold) && high < 1;
  if (isSlower || isFaster) {
    return { ratio, judgement: rounds.length === 1 ? "cannot tell" : isSlower ? "regressed" : "improved" };
  }
  return { ratio, judgement: low > 1 / (1 + threshold) && high < 1 + threshold ? "same" : "cannot tell" };
}

/**
 * The median over the rounds of each round's ratio of medians, on a logarithmic scale: it does not matter if the
 * machine is slower in one round than in another, and exchanging the sides inverts it.
 *
 * The interval is a percentile bootstrap in two stages (Davison and Hinkley 1997, Bootstrap Methods and their
 * Application, section 3.8): rounds are drawn again with replacement, and in each of them the samples of both sides.
 * Its percentiles are those of {@linkcode expandedTail}. With fewer than {@linkcode ENOUGH_ROUNDS} it is little more
 * than the range of the rounds. One round alone is {@linkcode medianRatio}'s case. The draws have a fixed seed.
 */
function roundsRatio(rounds: readonly Round[]): Ratio {
  const [only, another] = rounds;
  if (only !== undefined && another === undefined) return medianRatio(only.head, only.base);
  const random = stream(0, "bootstrap");
  const draw = <T>(values: readonly T[]): T[] => Array.from(values, () => values[random.integer(values.length)]!);
  const ratios = Array.from(
    { length: RESAMPLES },
    () => middleRatio(draw(rounds).map(({ base, head }) => ({ base: draw(base), head: draw(head) }))),
  ).sort((a, b) => a - b);
  const tail = expandedTail(rounds.length);
  return {
    value: middleRatio(rounds),
    interval: { low: quantileSorted(ratios, tail), high: quantileSorted(ratios, 1 - tail) },
  };
}

/**
 * Which percentile of a bootstrap of `n` values is the end of a 95% interval (Hesterberg 2015, The American
 * Statistician 69, 371-386, "expanded percentile interval"): plain percentiles make the intervals of few values too
 * narrow, by the factor `sqrt((n - 1) / n)` and by taking the normal distribution for Student's.
 */
function expandedTail(n: number): number {
  const reach = Math.sqrt(n / (n - 1)) * studentTQuantile((1 + CONFIDENCE) / 2, n - 1);
  return studentTCdf(-reach, Infinity);
}

function middleRatio(rounds: readonly Round[]): number {
  return Math.exp(median(rounds.map(({ base, head }) => Math.log(median([...head]) / median([...base])))));
}
