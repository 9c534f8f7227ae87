/**
 * When to measure again.
 *
 * @module
 */
import type { RegressionReport } from "./judgement.ts";

/**
 * Whether a time looks like a change: over the threshold, with an interval that excludes 1. Then as many rounds are
 * measured again, even if the first ones agree with each other: the machine may have been busy during all of them.
 */
export function wantsRepeat({ judged }: RegressionReport): boolean {
  return judged.some(({ metric, judgement, wantsRepeat }) =>
    wantsRepeat === true || metric === "epoch time" && (judgement === "regressed" || judgement === "improved")
  );
}
