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

/**
 * The class with the largest output for every image, in order.
 *
 * Images are evaluated in batches of the same size as in training, the last one filled up with empty images: another
 * size would need shaders of its own, and to compile them takes longer than to evaluate.
 *
 * @param trainingBatch Images in a batch in training.
 * @param runs The network's evaluations so far, to which these are added; none when left out.
 * @returns Length `set.count`, read back from the device once.
 */
export async function predict(
  network: Network,
  set: ImageSet,
  { values, trainingBatch, runs = evaluations() }: { values: Float32Array; trainingBatch: number; runs?: FirstRuns },
): Promise<Int32Array> {
  const size = trainingBatch >= LARGE_BATCH ? trainingBatch : Math.min(EVALUATION_BATCH, set.count);
  const order = Uint32Array.from({ length: set.count }, (_, i) => i);
  const forward = (indices: Uint32Array) =>
    tf.tidy(() => {
      const batch = emptyBatch(set, size);
      fillBatch(batch, set, { indices, values });
      const images = tf.tensor4d(batch.pixels, [size, set.height, set.width, set.maps]);
      return tf.argMax(network.forward(images), 1);
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
