/**
 * A training step with the tuned kernels: the second step of each batch size is recorded, and replayed from then on.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { DISTORTION_SIZE } from "../../../data/distortion/distort.ts";
import { submitPending, submittedWorkDone } from "../../../device/device_work.ts";
import { record, type Recording } from "../../../kernels/recorder.ts";
import { updateInPlace } from "../../../kernels/training/optimiser_step.ts";
import { recordStepMetrics } from "../../../kernels/training/step_metrics.ts";
import { bufferOf } from "../../../kernels/wgsl/enqueue.ts";
import type { Network } from "../../../models/network/network.ts";
import { backpropagate, type BatchValues, type DeviceBatch, deviceBatch, lossWeights } from "./backpropagate.ts";
import { createMasks, type MaskValues } from "./dropout.ts";
import { createOptimiser, type Optimiser, type Trained, trainedVariables } from "./optimiser.ts";
import type { DistortionOptions, StepInputs, StepMetrics, StepOptions, TrainingStep } from "./step.ts";

/** The tensors of one batch size, overwritten before every step, and the work on them once it is recorded. */
interface RecordedBatch extends DeviceBatch {
  /** Images in the batch; the others have no weight. */
  count: number;
  /** [n, {@linkcode DISTORTION_SIZE}] */
  readonly distortions?: tf.Tensor2D;
  recording?: Recording;
}

/** A step of a network on the webgpu backend, with the tuned kernels installed. */
export class RecordedStep implements TrainingStep {
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
  /** Step size, the row of the history that the step's metrics go to, and the number of images. */
  readonly #control = tf.tensor1d([0, 0, 0]);
  readonly #history: tf.Tensor2D;
  readonly #batches = new Map<number, RecordedBatch>();
  /** Which buffers the recordings write to. */
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
    // The upload is a command like any other: submitted now, it can't overwrite the first step size.
    bufferOf(backend, this.#control);
    submitPending(backend);
  }

  get velocities(): readonly tf.Variable[] {
    return this.#optimiser.velocities;
  }

  run(
    pixels: Float32Array<ArrayBuffer>,
    labels: Int32Array<ArrayBuffer>,
    { stepSize, distortions }: StepInputs,
  ): void {
    if (this.#steps === this.#history.shape[0]) {
      throw new RangeError(`More than ${this.#steps} steps without a call of takeMetrics`);
    }
    // A recording would write into buffers that TensorFlow.js has freed.
    if (this.#variables.some(({ dataId }, i) => dataId !== this.#dataIds[i])) {
      throw new Error("A parameter was assigned to between two recorded steps");
    }
    const masks = this.#drawMasks(labels.length);
    const known = this.#batchWithRoom(labels.length);
    if (known) {
      if (known.count !== labels.length) {
        known.count = labels.length;
        this.#write(known.weights, lossWeights(labels.length, known.labels.size));
      }
      this.#write(known.images, pixels);
      this.#write(known.labels, labels);
      for (const [layer, values] of masks) this.#write(known.masks[layer]!, values);
      if (known.distortions && distortions) this.#write(known.distortions, distortions);
    }
    const batch = known ?? this.#newBatch({ pixels, labels, masks }, distortions);
    this.#write(this.#control, new Float32Array([stepSize, this.#steps, labels.length]));
    if (known) {
      known.recording ??= record(this.#backend, () => this.#update(known));
      known.recording.replay();
    } else {
      // The first step is not recorded: it compiles the programs and uploads what is not on the device yet.
      this.#batches.set(labels.length, batch);
      this.#update(batch);
      submitPending(this.#backend);
    }
    this.#steps++;
    this.#forgetHostCopies();
  }

  batchFor(images: number): number {
    return this.#batchWithRoom(images)?.labels.size ?? images;
  }

  async finished(): Promise<void> {
    await this.caughtUp();
  }

  async caughtUp(): Promise<void> {
    await submittedWorkDone(this.#backend);
  }

  async takeMetrics(): Promise<StepMetrics[]> {
    const steps = this.#steps;
    this.#steps = 0;
    const history = bufferOf(this.#backend, this.#history);
    const values = new Float32Array(await this.#backend.getBufferData(history as never));
    return Array.from({ length: steps }, (_, i) => ({ loss: values[2 * i]!, wrong: values[2 * i + 1]! }));
  }

  dispose(): void {
    for (const { recording, count: _, ...tensors } of this.#batches.values()) {
      recording?.dispose();
      tf.dispose(tensors);
    }
    this.#optimiser.dispose();
    tf.dispose([this.#control, this.#history]);
  }

  /**
   * The batch of so many images, or one with room for more: what was in it before stays in the places past the last,
   * without weight. So the smaller batch at the end of an epoch needs no shaders of its own, which take longer to
   * compile than all its steps. Batch normalisation, which looks at all places, needs them.
   */
  #batchWithRoom(images: number): RecordedBatch | undefined {
    const exact = this.#batches.get(images);
    if (exact || this.#network.statistics.length > 0) return exact;
    return [...this.#batches.values()].find(({ labels }) => labels.size > images);
  }

  #newBatch(
    { pixels, labels, masks }: BatchValues,
    distortions: Float32Array<ArrayBuffer> | undefined,
  ): RecordedBatch {
    return {
      count: labels.length,
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
      const { momentum } = this.#optimiser;
      updateInPlace(this.#backend, this.#optimiser.updates(gradients), { momentum, control: this.#control });
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

  /** TensorFlow.js caches what it has read from a tensor, and does not know that the tensor changes in place. */
  #forgetHostCopies(): void {
    for (const { dataId } of [...this.#variables, ...this.#optimiser.velocities]) {
      Object.assign(this.#backend.tensorMap.get(dataId), { values: null });
    }
  }
}
