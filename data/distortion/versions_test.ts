import assert from "node:assert/strict";
import { syntheticDataset } from "../synthetic/digits.ts";
import type { Augmentation } from "./augmentation.ts";
import { distortImages } from "./distort.ts";
import { epochDistortions, epochImages } from "./versions.ts";

const { train: DIGITS } = syntheticDataset({ train: 120, test: 1 });
const NEW: Augmentation = { id: "new", title: "", shift: 2, scale: 1.15 };
const POOL: Augmentation = { ...NEW, pool: 3 };

function images(epoch: number, { augmentation = POOL, seed = 1 } = {}) {
  return epochImages(DIGITS, { augmentation, epoch, seed });
}

Deno.test("epochImages() goes through a pool's versions, the images themselves first, and begins again", () => {
  assert.equal(images(1), DIGITS);
  assert.equal(images(4), DIGITS);
  assert.notDeepEqual(images(2).pixels, DIGITS.pixels);
  assert.notDeepEqual(images(3).pixels, images(2).pixels);
  assert.deepEqual(images(5), images(2));
  assert.notDeepEqual(images(2, { seed: 2 }).pixels, images(2).pixels);
});

Deno.test("epochImages() distorts anew in every epoch without a pool", () => {
  const epochs = [1, 2, 4, 5].map((epoch) => images(epoch, { augmentation: NEW }).pixels.toHex());
  assert.equal(new Set([DIGITS.pixels.toHex(), ...epochs]).size, 5);
});

Deno.test("epochImages() rounds what distortImages() computes, and keeps the labels", () => {
  const { pixels, labels } = images(2);
  const distortions = epochDistortions({ augmentation: POOL, epoch: 2, seed: 1 }, DIGITS.count);
  const expected = distortImages(DIGITS.pixels, distortions, { height: 28, width: 28, background: 0 });
  assert.deepEqual(pixels, Uint8Array.from(expected, Math.round));
  assert.equal(labels, DIGITS.labels);
});

Deno.test("epochImages() bends images by an elastic distortion, too", () => {
  const elastic = { id: "elastic", title: "", elastic: { sigma: 4, alpha: 34 } };
  assert.notDeepEqual(images(1, { augmentation: elastic }).pixels, DIGITS.pixels);
});
