/**
 * Updates of a network by one pattern after the other. There are two forms: `device_updates.ts` runs the project's own
 * program, `plain_updates.ts` TensorFlow.js's gradients, on any backend.
 *
 * @module
 */
import type { ImageSet } from "../../../data/dataset.ts";
import type { Recipe } from "../../../recipes/recipe.ts";
import type { StepMetrics } from "../step/step.ts";

/** Changes a network's parameters by the patterns of one pass. */
export interface PatternUpdates {
  /**
   * Begins a pass over all patterns.
   *
   * @param steps The step size of every number of every parameter, in the order of the network's parameters.
   */
  startPass(steps: Float32Array<ArrayBuffer>): void;
  /** Replaces the images for the passes to come by as many others with the same labels. */
  setImages(set: ImageSet): void;
  /** Enqueues the updates by the next `count` patterns of the pass. */
  run(count: number): void;
  /** Resolves when the device has done what was enqueued so far, or is lost. */
  finished(): Promise<void>;
  /**
   * Ends the pass and writes the parameters into the network.
   *
   * @returns The error of each pattern before its update, and 1 if its class was wrong, else 0.
   */
  finishPass(): Promise<StepMetrics[]>;
  dispose(): void;
}

/** What updates are made from. */
export interface PatternUpdatesOptions {
  readonly set: ImageSet;
  /** The numbers of the images in the order of every pass. */
  readonly order: Uint32Array;
  readonly recipe: Pick<Recipe, "hidden" | "output" | "loss" | "pixels">;
  /** As in `PatternOptimiser`. */
  readonly errorFactor: number;
}
