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

/** Images evaluated at a time: large enough to amortise dispatches, small enough for every adapter's buffers. */
const EVALUATION_BATCH = 1000;

/** The evaluations of one network, none yet; `onFirst` as for {@linkcode FirstRuns}. */
export function evaluations(onFirst?: () => void): FirstRuns {
  return new FirstRuns(allWorkDone, onFirst);
}

/**
 * The class with the largest output for every image, in order.
 *
 * @param runs The network's evaluations so far, to which these are added; none when left out.
 * @returns Length `set.count`, read back from the device once.
 */
export async function predict(
  network: Network,
  set: ImageSet,
  { values, runs = evaluations() }: { values: Float32Array; runs?: FirstRuns },
): Promise<Int32Array> {
  const order = Uint32Array.from({ length: set.count }, (_, i) => i);
  const forward = (indices: Uint32Array) =>
    tf.tidy(() => {
      const { pixels } = fillBatch(emptyBatch(set, indices.length), set, { indices, values });
      const images = tf.tensor4d(pixels, [indices.length, set.height, set.width, set.maps]);
      return tf.argMax(network.forward(images), 1);
    });
  const started = performance.now();
  const parts: tf.Tensor[] = [];
  for (const indices of chunks(order, EVALUATION_BATCH)) {
    parts.push(await runs.run(indices.length, () => forward(indices)));
  }
  const all = tf.concat(parts);
  const predicted = await all.data<"int32">();
  runs.took((performance.now() - started) / 1000);
  tf.dispose([parts, all]);
  return predicted;
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
