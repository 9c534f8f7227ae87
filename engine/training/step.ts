/**
 * One update of a network's parameters by one batch, in two forms: as TensorFlow.js runs it, operation by operation, on
 * any backend; and, with the tuned kernels, recorded once and replayed.
 *
 * Neither reads back: each step's loss and number of errors stay on the device until they are asked for.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { RandomStream } from "../../base/random.ts";
import type { Elastic } from "../../data/distortion/augmentation.ts";
import { distortImages, DISTORTION_SIZE } from "../../data/distortion/distort.ts";
import { submitPending } from "../../device/device_work.ts";
import { installedKernels } from "../../kernels/mod.ts";
import { record, type Recording } from "../../kernels/recorder.ts";
import { updateInPlace } from "../../kernels/training/optimiser_step.ts";
import { recordStepMetrics } from "../../kernels/training/step_metrics.ts";
import { bufferOf } from "../../kernels/wgsl/program.ts";
import type { Masks, Network } from "../../models/network/network.ts";
import type { Recipe } from "../../recipes/recipe.ts";
import { createMasks, type MaskValues } from "./dropout.ts";
import { createOptimiser, type Optimiser, type Trained, trainedVariables } from "./optimiser.ts";

/** Updates one network's parameters in place. */
export interface TrainingStep {
  /**
   * Enqueues one update. The arrays may be changed as soon as this returns.
   *
   * @throws {Error} when a parameter was assigned to since the first step, which recorded steps don't allow.
   * @throws {RangeError} after more than `mostSteps` recorded steps.
   *
   * @param pixels The batch's images, one after the other, as the network's input values.
   * @param labels One an image.
   */
  run(pixels: Float32Array<ArrayBuffer>, labels: Int32Array<ArrayBuffer>, options: RunOptions): void;
  /** Resolves when the device has done all steps so far, or is lost. */
  finished(): Promise<void>;
  /** Resolves when the device has done what it was given so far, or is lost; gives it no more. */
  caughtUp(): Promise<void>;
  /** Mean loss and number of errors of each step since the last call, before its update: one read-back. */
  takeMetrics(): Promise<StepMetrics[]>;
  /** Bytes of all tensors at the end of the first forward pass, when the weights and all activations are alive. */
  readonly peakBytes: number;
  /** The optimiser's; to be assigned to before the first step only. */
  readonly velocities: readonly tf.Variable[];
  dispose(): void;
}

export interface RunOptions {
  readonly stepSize: number;
  /** A row an image, as in `data/distortion/distort.ts`; given where the step was made with {@linkcode StepOptions.distortion}. */
  readonly distortions?: Float32Array<ArrayBuffer>;
}

/** What the distortions of all batches have in common. */
export interface DistortionOptions {
  /** The input value beyond an image's edges. */
  readonly background: number;
  readonly elastic?: Elastic;
}

export interface StepMetrics {
  readonly loss: number;
  readonly wrong: number;
}

export interface StepOptions {
  readonly recipe: Pick<Recipe, "loss" | "optimiser" | "weightDecay">;
  /** Dropout draws from it; nothing else does. */
  readonly dropout: RandomStream;
  /** The most steps between two calls of {@linkcode TrainingStep.takeMetrics}. */
  readonly mostSteps: number;
  /** Distorts every batch before it is trained on; left out: trains on the images as they are. */
  readonly distortion?: DistortionOptions;
}

/** A training step of `network` in the form that its backend and the kernels installed now allow. */
export function createTrainingStep(network: Network, options: StepOptions): TrainingStep {
  const backend = tf.backend();
  return installedKernels() === "tuned" && backend instanceof WebGPUBackend
    ? new RecordedStep(network, { ...options, backend })
    : new EagerStep(network, options);
}

/** A batch, what dropout leaves of it, and the weight of each image's loss in the mean, on the device. */
export interface DeviceBatch {
  readonly images: tf.Tensor4D;
  readonly labels: tf.Tensor1D;
  readonly masks: Masks;
  /** [n, 2]: the gradient of the mean loss with respect to the network's losses. */
  readonly weights: tf.Tensor2D;
}

class EagerStep implements TrainingStep {
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

