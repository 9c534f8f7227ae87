/**
 * A part of a plan for each of several machines.
 *
 * @module
 */
import { heldOutOf } from "../../data/split.ts";
import { SYNTHETIC_SIZES } from "../../data/synthetic/digits.ts";
import type { Variant } from "../../suites/suite.ts";
import { passesOf } from "../training/images.ts";
import { allEpochsOf, type Plan, relativeWork, type Trial } from "./plan.ts";

/** One of several parts. */
export interface Shard {
  /** From 1. */
  readonly number: number;
  readonly of: number;
}

/** As it is typed after `--shard`, e.g. `2/4`. */
export function shardText({ number, of }: Shard): string {
  return `${number}/${of}`;
}

/** The plan with the trials of one shard; its variants, and so `variants.csv`, are those of all shards. */
export function shardOfPlan(plan: Plan, shard: Shard): Plan {
  const cost = ({ variant }: Trial) => trialCost(variant, plan);
  return { ...plan, shard, trials: shardTrials(plan.trials, { shard, cost }) };
}

/**
 * The trials of one shard, in their order. Every machine that is given the same trials divides them in the same way,
 * and each is in exactly one shard.
 *
 * The longest trial goes first, each to the shard with the least work so far. The shard with the most work then has at
 * most 4/3 - 1/(3n) times what the best division among n would give it: Graham 1969, "Bounds on multiprocessing timing
 * anomalies", SIAM J. Appl. Math. 17(2), 416-429.
 *
 * @param cost Whole numbers, so that sums are exact on every machine.
 */
export function shardTrials<T>(
  trials: readonly T[],
  { shard, cost }: { readonly shard: Shard; readonly cost: (trial: T) => number },
): T[] {
  const loads = Array<number>(shard.of).fill(0);
  const mine = new Set<number>();
  // The sort is stable: of equal trials the first planned is given away first.
  const longestFirst = trials.map((trial, index) => ({ index, work: cost(trial) })).sort((a, b) => b.work - a.work);
  for (const { index, work } of longestFirst) {
    const least = loads.indexOf(Math.min(...loads));
    loads[least]! += work;
    if (least === shard.number - 1) mine.add(index);
  }
  return trials.filter((_, index) => mine.has(index));
}

/**
 * What starting a trial costs apart from its images: about a second where 10^9 multiply-accumulates are trained a
 * second.
 */
const START = 1e9;

/**
 * How the work of one trial compares with another's, a whole number that is the same on every machine. Where a profile
 * takes all images, they are as many as MNIST's.
 */
export function trialCost(variant: Variant, plan: Pick<Plan, "profileName" | "profile" | "epochs">): number {
  const { trainImages } = plan.profile;
  const available = trainImages === "all"
    ? SYNTHETIC_SIZES.train - heldOutOf(SYNTHETIC_SIZES.train, plan.profile)
    : trainImages;
  const images = Math.round((variant.data?.share ?? 1) * available) * passesOf(variant);
  return START + relativeWork(variant) * images * allEpochsOf(plan, variant);
}
