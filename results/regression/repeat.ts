/**
 * When to measure again.
 *
 * @module
 */
import type { RegressionReport } from "./judgement.ts";

/**
 * Whether a time looks like a change: over the threshold, with an interval that excludes 1. Then as many rounds again
 * are to be measured, also where the first ones agree among themselves: a machine may be busy for all of them.
 */
export function wantsRepeat({ judged }: RegressionReport): boolean {
  return judged.some(({ metric, judgement, wantsRepeat }) =>
    wantsRepeat === true || metric === "epoch time" && (judgement === "regressed" || judgement === "improved")
  );
}
