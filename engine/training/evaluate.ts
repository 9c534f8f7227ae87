/**
 * Error of a network on a set of images.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { ImageSet } from "../../data/dataset.ts";
import { allWorkDone } from "../../device/device_work.ts";
import type { Network } from "../../models/network/network.ts";
import { chunks, emptyBatch, fillBatch } from "./batches.ts";
import { FirstRuns } from "./first_runs.ts";

/** Images evaluated at a time, if not as many as in training: few dispatches, and buffers that every adapter has. */
const EVALUATION_BATCH = 1000;

/** From this size on a training batch is large enough to evaluate in. */
const LARGE_BATCH = 100;

/** The evaluations of one network, none yet; `onFirst` as for {@linkcode FirstRuns}. */
export function evaluations(onFirst?: () => void): FirstRuns {
  return new FirstRuns(allWorkDone, onFirst);
}

/** How a network is evaluated. */
export interface EvaluationOptions {
  /** What the network sees for each value of a pixel. */
  readonly values: Float32Array;
  /** Images in a batch in training. */
  readonly trainingBatch: number;
  /** The network's evaluations so far, to which this one is added; none when left out. */
  readonly runs?: FirstRuns;
}

/** What a network says about every image of a set, in order. */
export interface Answers {
  /** The class with the largest output. */
  readonly predicted: Int32Array;
  /** All outputs of an image, then those of the next. */
  readonly outputs: Float32Array;
}

/**
 * The class with the largest output for every image, in order.
 *
 * Images are evaluated in batches of the same size as in training, the last one filled up with empty images: another
 * size would need shaders of its own, and to compile them takes longer than to evaluate.
 *
 * @returns Length `set.count`, read back from the device once.
 */
export async function predict(network: Network, set: ImageSet, options: EvaluationOptions): Promise<Int32Array> {
  return await evaluate(network, set, options);
}

/** As {@linkcode predict}, with the outputs, which are read back too. */
export async function answer(network: Network, set: ImageSet, options: EvaluationOptions): Promise<Answers> {
  const kept: tf.Tensor2D[] = [];
  const predicted = await evaluate(network, set, { ...options, onOutputs: (outputs) => kept.push(tf.keep(outputs)) });
  // Together: one read-back after the other would wait for each.
  const parts = await Promise.all(kept.map((outputs) => outputs.data<"float32">()));
  tf.dispose(kept);
  const outputs = parts.flatMap((part) => [...part]);
  return { predicted, outputs: Float32Array.from(outputs).subarray(0, set.count * kept[0]!.shape[1]) };
}

async function evaluate(
  network: Network,
  set: ImageSet,
  { values, trainingBatch, runs = evaluations(), onOutputs }: EvaluationOptions & {
    readonly onOutputs?: (outputs: tf.Tensor2D) => void;
  },
): Promise<Int32Array> {
  const size = trainingBatch >= LARGE_BATCH ? trainingBatch : Math.min(EVALUATION_BATCH, set.count);
  const order = Uint32Array.from({ length: set.count }, (_, i) => i);
  const forward = (indices: Uint32Array) =>
    tf.tidy(() => {
      const batch = emptyBatch(set, size);
      fillBatch(batch, set, { indices, values });
      const images = tf.tensor4d(batch.pixels, [size, set.height, set.width, set.maps]);
      const outputs = network.forward(images);
      onOutputs?.(outputs);
      return tf.argMax(outputs, 1);
    });
  const started = performance.now();
  const parts: tf.Tensor[] = [];
  for (const indices of chunks(order, size)) {
    parts.push(await runs.run(size, () => forward(indices)));
  }
  const all = tf.concat(parts);
  const predicted = await all.data<"int32">();
  runs.took((performance.now() - started) / 1000);
  tf.dispose([parts, all]);
  return predicted.subarray(0, set.count);
}

/** One misclassified image. */
export interface Mistake {
  readonly index: number;
  readonly trueLabel: number;
  readonly predicted: number;
}

/** The images of `set` that `predicted` gets wrong. */
export function mistakes(set: ImageSet, predicted: Int32Array): Mistake[] {
  return Array.from(predicted, (label, index) => ({ index, trueLabel: set.labels[index]!, predicted: label }))
    .filter(({ trueLabel, predicted }) => predicted !== trueLabel);
}

/** A mistake, and how sure the network was of it. */
export interface SureMistake extends Mistake {
  /** By how much the answer's output exceeded the right class's; null if one of them is not finite. */
  readonly margin: number | null;
}

/** The images of `set` that a network gets wrong, with its margin for the wrong answer. */
export function sureMistakes(set: ImageSet, { predicted, outputs }: Answers): SureMistake[] {
  const units = outputs.length / set.count;
  return mistakes(set, predicted).map((mistake) => {
    const { index, trueLabel, predicted } = mistake;
    const margin = outputs[index * units + predicted]! - outputs[index * units + trueLabel]!;
    return { ...mistake, margin: Number.isFinite(margin) ? margin : null };
  });
}
