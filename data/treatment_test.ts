import assert from "node:assert/strict";
import type { ImageSet } from "./dataset.ts";
import { firstImages, shufflePixels } from "./treatment.ts";

const SET: ImageSet = {
  count: 2,
  height: 4,
  width: 4,
  pixels: Uint8Array.from({ length: 32 }, (_, i) => i % 16),
  labels: new Uint8Array([3, 5]),
};

Deno.test("shuffled pixels are the same pixels in another order, which all images share", () => {
  const { pixels } = shufflePixels(SET);
  assert.notDeepEqual(pixels, SET.pixels);
  assert.deepEqual(pixels.slice(0, 16).toSorted(), SET.pixels.slice(0, 16));
  assert.deepEqual(pixels.slice(0, 16), pixels.slice(16));
});

Deno.test("the first images, with their labels", () => {
  const { count, pixels, labels } = firstImages(SET, 1);
  assert.deepEqual([count, pixels.length, [...labels]], [1, 16, [3]]);
});
