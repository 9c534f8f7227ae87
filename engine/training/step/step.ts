/**
 * One update of a network's parameters by one batch. It has two forms: `eager.ts` and `recorded.ts`.
 *
 * Neither reads back: each step's loss and number of errors stay on the device until they are asked for.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../../base/random.ts";
import type { Elastic } from "../../../data/distortion/augmentation.ts";
import type { BatchOptimiser, Recipe } from "../../../recipes/recipe.ts";

/** Updates one network's parameters in place. */
export interface TrainingStep {
  /**
   * Enqueues one update. The arrays may be changed as soon as this returns.
   *
   * @throws {Error} when a parameter was assigned to since the first step, which recorded steps don't allow.
   * @throws {RangeError} after more than `mostSteps` recorded steps.
   *
   * @param pixels The batch's images, one after the other, as the network's input values.
   * @param labels One per image.
   */
  run(pixels: Float32Array<ArrayBuffer>, labels: Int32Array<ArrayBuffer>, options: StepInputs): void;
  /** Images in the batch that a step on `images` images runs in: every size is compiled once. */
  batchFor(images: number): number;
  /** Resolves when the device has done all steps so far, or is lost. */
  finished(): Promise<void>;
  /** Resolves when the device has done what was submitted so far, or is lost; submits nothing. */
  caughtUp(): Promise<void>;
  /** Mean loss and number of errors of each step since the last call, before its update: one read-back. */
  takeMetrics(): Promise<StepMetrics[]>;
  /** Bytes of all tensors at the end of the first forward pass, when the weights and all activations are alive. */
  readonly peakBytes: number;
  /** The optimiser's; may be assigned to before the first step only. */
  readonly velocities: readonly tf.Variable[];
  dispose(): void;
}

/** What changes from step to step besides the batch. */
export interface StepInputs {
  readonly stepSize: number;
  /** One row per image, as in `data/distortion/distort.ts`; with {@linkcode StepOptions.distortion} only. */
  readonly distortions?: Float32Array<ArrayBuffer>;
}

/** What the distortions of all batches have in common. */
export interface DistortionOptions {
  /** The input value beyond an image's edges. */
  readonly background: number;
  readonly elastic?: Elastic;
}

/** What is known of a batch before its update. */
export interface StepMetrics {
  readonly loss: number;
  readonly wrong: number;
}

/** What all steps of a training share. */
export interface StepOptions {
  readonly recipe: Pick<Recipe, "loss" | "weightDecay"> & { readonly optimiser: BatchOptimiser };
  /** Dropout draws from it; nothing else does. */
  readonly dropout: RandomStream;
  /** The most steps between two calls of {@linkcode TrainingStep.takeMetrics}. */
  readonly mostSteps: number;
  /** Distorts every batch before it is trained on. When left out, trains on the images as they are. */
  readonly distortion?: DistortionOptions;
}
