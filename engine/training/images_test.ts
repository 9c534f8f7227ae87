import assert from "node:assert/strict";
import { numberedImages, TINY_MODEL } from "../testing.ts";
import { passesOf, preparedImages } from "./images.ts";

const SPLIT = {
  train: numberedImages(60),
  validation: numberedImages(10),
  test: numberedImages(10),
  testPositions: Uint32Array.from({ length: 10 }, (_, i) => 2 * i),
};

Deno.test("passesOf() makes up for a share of the training images, and keeps validation and test images", () => {
  const images = preparedImages(SPLIT);
  const few = images({ model: TINY_MODEL, data: { share: 1 / 6 } });
  assert.deepEqual([few.train.count, few.validation.count, few.test.count], [10, 10, 10]);
  assert.equal(few.testPositions, SPLIT.testPositions);
  assert.equal(passesOf({ data: { share: 1 / 6 } }), 6);
  assert.equal(passesOf({}), 1);
});

Deno.test("preparedImages() shuffles pixels in every part, before the images are fitted", () => {
  const images = preparedImages({
    ...SPLIT,
    test: { ...SPLIT.test, pixels: SPLIT.test.pixels.map((_, i) => i % 251) },
  });
  const plain = images({ model: TINY_MODEL });
  const shuffled = images({ model: TINY_MODEL, data: { shuffledPixels: true } });
  assert.notDeepEqual(shuffled.test.pixels, plain.test.pixels);
  // Padded after the shuffle: the border stays background.
  const padded = images({ model: { ...TINY_MODEL, fit: "pad_to_32" }, data: { shuffledPixels: true } });
  assert.ok(padded.test.pixels.subarray(0, 64).every((byte) => byte === 0));
});

Deno.test("preparedImages() prepares images once for all variants with the same needs", () => {
  const images = preparedImages(SPLIT);
  assert.equal(images({ model: TINY_MODEL }), images({ model: TINY_MODEL, data: {} }));
});
