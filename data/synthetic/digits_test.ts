import assert from "node:assert/strict";
import { sha256 } from "../checksum.ts";
import type { ImageSet } from "../dataset.ts";
import { syntheticDataset } from "./digits.ts";

const SIZE = 28 * 28;
const { id, sha256: checksum, notice, train, test } = syntheticDataset({ train: 2_000, test: 500 });

const image = (set: ImageSet, i: number) => set.pixels.subarray(i * SIZE, (i + 1) * SIZE);

Deno.test("syntheticDataset() is always the same, and says what it is", () => {
  assert.equal(id, "synthetic");
  assert.match(notice ?? "", /can't be compared with published/);
  assert.equal(checksum, "08413c341d976fb9a3251e30ae5ee9a423733979a2e6f54e8a5571dd01278cfe");
});

Deno.test("syntheticDataset() has the ten classes equally often", () => {
  for (const { labels, count } of [train, test]) {
    for (let digit = 0; digit < 10; digit++) {
      assert.equal(labels.filter((label) => label === digit).length, count / 10);
    }
  }
});

Deno.test("syntheticDataset() begins alike in every size", () => {
  const small = syntheticDataset({ train: 37, test: 11 });
  assert.deepEqual(small.train.pixels, train.pixels.subarray(0, 37 * SIZE));
  assert.deepEqual(small.test.pixels, test.pixels.subarray(0, 11 * SIZE));
});

Deno.test("syntheticDataset() draws no image twice, in train or test", () => {
  const seen = new Set([train, test].flatMap((set) => Array.from(set.labels, (_, i) => sha256(image(set, i)))));
  assert.equal(seen.size, train.count + test.count);
});

Deno.test("syntheticDataset() draws dark ink on an empty ground", () => {
  for (let i = 0; i < train.count; i++) {
    const pixels = image(train, i);
    assert(pixels.filter((value) => value === 0).length > 0.5 * SIZE, `image ${i} has too little ground`);
    assert(pixels.filter((value) => value >= 100).length > 15, `image ${i} has too little ink`);
  }
});

Deno.test("syntheticDataset() has different classes, but class means can't tell all of them apart", () => {
  const means = Array.from({ length: 10 }, () => new Float64Array(SIZE));
  train.labels.forEach((label, i) =>
    image(train, i).forEach((value, p) => means[label]![p]! += value * 10 / train.count)
  );
  const nearest = (pixels: Uint8Array) => {
    const distances = means.map((mean) => mean.reduce((sum, value, p) => sum + (value - pixels[p]!) ** 2, 0));
    return distances.indexOf(Math.min(...distances));
  };
  const right = test.labels.filter((label, i) => nearest(image(test, i)) === label).length / test.count;
  assert(right > 0.5 && right < 0.9, `class means are right on ${right}`);
});
