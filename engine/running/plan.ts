/**
 * From a suite to the trials that a run consists of.
 *
 * @module
 */
import { UserError } from "../../base/errors.ts";
import { filtered } from "../../base/filter.ts";
import { countModel } from "../../models/network/count.ts";
import type { Profile, ProfileName, Suite, Variant } from "../../suites/suite.ts";
import { networksOf } from "../training/boosting/committee.ts";

/** A variant with a seed. */
export interface Trial {
  /** `suite/variant/seed`, unique in a run. */
  readonly id: string;
  /** The arm that is trained. */
  readonly variant: Variant;
  /** Fixes the initial weights, the order of the images and every other random choice. */
  readonly seed: number;
}

/** What a run does: a suite cut down to the variants, seeds and epochs asked for. */
export interface Plan {
  /** Where the variants come from. */
  readonly suite: Suite;
  /** Which of the suite's profiles `profile` is based on. */
  readonly profileName: ProfileName;
  /** With the user's `--seeds` and numbers of images in place of the suite's. */
  readonly profile: Profile;
  /**
   * The user's `--epochs` of each network; left out: a variant trains as long as it should, see {@linkcode epochsOf}.
   */
  readonly epochs?: number;
  /** Those that the filter lets through, in the order of the suite. */
  readonly variants: readonly Variant[];
  /** Seed by seed, in the order in which they run. */
  readonly trials: readonly Trial[];
  /** Of all shards. */
  readonly seeds: readonly number[];
  /** Of which `trials` are; left out: all. */
  readonly shard?: { readonly number: number; readonly of: number };
}

/** What to take of a suite. */
export interface PlanOptions {
  /** How much work. */
  readonly profile: ProfileName;
  /** Number of seeds. */
  readonly seeds?: number;
  /** From which the seeds count; 1 when left out. */
  readonly firstSeed?: number;
  /** Epochs of every trial, in place of the profile's and the papers'. */
  readonly epochs?: number;
  /** In place of the profile's. */
  readonly trainImages?: number;
  /** In place of the profile's; 0 only if the suite is judged on test images. */
  readonly validationImages?: number;
  /** In place of the profile's; left out if the suite is judged on validation images. */
  readonly testImages?: number;
  /** Only these variants, by the rule of `base/filter.ts`. */
  readonly filter?: string;
}

/**
 * Expands `suite`. Trials come seed by seed, so that a run that is interrupted has whole tables to show.
 *
 * @throws {UserError} when the filter matches nothing, or the numbers of images leave none to judge on.
 */
export function plan(suite: Suite, options: PlanOptions): Plan {
  const base = suite.profiles[options.profile];
  const { trainImages = base.trainImages, validationImages = base.validationImages, testImages = base.testImages } =
    options;
  const profile = { ...base, seeds: options.seeds ?? base.seeds, trainImages, validationImages, testImages };
  refuseUnjudged(suite, options);
  const variants = filtered(suite.variants, options.filter);
  if (variants.length === 0) {
    throw new UserError(
      `No variant of suite "${suite.id}" matches --filter "${options.filter}". ` +
        `There are: ${suite.variants.map(({ id }) => id).join(", ")}.`,
    );
  }
  const { firstSeed = 1, epochs } = options;
  const seeds = Array.from({ length: profile.seeds }, (_, i) => firstSeed + i);
  const trials = seeds.flatMap((seed) =>
    variants.map((variant) => ({ id: `${suite.id}/${variant.id}/${seed}`, variant, seed }))
  );
  return {
    suite,
    profileName: options.profile,
    profile,
    ...(epochs !== undefined && { epochs }),
    variants,
    trials,
    seeds,
  };
}

/** A suite that chooses a hyper-parameter must not see the test set, and one without held-out images can't choose. */
function refuseUnjudged(
  { id, judgedOn }: Suite,
  { validationImages, testImages = 0 }: Pick<PlanOptions, "validationImages" | "testImages">,
): void {
  if (judgedOn === "test") return;
  if (testImages !== 0) {
    throw new UserError(
      `Suite "${id}" is judged on held-out training images, and never tests. Leave --test-images "${testImages}" out; ` +
        "--validation-images says how many are held out.",
    );
  }
  if (validationImages === 0) {
    throw new UserError(
      `Suite "${id}" is judged on held-out training images, and --validation-images "0" leaves none. Ask for some.`,
    );
  }
}

/** How many epochs a trial of `variant` trains each of its networks. */
export function epochsOf(plan: Pick<Plan, "profileName" | "profile" | "epochs">, variant: Variant): number {
  return plan.epochs ?? usualEpochs(plan, variant);
}

/** The same without `--epochs`: what the variant's paper says in profile `paper`, else what the profile says. */
export function usualEpochs(
  { profileName, profile }: Pick<Plan, "profileName" | "profile">,
  { paperEpochs }: Variant,
): number {
  return (profileName === "paper" ? paperEpochs : undefined) ?? profile.epochs;
}

/** How many epochs a trial of `variant` takes in all. */
export function allEpochsOf(plan: Pick<Plan, "profileName" | "profile" | "epochs">, variant: Variant): number {
  return networksOf(variant) * epochsOf(plan, variant);
}

/**
 * How the work of one trial compares with another's, for the time left: multiply-accumulates an image, and a constant
 * for the dispatches that even the smallest network needs.
 */
export function relativeWork(variant: Variant): number {
  return countModel(variant.model).macs + 50_000;
}
