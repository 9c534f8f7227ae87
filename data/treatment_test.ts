import assert from "node:assert/strict";
import type { ImageSet } from "./dataset.ts";
import { firstImages, shufflePixels } from "./treatment.ts";

const SET: ImageSet = {
  count: 2,
  height: 4,
  width: 4,
  maps: 1,
  pixels: Uint8Array.from({ length: 32 }, (_, i) => i % 16),
  labels: new Uint8Array([3, 5]),
};

Deno.test("shufflePixels() puts the pixels of all images into the same new order", () => {
  const { pixels } = shufflePixels(SET);
  assert.notDeepEqual(pixels, SET.pixels);
  assert.deepEqual(pixels.slice(0, 16).toSorted(), SET.pixels.slice(0, 16));
  assert.deepEqual(pixels.slice(0, 16), pixels.slice(16));
});

Deno.test("shufflePixels() keeps the maps of a pixel together, in the order of grey pixels", () => {
  const coloured = {
    ...SET,
    maps: 3,
    pixels: Uint8Array.from({ length: 96 }, (_, i) => 100 * (i % 3) + SET.pixels[Math.floor(i / 3)]!),
  };
  const shuffled = shufflePixels(coloured).pixels;
  const order = shufflePixels(SET).pixels;
  assert.deepEqual([...shuffled], Array.from(order, (byte) => [byte, 100 + byte, 200 + byte]).flat());
});

Deno.test("firstImages() keeps the first images and their labels", () => {
  const { count, pixels, labels } = firstImages(SET, 1);
  assert.deepEqual([count, pixels.length, [...labels]], [1, 16, [3]]);
  assert.equal(firstImages({ ...SET, count: 1, maps: 2 }, 1).pixels.length, 32);
});
