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

Deno.test("epochImages() shows every image in all versions of a pool, itself among them, and begins again", () => {
  const size = 28 * 28;
  const epochs = [1, 2, 3].map((epoch) => images(epoch).pixels);
  for (let i = 0; i < 6; i++) {
    const image = (pixels: Uint8Array) => pixels.subarray(i * size, (i + 1) * size).toHex();
    const versions = epochs.map(image);
    assert.equal(new Set(versions).size, 3);
    assert.equal(versions.indexOf(image(DIGITS.pixels)), (3 - i % 3) % 3);
  }
  assert.deepEqual(images(4), images(1));
  assert.notDeepEqual(images(2, { seed: 2 }).pixels, images(2).pixels);
});

Deno.test("epochImages() distorts anew in every epoch without a pool", () => {
  const epochs = [1, 2, 4, 5].map((epoch) => images(epoch, { augmentation: NEW }).pixels.toHex());
  assert.equal(new Set([DIGITS.pixels.toHex(), ...epochs]).size, 5);
});

Deno.test("epochImages() rounds what distortImages() computes, and keeps the labels", () => {
  const { pixels, labels } = images(2, { augmentation: NEW });
  const distortions = epochDistortions({ augmentation: NEW, epoch: 2, seed: 1 }, DIGITS.count);
  const expected = distortImages(DIGITS.pixels, distortions, { height: 28, width: 28, background: 0 });
  assert.deepEqual(pixels, Uint8Array.from(expected, Math.round));
  assert.equal(labels, DIGITS.labels);
});

Deno.test("epochImages() bends images by an elastic distortion, too", () => {
  const elastic = { id: "elastic", title: "", elastic: { sigma: 4, alpha: 34 } };
  assert.notDeepEqual(images(1, { augmentation: elastic }).pixels, DIGITS.pixels);
});
