/**
 * What is done to a data set's images before training.
 *
 * @module
 */
import { stream } from "../base/random.ts";
import { imageBytes, type ImageSet } from "./dataset.ts";

/** Fixed, so that every trial, whatever its seed, has its pixels in the same order. */
const SEED = 0;

/**
 * Every image's pixels in the same random order, so that neighbours are unrelated. The maps of a pixel stay together.
 */
export function shufflePixels(set: ImageSet): ImageSet {
  const { height, width, maps } = set;
  const order = stream(SEED, "pixels").shuffle(height * width);
  const pixels = new Uint8Array(set.pixels.length);
  for (let start = 0; start < pixels.length; start += imageBytes(set)) {
    order.forEach((from, to) => {
      for (let map = 0; map < maps; map++) pixels[start + to * maps + map] = set.pixels[start + from * maps + map]!;
    });
  }
  return { ...set, pixels };
}

/** The first `count` images, not copied. */
export function firstImages(set: ImageSet, count: number): ImageSet {
  const pixels = set.pixels.subarray(0, count * imageBytes(set));
  return { ...set, count, pixels, labels: set.labels.subarray(0, count) };
}
