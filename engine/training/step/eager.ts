/**
 * A training step as TensorFlow.js runs it, operation by operation, on any backend.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { distortImages } from "../../../data/distortion/distort.ts";
import { submitPending, submittedWorkDone } from "../../../device/device_work.ts";
import type { Network } from "../../../models/network/network.ts";
import { backpropagate, deviceBatch } from "./backpropagate.ts";
import { createMasks, type MaskValues } from "./dropout.ts";
import { createOptimiser, type Optimiser, trainedVariables } from "./optimiser.ts";
import type { DistortionOptions, StepInputs, StepMetrics, StepOptions, TrainingStep } from "./step.ts";

/** A step of a network, operation by operation. */
export class EagerStep implements TrainingStep {
  peakBytes = 0;
  readonly #network: Network;
  readonly #recipe: StepOptions["recipe"];
  readonly #variables: tf.Variable[];
  readonly #optimiser: Optimiser;
  readonly #distortion: DistortionOptions | undefined;
  readonly #drawMasks: (images: number) => MaskValues;
  #metrics: tf.Tensor[] = [];

  constructor(network: Network, { recipe, dropout, distortion }: StepOptions) {
    this.#network = network;
    this.#distortion = distortion;
    this.#recipe = recipe;
    this.#variables = network.parameters.map(({ variable }) => variable);
    this.#optimiser = createOptimiser(recipe.optimiser, trainedVariables(network, recipe));
    this.#drawMasks = createMasks(network.dropouts, dropout);
  }

  get velocities(): readonly tf.Variable[] {
    return this.#optimiser.velocities;
  }

  batchFor(images: number): number {
    return images;
  }

  run(
    pixels: Float32Array<ArrayBuffer>,
    labels: Int32Array<ArrayBuffer>,
    { stepSize, distortions }: StepInputs,
  ): void {
    this.#metrics.push(tf.tidy(() => {
      // Copies: TensorFlow.js keeps its arrays until it has uploaded them.
      const masks = this.#drawMasks(labels.length);
      const { spec: { input: [height, width] } } = this.#network;
      const images = this.#distortion && distortions
        ? distortImages(pixels, distortions, { height, width, ...this.#distortion })
        : pixels.slice();
      const batch = deviceBatch(this.#network, { pixels: images, labels: labels.slice(), masks });
      const { losses, gradients, bytes } = backpropagate(this.#network, this.#variables, {
        batch,
        loss: this.#recipe.loss,
      });
      this.peakBytes ||= bytes;
      this.#optimiser.apply(gradients, stepSize);
      return tf.mul(tf.sum(losses, 0), tf.tensor1d([1 / labels.length, 1]));
    }));
  }

  async finished(): Promise<void> {
    const backend = tf.backend();
    if (backend instanceof WebGPUBackend) submitPending(backend);
    await this.caughtUp();
  }

  async caughtUp(): Promise<void> {
    const backend = tf.backend();
    // The cpu backend has done everything by now.
    if (backend instanceof WebGPUBackend) await submittedWorkDone(backend);
  }

  async takeMetrics(): Promise<StepMetrics[]> {
    const metrics = this.#metrics;
    this.#metrics = [];
    const all = tf.tidy(() => tf.stack(metrics));
    tf.dispose(metrics);
    const values = await all.data();
    tf.dispose(all);
    return metrics.map((_, i) => ({ loss: values[2 * i]!, wrong: values[2 * i + 1]! }));
  }

  dispose(): void {
    this.#optimiser.dispose();
    tf.dispose(this.#metrics);
  }
}
