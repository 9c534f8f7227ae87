/**
 * Error of a network on a set of images.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { ImageSet } from "../../data/dataset.ts";
import type { Network } from "../../models/network/network.ts";
import { chunks, emptyBatch, fillBatch } from "./batches.ts";

/** Images evaluated at a time: large enough to amortise dispatches, small enough for every adapter's buffers. */
const EVALUATION_BATCH = 1000;

/**
 * The class with the largest output for every image, in order.
 *
 * @returns Length `set.count`, read back from the device once.
 */
export async function predict(
  network: Network,
  set: ImageSet,
  { values }: { values: Float32Array },
): Promise<Int32Array> {
  const order = Uint32Array.from({ length: set.count }, (_, i) => i);
  const parts = [...chunks(order, EVALUATION_BATCH)].map((indices) =>
    tf.tidy(() => {
      const { pixels } = fillBatch(emptyBatch(set, indices.length), set, { indices, values });
      const images = tf.tensor4d(pixels, [indices.length, set.height, set.width, set.maps]);
      return tf.argMax(network.forward(images), 1);
    })
  );
  const all = tf.concat(parts);
  const predicted = await all.data<"int32">();
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
