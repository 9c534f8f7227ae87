/**
 * What a training is given and returns, whatever its method.
 *
 * @module
 */
import type { ImageSet } from "../../data/dataset.ts";
import type { Augmentation } from "../../data/distortion/augmentation.ts";
import type { Backend } from "../../device/backend.ts";
import type { Network } from "../../models/network/network.ts";
import type { Recipe } from "../../recipes/recipe.ts";
import type { FirstRuns } from "./first_runs.ts";
import type { EpochResult, TrainingState } from "./saved_state.ts";

export interface TrainingOptions {
  readonly recipe: Recipe;
  readonly learningRate: number;
  readonly epochs: number;
  /** Passes over the images that count as one epoch; 1 when left out. */
  readonly passes?: number;
  readonly seed: number;
  /** When left out, trains on the images as they are. */
  readonly augmentation?: Augmentation;
  /** Whose errors are measured after every epoch; left out: the trained network's. */
  readonly measured?: Pick<Network, "forward">;
  /** Measured after every epoch if given; never trained on. */
  readonly validation?: ImageSet;
  /** Measured after every epoch if given, and only reported: neither trained on nor used to choose anything. */
  readonly test?: ImageSet;
  /** The network's evaluations, to which those after the epochs are added; none when left out. */
  readonly evaluations?: FirstRuns;
  /** Where the network was built; checked after every epoch. */
  readonly backend: Pick<Backend, "kernels" | "lanes" | "adapter" | "check">;
  /** Makes the training throw the signal's reason, some tenths of a second later or after an evaluation. */
  readonly signal?: AbortSignal;
  /** Called about ten times a second and at the end of every epoch. */
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Called before steps for which shaders are compiled, which may take long. */
  readonly onCompiling?: () => void;
  /** Called after every epoch, even if the training fails later. */
  readonly onEpoch?: (epoch: EpochResult) => void;
  /** The state of an earlier training with the same network, images and options, which this one resumes. */
  readonly from?: TrainingState;
  readonly saving?: Saving;
  /**
   * Awaited after every step, or after some updates pattern by pattern, with their number: the training waits as long
   * as it takes.
   */
  readonly pace?: (steps: number) => Promise<void>;
}

/** Saves the state of a training, so that another can resume it and produce the same bytes. */
export interface Saving {
  /** Saves after an epoch, except the last, if this many seconds have passed since the last time. */
  readonly everySeconds: number;
  readonly save: (state: TrainingState) => void;
}

/** How far a training is. */
export interface TrainingProgress {
  /** From 1. */
  readonly epoch: number;
  /** Images trained on since the start, over all passes. */
  readonly images: number;
  /** How many of these the earlier training did that this one resumed. */
  readonly imagesBefore: number;
  /** Seconds that this process has spent on compiling shaders for this training and its evaluations. */
  readonly compileSeconds: number;
  /** Of the last complete epoch. */
  readonly loss?: number;
}

export interface TrainingResult {
  readonly epochs: readonly EpochResult[];
  /** Until the first step's work was done, most of it spent on compiling shaders. */
  readonly firstStepSeconds: number;
  /** What the steps spent on compiling shaders, in all processes that trained. */
  readonly compileSeconds: number;
  /** Spent on the validation and test images after the epochs. */
  readonly validationSeconds: number;
  /** Bytes of all tensors at the end of the first forward pass, when the weights and all activations are alive. */
  readonly peakBytes: number;
  /** With early stopping, the epoch whose weights the network was left with, from 1. */
  readonly bestEpoch?: number;
}

/** Training failed in a way that more of it would not fix. */
export class TrainingFailure extends Error {
  override readonly name = "TrainingFailure";
}
