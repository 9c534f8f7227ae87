import assert from "node:assert/strict";
import type { ImageSet } from "./dataset.ts";
import { oddities } from "./oddities.ts";
import { syntheticDataset } from "./synthetic/digits.ts";
import { SMALL } from "./testing.ts";

const { train, test } = syntheticDataset({ train: 60, test: 40 });

/** The images at `indices`. */
function pick({ pixels, labels, ...shape }: ImageSet, indices: readonly number[]): ImageSet {
  return {
    ...shape,
    count: indices.length,
    pixels: Uint8Array.from(indices.flatMap((i) => [...pixels.subarray(784 * i, 784 * i + 784)])),
    labels: Uint8Array.from(indices, (i) => labels[i]!),
  };
}

const withPixels = (set: ImageSet, change: (pixel: number) => number) => ({ ...set, pixels: set.pixels.map(change) });
const all = Array.from(test.labels.keys());
const byClass = (a: number, b: number) => test.labels[a]! - test.labels[b]!;

Deno.test("oddities() has nothing to say about digits as MNIST's", () => {
  assert.equal(oddities({ train, test }), "");
  assert.equal(oddities(SMALL), "");
});

Deno.test("oddities() counts classes that are missing or rare", () => {
  const three = pick(test, all.filter((i) => test.labels[i]! < 3));
  assert.equal(oddities({ train, test: three }), "The test images are of 3 of 10 classes: 0, 1, 2.");
  const one = pick(train, [...train.labels.keys()].filter((i) => train.labels[i] === 4));
  assert.equal(oddities({ train: one, test }), "The training images are of 1 of 10 classes: 4.");
  const labels = train.labels.map((label, i) => i < 10 ? i : label === 7 ? 1 : label);
  assert.match(oddities({ train: { ...train, labels }, test }), /^The training classes differ .* \(class 1\)\.$/);
});

Deno.test("oddities() reports pixels of an odd range, and a bright background", () => {
  const scaled = withPixels(test, (pixel) => pixel > 127 ? 1 : 0);
  assert.match(oddities({ train, test: scaled }), /^The pixels of the test images are from 0 to 1, of 0 to 255: were/);
  assert.match(
    oddities({ train: withPixels(train, (pixel) => 255 - pixel), test }),
    /^The training images have a bright background/,
  );
});

Deno.test("oddities() reports images that are the same", () => {
  const black = withPixels(test, () => 0);
  assert.equal(oddities({ train, test: black }), "All test images are the same.");
  const twice = pick(train, [0, 1, 2, 0, ...train.labels.keys()]);
  assert.equal(oddities({ train: twice, test }), "Of 64 training images, 4 are the same as another one.");
  const mixed = { ...test, pixels: test.pixels.slice() };
  mixed.pixels.set(train.pixels.subarray(0, 784));
  assert.equal(oddities({ train, test: mixed }), "Of 40 test images, 1 are training images, too.");
});

Deno.test("oddities() reports test images that are sorted by class, in any order of the classes", () => {
  for (const direction of [1, -1]) {
    const sorted = pick(test, all.toSorted((a, b) => direction * byClass(a, b)));
    assert.match(oddities({ train, test: sorted }), /^The test images are sorted by class:/);
  }
  const parity = pick(test, all.toSorted((a, b) => test.labels[a]! % 2 - test.labels[b]! % 2 || byClass(a, b)));
  assert.match(oddities({ train, test: parity }), /^The test images are sorted by class:/);
});
