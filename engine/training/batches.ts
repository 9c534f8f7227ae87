/**
 * Turns bytes into network inputs, one batch at a time.
 *
 * @module
 */
import { imageBytes, type ImageSet } from "../../data/dataset.ts";

/** Values of images, one after the other, and their labels. */
export interface Batch {
  readonly pixels: Float32Array<ArrayBuffer>;
  readonly labels: Int32Array<ArrayBuffer>;
}

/** Room for `images` images of `set`'s size. */
export function emptyBatch(set: ImageSet, images: number): Batch {
  return { pixels: new Float32Array(images * imageBytes(set)), labels: new Int32Array(images) };
}

/**
 * Fills `batch` with images `indices` of `set`, bytes replaced by `values[byte]`.
 *
 * @returns `batch`, or the part of it that the images fill.
 */
export function fillBatch(
  batch: Batch,
  set: ImageSet,
  { indices, values }: { indices: Uint32Array; values: Float32Array },
): Batch {
  const { pixels, labels } = batch;
  const size = imageBytes(set);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    const from = index * size;
    for (let p = 0; p < size; p++) pixels[i * size + p] = values[set.pixels[from + p]!]!;
    labels[i] = set.labels[index]!;
  }
  return { pixels: pixels.subarray(0, indices.length * size), labels: labels.subarray(0, indices.length) };
}

/** The rows of `size` numbers at `indices`, one after the other. */
export function takeRows(
  rows: Float32Array<ArrayBuffer>,
  { indices, size }: { indices: Uint32Array; size: number },
): Float32Array<ArrayBuffer> {
  const taken = new Float32Array(indices.length * size);
  indices.forEach((index, i) => taken.set(rows.subarray(index * size, (index + 1) * size), i * size));
  return taken;
}

/** `order` cut into runs of at most `size`, the last one shorter. */
export function* chunks(order: Uint32Array, size: number): Generator<Uint32Array> {
  for (let from = 0; from < order.length; from += size) yield order.subarray(from, from + size);
}
