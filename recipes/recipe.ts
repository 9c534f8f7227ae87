/**
 * How a network is trained, as data.
 *
 * @module
 */
import type { Initialisation } from "../models/network/initialise.ts";
import type { Loss } from "../models/network/operations.ts";
import type { Activation } from "../models/network/spec.ts";

/** A byte `g` becomes `background + (foreground - background) * g / 255`. */
export interface PixelScale {
  /** Input of a pixel of 0. */
  readonly background: number;
  /** Input of a pixel of 255. */
  readonly foreground: number;
}

/** Step-size schedules; `base` is the recipe's learning rate. */
export type Schedule =
  | {
    /** From 0 to `base` over `warmup` of all steps, then straight down to 0 at the last. */
    readonly kind: "linear";
    /** Share of all steps, 0 to 1. */
    readonly warmup: number;
  }
  | {
    /**
     * `base * factor` by pass, for a run of `of` passes; a run of another length keeps the proportions.
     */
    readonly kind: "by_pass";
    readonly of: number;
    /** `[last pass, factor]`, passes counted from 1, in rising order; the last entry's pass is `of`. */
    readonly factors: readonly (readonly [lastPass: number, factor: number])[];
  };

/** How the gradient of a batch becomes a step; the step size comes from the schedule. */
export type BatchOptimiser =
  | { readonly kind: "sgd" }
  | { readonly kind: "momentum"; readonly momentum: number };

/**
 * The stochastic diagonal Levenberg-Marquardt method of LeCun 1998 (appendix C, equations 18 to 27): one pattern after
 * the other, in an order that is drawn once, and for every weight a step of its own, `eta / (mu + h)`, where `h` is an
 * estimate of the error's second derivative and `eta` comes from the schedule.
 */
export interface PatternOptimiser {
  /** Tells it from the optimisers of batches. */
  readonly kind: "diagonal_levenberg_marquardt";
  /** Keeps steps finite where the error is flat. */
  readonly mu: number;
  /** Patterns over which `h` is averaged. */
  readonly curvaturePatterns: number;
  /** Estimates `h` before the first pass only; left out: before every pass. */
  readonly curvatureOnce?: boolean;
  /**
   * The error E that is descended is this times the loss's sum: of squared differences over the outputs, or over the
   * components of the RBF outputs' distances. The paper leaves it open.
   */
  readonly errorFactor: number;
}

/** How a gradient becomes a step. */
export type Optimiser = BatchOptimiser | PatternOptimiser;

/** Everything about training except the network and the amount of data. */
export interface Recipe {
  /** Stable identifier, used in CSV rows. */
  readonly id: string;
  /** As reports print it. */
  readonly title: string;
  /** The activations of layers whose spec says `hidden` and `output`. */
  readonly hidden: Activation;
  /** See `hidden`. */
  readonly output: Activation;
  /**
   * `softmax_cross_entropy`: mean over the batch. `squared_error`: half the squared distance to targets of +1 for the
   * class and -1 elsewhere, summed over outputs, mean over the batch. `rbf_mse` and
   * `rbf_map`, mean over the batch: see `RbfLoss`.
   */
  readonly loss: Loss;
  /** How the first weights are drawn. */
  readonly initialisation: Initialisation;
  /** How a gradient becomes a step. */
  readonly optimiser: Optimiser;
  /**
   * Lambda of an L2 penalty: half of it times the sum of all squared weights is added to the loss that is descended,
   * not to the loss reported. Weights only: no biases, coefficients, slopes, scales or shifts. Left out: none.
   */
  readonly weightDecay?: number;
  /**
   * Stops training when `patience` epochs in a row have not lowered the validation error, and keeps the weights of the
   * first epoch with the lowest. Needs validation images. The schedule runs as for all epochs.
   */
  readonly earlyStopping?: { readonly patience: number };
  /** How the step size changes while training. */
  readonly schedule: Schedule;
  /** Images per step; 1 if the optimiser takes one pattern after the other. */
  readonly batch: number;
  /** What background and full ink become as inputs. */
  readonly pixels: PixelScale;
  /** What differs from the paper; printed in reports. Empty if no paper is followed. */
  readonly departures: readonly string[];
}

/** A recipe that trains in batches. */
export type BatchRecipe = Recipe & { readonly optimiser: BatchOptimiser };

/** A recipe that trains pattern by pattern. */
export type PatternRecipe = Recipe & { readonly optimiser: PatternOptimiser };
