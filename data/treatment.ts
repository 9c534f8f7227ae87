/**
 * What is done with a data set's images before they are trained on.
 *
 * @module
 */
import { stream } from "../base/random.ts";
import type { ImageSet } from "./dataset.ts";

/** Fixed, so that every trial, whatever its seed, has its pixels in the same order. */
const SEED = 0;

/** Every image's pixels in one random order: what lies side by side no longer belongs together. */
export function shufflePixels(set: ImageSet): ImageSet {
  const size = set.height * set.width;
  const order = stream(SEED, "pixels").shuffle(size);
  const pixels = new Uint8Array(set.pixels.length);
  for (let start = 0; start < pixels.length; start += size) {
    for (let p = 0; p < size; p++) pixels[start + p] = set.pixels[start + order[p]!]!;
  }
  return { ...set, pixels };
}

/** The first `count` images, not copied. */
export function firstImages(set: ImageSet, count: number): ImageSet {
  const pixels = set.pixels.subarray(0, count * set.height * set.width);
  return { ...set, count, pixels, labels: set.labels.subarray(0, count) };
}
