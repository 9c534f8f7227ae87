import assert from "node:assert/strict";
import fc from "fast-check";
import type { Dataset, ImageSet } from "./dataset.ts";
import { split, type SplitSizes } from "./split.ts";

/** Images of one pixel and two maps that spell the image's index, so that copies can be traced. */
function traceable(labels: Uint8Array): ImageSet {
  const pixels = Uint8Array.from(Array.from(labels, (_, i) => [i >> 8, i & 255]).flat());
  return { count: labels.length, height: 1, width: 1, maps: 2, pixels, labels };
}

function indices({ pixels, count }: ImageSet): number[] {
  return Array.from({ length: count }, (_, i) => pixels[2 * i]! * 256 + pixels[2 * i + 1]!);
}

function dataset(trainLabels: Uint8Array, testLabels: Uint8Array): Dataset {
  return {
    id: "tiny",
    title: "Tiny",
    sha256: "0".repeat(64),
    train: traceable(trainLabels),
    test: traceable(testLabels),
  };
}

const labelsOf = (minLength: number) => fc.uint8Array({ minLength, maxLength: 300, max: 9 });
const classCounts = (labels: Uint8Array) =>
  Array.from({ length: 10 }, (_, digit) => labels.filter((label) => label === digit).length);

Deno.test("split() returns disjoint sets of the requested sizes, with the right labels", () => {
  fc.assert(
    fc.property(labelsOf(2), labelsOf(1), fc.nat(), fc.nat(), fc.nat(), (trainLabels, testLabels, a, b, c) => {
      const validationImages = a % trainLabels.length;
      const trainImages = 1 + b % (trainLabels.length - validationImages);
      const testImages = 1 + c % testLabels.length;
      const sets = split(dataset(trainLabels, testLabels), { trainImages, validationImages, testImages });
      const [train, validation] = [indices(sets.train), indices(sets.validation)];
      assert.equal(train.length, trainImages);
      assert.equal(validation.length, validationImages);
      assert.equal(new Set([...train, ...validation]).size, trainImages + validationImages);
      assert.deepEqual([...sets.train.labels], train.map((index) => trainLabels[index]));
      assert.deepEqual([...sets.validation.labels], validation.map((index) => trainLabels[index]));
      const test = indices(sets.test);
      assert.deepEqual(test, [...sets.testPositions]);
      assert.deepEqual(test, [...new Set(test)].sort((a, b) => a - b));
      assert.equal(test.length, testImages);
      assert.deepEqual([...sets.test.labels], test.map((index) => testLabels[index]));
    }),
    { seed: 1998 },
  );
});

Deno.test("split() holds out a share of the training set", () => {
  const labels = Uint8Array.from({ length: 100 }, (_, i) => i % 10);
  const shares = { trainImages: "all", testImages: "all" } as const;
  const { train, validation } = split(dataset(labels, labels), { ...shares, validationImages: 1 / 6 });
  assert.deepEqual([train.count, validation.count], [83, 17]);
  assert.deepEqual(
    split(dataset(labels, labels), { ...shares, validationImages: 17 }),
    { ...split(dataset(labels, labels), { ...shares, validationImages: 1 / 6 }) },
  );
});

Deno.test("split() draws evenly from the classes, in an order unlike the file's", () => {
  const labels = Uint8Array.from({ length: 1_000 }, (_, i) => Math.floor(i / 100));
  const { train, validation } = split(dataset(labels, labels), {
    trainImages: 605,
    validationImages: 200,
    testImages: "all",
  });
  assert.deepEqual(classCounts(validation.labels), Array(10).fill(20));
  assert.deepEqual(classCounts(train.labels), [61, 61, 61, 61, 61, 60, 60, 60, 60, 60]);
  const zeros = indices(train).filter((index) => index < 100);
  assert.notDeepEqual(zeros, zeros.toSorted((a, b) => a - b));
});

Deno.test("split() tests on as many of each class, also of a file that is sorted by class", () => {
  const labels = Uint8Array.from({ length: 300 }, (_, i) => Math.floor(i / 30));
  const { test } = split(dataset(labels, labels), { trainImages: 10, validationImages: 0, testImages: 200 });
  assert.deepEqual(classCounts(test.labels), Array(10).fill(20));
});

Deno.test("split() takes all of a rare class and fills up from the others", () => {
  const labels = Uint8Array.from({ length: 100 }, (_, i) => i < 4 ? 7 : i % 2);
  const { train } = split(dataset(labels, labels), { trainImages: 24, validationImages: 0, testImages: 1 });
  assert.deepEqual(classCounts(train.labels), [10, 10, 0, 0, 0, 0, 0, 4, 0, 0]);
});

Deno.test("split() holds out the same images whatever is trained on, and takes the rest as `all`", () => {
  const labels = Uint8Array.from({ length: 500 }, (_, i) => i % 10);
  const data = dataset(labels, labels);
  const few = split(data, { trainImages: 10, validationImages: 50, testImages: 5 });
  const all = split(data, { trainImages: "all", validationImages: 50, testImages: "all" });
  assert.deepEqual(few.validation, all.validation);
  assert.deepEqual(indices(few.train), indices(all.train).slice(0, 10));
  assert.equal(all.train.count, 450);
  assert.equal(all.test.count, 500);
});

Deno.test("split() returns no test images if none may be seen", () => {
  const labels = Uint8Array.from({ length: 100 }, (_, i) => i % 10);
  const { test } = split(dataset(labels, labels), { trainImages: 10, validationImages: 10, testImages: 0 });
  assert.deepEqual([test.count, test.pixels.length, test.labels.length], [0, 0, 0]);
});

Deno.test("split() refuses more images than there are, and nothing to train on", () => {
  const labels = Uint8Array.from({ length: 100 }, (_, i) => i % 10);
  const refuses = (sizes: SplitSizes, message: RegExp) =>
    assert.throws(() => split(dataset(labels, labels), sizes), { name: "UserError", message });
  refuses({ trainImages: 91, validationImages: 10, testImages: 1 }, /train on "91" and hold out "10" of the 100/);
  refuses({ trainImages: "all", validationImages: 100, testImages: 1 }, /train on "all" and hold out "100"/);
  refuses({ trainImages: 0, validationImages: 10, testImages: 1 }, /train on "0"/);
  refuses({ trainImages: 10, validationImages: 0, testImages: 101 }, /test on "101" images: .* has 100/);
});
