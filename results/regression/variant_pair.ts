/**
 * A variant that both sides of a comparison have: base and head.
 *
 * @module
 */
import type { EpochRow } from "../rows/epochs.ts";
import type { TrialRow } from "../rows/trials.ts";

/** A variant's rows on one side. */
export interface VariantSide {
  readonly trials: readonly TrialRow[];
  readonly epochs: readonly EpochRow[];
}

/** The same variant on both sides. */
export interface VariantPair {
  readonly base: VariantSide;
  readonly head: VariantSide;
}

/** The trials of the seeds that both finished, in the order in which head did. */
export function finishedByBoth(
  { base, head }: VariantPair,
): { readonly base: TrialRow; readonly head: TrialRow }[] {
  const bySeed = new Map(base.trials.filter(({ status }) => status === "done").map((trial) => [trial.seed, trial]));
  return head.trials.filter(({ status }) => status === "done")
    .flatMap((trial) => {
      const other = bySeed.get(trial.seed);
      return other === undefined ? [] : [{ base: other, head: trial }];
    })
    .toSorted((a, b) => a.head.finished.localeCompare(b.head.finished));
}