  run(
    pixels: Float32Array<ArrayBuffer>,
    labels: Int32Array<ArrayBuffer>,
    { stepSize, distortions }: RunOptions,
  ): void {
    this.#metrics.push(tf.tidy(() => {
      // Copies: TensorFlow.js keeps its arrays until it has uploaded them.
      const masks = this.#drawMasks(labels.length);
      const images = this.#distortion && distortions
        ? distortImages(pixels, distortions, { ...sizeOf(this.#network), ...this.#distortion })
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
    // The cpu backend does everything at once.
    if (backend instanceof WebGPUBackend) await workDone(backend);
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

/** A batch size's tensors, written anew before every step, and the work on them once it is recorded. */
interface RecordedBatch extends DeviceBatch {
  /** [n, {@linkcode DISTORTION_SIZE}] */
  readonly distortions?: tf.Tensor2D;
  recording?: Recording;
}

class RecordedStep implements TrainingStep {
  peakBytes = 0;
  readonly #network: Network;
  readonly #recipe: StepOptions["recipe"];
  readonly #backend: WebGPUBackend;
  readonly #trained: Trained[];
  /** The parameters, and the running statistics. */
  readonly #variables: tf.Variable[];
  readonly #optimiser: Optimiser;
  readonly #distortion: DistortionOptions | undefined;
  readonly #drawMasks: (images: number) => MaskValues;
  /** Step size, and the row of the history that the step's metrics go to. */
  readonly #control = tf.tensor1d([0, 0]);
  readonly #history: tf.Tensor2D;
  readonly #batches = new Map<number, RecordedBatch>();
  /** Where the contents of what changes are, for as long as it does. */
  readonly #dataIds: readonly object[];
  #steps = 0;

  constructor(
    network: Network,
    { recipe, dropout, mostSteps, distortion, backend }: StepOptions & { backend: WebGPUBackend },
  ) {
    this.#network = network;
    this.#distortion = distortion;
    this.#recipe = recipe;
    this.#backend = backend;
    this.#trained = trainedVariables(network, recipe);
    this.#variables = [...network.parameters, ...network.statistics].map(({ variable }) => variable);
    this.#optimiser = createOptimiser(recipe.optimiser, this.#trained);
    this.#drawMasks = createMasks(network.dropouts, dropout);
    this.#dataIds = this.#variables.map(({ dataId }) => dataId);
    this.#history = tf.zeros([mostSteps, 2]);
    // The upload is a command like others: submitted now, so that it does not come after the first step size.
    bufferOf(backend, this.#control);
    submitPending(backend);
  }

  get velocities(): readonly tf.Variable[] {
    return this.#optimiser.velocities;
  }

  run(
    pixels: Float32Array<ArrayBuffer>,
    labels: Int32Array<ArrayBuffer>,
    { stepSize, distortions }: RunOptions,
  ): void {
    if (this.#steps === this.#history.shape[0]) {
      throw new RangeError(`More than ${this.#steps} steps without a call of takeMetrics`);
    }
    // A recording would go on writing into what TensorFlow.js has freed.
    if (this.#variables.some(({ dataId }, i) => dataId !== this.#dataIds[i])) {
      throw new Error("A parameter was assigned to between two recorded steps");
    }
    const masks = this.#drawMasks(labels.length);
    const known = this.#batches.get(labels.length);
    if (known) {
      this.#write(known.images, pixels);
      this.#write(known.labels, labels);
      for (const [layer, values] of masks) this.#write(known.masks[layer]!, values);
      if (known.distortions && distortions) this.#write(known.distortions, distortions);
    }
    const batch = known ?? this.#newBatch({ pixels, labels, masks }, distortions);
    this.#write(this.#control, new Float32Array([stepSize, this.#steps]));
    if (known) {
      known.recording ??= record(this.#backend, () => this.#update(known));
      known.recording.replay();
    } else {
      // The first step runs as it is made: it compiles the programs and uploads what is not on the device yet.
      this.#batches.set(labels.length, batch);
      this.#update(batch);
      submitPending(this.#backend);
    }
    this.#steps++;
    this.#forgetHostCopies();
  }

  async finished(): Promise<void> {
    await this.caughtUp();
  }

  async caughtUp(): Promise<void> {
    await workDone(this.#backend);
  }

  async takeMetrics(): Promise<StepMetrics[]> {
    const steps = this.#steps;
    this.#steps = 0;
    const history = bufferOf(this.#backend, this.#history);
    const values = new Float32Array(await this.#backend.getBufferData(history as never));
    return Array.from({ length: steps }, (_, i) => ({ loss: values[2 * i]!, wrong: values[2 * i + 1]! }));
  }

  dispose(): void {
    for (const { recording, ...tensors } of this.#batches.values()) {
      recording?.dispose();
      tf.dispose(tensors);
    }
    this.#optimiser.dispose();
    tf.dispose([this.#control, this.#history]);
  }

  #newBatch(
    { pixels, labels, masks }: BatchValues,
    distortions: Float32Array<ArrayBuffer> | undefined,
  ): RecordedBatch {
    return {
      ...deviceBatch(this.#network, { pixels: pixels.slice(), labels: labels.slice(), masks }),
      ...(this.#distortion && distortions &&
        { distortions: tf.tensor2d(distortions.slice(), [labels.length, DISTORTION_SIZE]) }),
    };
  }

  #update(batch: RecordedBatch): void {
    tf.tidy(() => {
      const variables = this.#trained.map(({ variable }) => variable);
      const { losses, gradients, bytes } = backpropagate(this.#network, variables, {
        batch: { ...batch, images: this.#distorted(batch) },
        loss: this.#recipe.loss,
      });
      this.peakBytes ||= bytes;
      const { momentum, velocities } = this.#optimiser;
      const updates = this.#trained.map((trained, i) => {
        const velocity = velocities[i];
        return { ...trained, gradient: gradients[i]!, ...(velocity && { velocity }) };
      });
      updateInPlace(this.#backend, updates, { momentum, control: this.#control });
      recordStepMetrics(this.#backend, { losses, control: this.#control, history: this.#history });
    });
  }

  #distorted({ images, distortions }: RecordedBatch): tf.Tensor4D {
    if (!this.#distortion || !distortions) return images;
    const { background, elastic } = this.#distortion;
    return tf.engine().runKernel("Distort", { images, distortions }, {
      background,
      sigma: elastic?.sigma ?? 0,
    }) as tf.Tensor4D;
  }

  #write(tensor: tf.Tensor, values: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>): void {
    (this.#backend.queue as unknown as GPUQueue).writeBuffer(bufferOf(this.#backend, tensor), 0, values);
  }

  /** TensorFlow.js keeps what it has once read from a tensor, and does not know that the tensor changes in place. */
  #forgetHostCopies(): void {
    for (const { dataId } of [...this.#variables, ...this.#optimiser.velocities]) {
      Object.assign(this.#backend.tensorMap.get(dataId), { values: null });
    }
  }
}

/** That the device was lost is {@linkcode Backend.check}'s to say. */
async function workDone({ queue }: WebGPUBackend): Promise<void> {
  await queue.onSubmittedWorkDone().catch(() => {});
}

/** Losses [n, 2] of a batch and the gradients of their mean with respect to `variables`. */
export function backpropagate(
  network: Network,
  variables: tf.Variable[],
  { batch, loss }: { batch: DeviceBatch; loss: Recipe["loss"] },
): { losses: tf.Tensor2D; gradients: tf.Tensor[]; bytes: number } {
  let bytes = 0;
  const { value, grads } = tf.engine().gradients(
    () => {
      const losses = network.losses(batch.images, batch.labels, { loss, masks: batch.masks });
      bytes = tf.memory().numBytes;
      return losses;
    },
    variables,
    batch.weights,
  );
  return { losses: value, gradients: grads, bytes };
}

/** What a batch is made of, on the host. */
export interface BatchValues {
  readonly pixels: Float32Array<ArrayBuffer>;
  readonly labels: Int32Array<ArrayBuffer>;
  readonly masks: MaskValues;
}

function sizeOf({ spec: { input: [height, width] } }: Network): { height: number; width: number } {
  return { height, width };
}

/** Uploads a batch for {@linkcode backpropagate}. */
export function deviceBatch(
  { spec, dropouts }: Network,
  { pixels, labels, masks }: BatchValues,
): DeviceBatch {
  const images = labels.length;
  const weights = Float32Array.from({ length: 2 * images }, (_, i) => i % 2 === 0 ? 1 / images : 0);
  return {
    images: tf.tensor4d(pixels, [images, ...spec.input]),
    labels: tf.tensor1d(labels, "int32"),
    masks: Object.fromEntries(
      masks.map(([layer, values], i) => [layer, tf.tensor4d(values.slice(), [images, ...dropouts[i]!.shape])]),
    ),
    weights: tf.tensor2d(weights, [images, 2]),
  };
}
