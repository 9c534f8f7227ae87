/**
 * Bytes to tensors, a batch at a time.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { ImageSet } from "../data/dataset.ts";

export interface Batch {
  /** [n, height, width, 1] */
  readonly images: tf.Tensor4D;
  /** [n], int32 */
  readonly labels: tf.Tensor1D;
}

/** Images `indices` of `set`, bytes replaced by `values[byte]`. */
export function batch(set: ImageSet, indices: Uint32Array, { values }: { values: Float32Array }): Batch {
  const size = set.height * set.width;
  // Fresh arrays for every batch: TensorFlow.js keeps a reference until it has uploaded them.
  const pixels = new Float32Array(indices.length * size);
  const labels = new Int32Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    const from = index * size;
    for (let p = 0; p < size; p++) pixels[i * size + p] = values[set.pixels[from + p]!]!;
    labels[i] = set.labels[index]!;
  }
  return {
    images: tf.tensor4d(pixels, [indices.length, set.height, set.width, 1]),
    labels: tf.tensor1d(labels, "int32"),
  };
}

/** `order` cut into runs of at most `size`, the last one shorter. */
export function* chunks(order: Uint32Array, size: number): Generator<Uint32Array> {
  for (let from = 0; from < order.length; from += size) yield order.subarray(from, from + size);
}
