/**
 * Suites, their variants and profiles: what is measured, as data.
 *
 * @module
 */
import type { ImageKind } from "../data/dataset.ts";
import type { Augmentation } from "../data/distortion/augmentation.ts";
import type { SweepKind } from "../data/distortion/sweep.ts";
import type { ModelSpec } from "../models/network/spec.ts";
import type { Recipe } from "../recipes/recipe.ts";

/** How an arm prepares the images, before any distortion; left out: not at all. */
export interface DataTreatment {
  /**
   * Trains only on the first `share` of the profile's training images, where `share` is one over a whole number. An
   * epoch passes over them that many times, so that every arm is updated equally often.
   */
  readonly share?: number;
  /** Puts the pixels in a random order, the same for all images and seeds. */
  readonly shuffledPixels?: boolean;
}

/**
 * Boosting (LeCun 1998, section III.C.9, after Drucker, Schapire and Simard 1993): three networks of an arm's kind,
 * whose outputs are added. The first is trained as any; the second on distorted images of which the first gets half
 * wrong; the third on those on which the first two disagree.
 */
export interface Boosting {
  /**
   * New distorted versions of the training images through which a filter looks for as many patterns as there are
   * training images. Fewer that it finds are repeated.
   */
  readonly versions: number;
}

/** One arm of a suite. */
export interface Variant {
  /** Stable identifier, unique in the suite; used in CSV rows. */
  readonly id: string;
  /** As tables print it. */
  readonly title: string;
  /** The network that is trained. */
  readonly model: ModelSpec;
  /** How it is trained. */
  readonly recipe: Recipe;
  /** Step size that the recipe's schedule starts from. */
  readonly learningRate: number;
  /** How the learning rate was chosen, with the file that shows it. */
  readonly learningRateSource: string;
  /** How training images are distorted; left out: not at all. */
  readonly augmentation?: Augmentation;
  /** Trains three networks; left out: one. Needs an augmentation and a recipe that trains pattern by pattern. */
  readonly boosting?: Boosting;
  /** How the images are prepared first; left out: not at all. */
  readonly data?: DataTreatment;
  /** Id of the variant that this one is compared with, seed by seed. */
  readonly baseline?: string;
  /** Id of the row of `data/published.csv` that this arm is compared with; left out if nothing was published. */
  readonly published?: string;
  /** Passes in profile `paper`, if the arm's paper trained for another number than the profile does. */
  readonly paperEpochs?: number;
  /** Why a comparison with `published` would be unfair apart from the recipe's departures. */
  readonly departures: readonly string[];
}

/** `smoke` seconds, for tests; `quick` minutes, the default; `paper` the full protocol. */
export type ProfileName = "smoke" | "quick" | "paper";

/** How much work. */
export interface Profile {
  /** Images trained on, the same for every arm and drawn evenly from the classes; `all` is everything not held out. */
  readonly trainImages: number | "all";
  /**
   * Images held out of the training set and never trained on, or their share of it if less than 1; 0 trains on
   * everything. A share goes with `all` training images: it suits data sets of any size.
   */
  readonly validationImages: number;
  /** Test images used; `all` is the published test set. */
  readonly testImages: number | "all";
  /** Passes of each network over the training images, except of arms with `paperEpochs`. */
  readonly epochs: number;
  /** Trials per variant. */
  readonly seeds: number;
  /** `synthetic` pins the drawn digits, so that tests need no files; `auto` is what the user's options say. */
  readonly dataset: "auto" | "synthetic";
}

/** Tests on more and more distorted images, to see how much of its accuracy a trained network keeps. */
export interface Sweep {
  /** How the images are distorted. */
  readonly kind: SweepKind;
  /** Amounts of distortion, with one test each; the unit depends on the kind. */
  readonly amounts: readonly number[];
  /** Test images used, from the first on; fewer if the profile has fewer. */
  readonly images: number;
}

/** What a suite measures in every trial apart from the error. */
export interface Measures {
  /** Tests on distorted images after training. */
  readonly sweeps?: readonly Sweep[];
  /** Norms of the gradient, parameter by parameter, before the first step and after the last. */
  readonly gradientNorms?: boolean;
  /**
   * The test error after every epoch, as the papers' learning curves have it. It is only reported, and only by suites
   * that are judged on the test images; nothing is chosen by it.
   */
  readonly testErrorByEpoch?: boolean;
  /** A training error, in per cent: the report says how many epochs it takes to reach it. */
  readonly reachTrainErrorPct?: number;
}

/** A question, the arms that answer it, and how much work each profile spends on them. */
export interface Suite {
  /** Stable identifier, used on the command line and in CSV rows. */
  readonly id: string;
  /** Heading of the report. */
  readonly title: string;
  /** The question that the suite answers, as a sentence. */
  readonly question: string;
  /** What its networks are trained on; `digits` if left out. */
  readonly images?: ImageKind;
  /**
   * The images on which the error is measured at the end of a trial: `test`, or `validation` for suites that choose a
   * hyper-parameter and so must not see the test set.
   */
  readonly judgedOn: "test" | "validation";
  /** What else is measured; left out: only the error. */
  readonly measures?: Measures;
  /** The arms, in the order of the report. */
  readonly variants: readonly Variant[];
  /** How much work each profile does. */
  readonly profiles: Readonly<Record<ProfileName, Profile>>;
}
