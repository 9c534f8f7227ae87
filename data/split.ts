/**
 * Which images are trained on, which choose hyper-parameters, and which judge.
 *
 * @module
 */
import { UserError } from "../base/errors.ts";
import { stream } from "../base/random.ts";
import { CLASSES, type Dataset, imageBytes, type ImageSet } from "./dataset.ts";

/** Fixed, so that all trials hold out the same images, whatever their seeds. */
const SEED = 0;

/** How many images each part has. */
export interface SplitSizes {
  /** `all` is everything that is not held out. */
  readonly trainImages: number | "all";
  /** A number, or the share of the training set if less than 1. */
  readonly validationImages: number;
  readonly testImages: number | "all";
}

/** How many of a training set's `available` images are held out. */
export function heldOutOf(available: number, { validationImages }: Pick<SplitSizes, "validationImages">): number {
  return validationImages < 1 ? Math.round(validationImages * available) : validationImages;
}

/** The parts of a data set that a run uses; no image is in two of them. */
export interface Split {
  readonly train: ImageSet;
  readonly validation: ImageSet;
  readonly test: ImageSet;
  /** Where each test image is in the data set's test set, from 0. */
  readonly testPositions: Uint32Array;
}

/**
 * Splits a data set. Validation images, then train images, are dealt from the training set in one fixed random order
 * that cycles through the classes, so both are as balanced as the classes allow, and neither depends on a trial's seed.
 * A part of the test set is dealt in the same way, since the file may be sorted by class; it stays in the file's order.
 *
 * @throws {UserError} More images are asked for than there are, or none are left to train on.
 */
export function split(dataset: Dataset, sizes: SplitSizes): Split {
  const { id, train, test } = dataset;
  const { trainImages, testImages } = sizes;
  const heldOut = heldOutOf(train.count, sizes);
  const trainCount = trainImages === "all" ? train.count - heldOut : trainImages;
  const testCount = testImages === "all" ? test.count : testImages;
  if (trainCount < 1 || trainCount + heldOut > train.count) {
    throw new UserError(
      `Cannot train on "${trainImages}" and hold out "${heldOut}" of the ${train.count} training images of ` +
        `data set "${id}". Ask for fewer with --train-images and --validation-images, and leave one to train on.`,
    );
  }
  if (testCount < 0 || testCount > test.count) {
    throw new UserError(
      `Cannot test on "${testImages}" images: data set "${id}" has ${test.count}. Ask for no more than that with --test-images.`,
    );
  }
  const order = dealByClass(train.labels, "split");
  const testPositions = dealByClass(test.labels, "test split").subarray(0, testCount).sort();
  return {
    validation: take(train, order.subarray(0, heldOut)),
    train: take(train, order.subarray(heldOut, heldOut + trainCount)),
    test: testCount === test.count ? test : take(test, testPositions),
    testPositions,
  };
}

/** All indices, shuffled by the stream `name`, then one of each class in turn; classes that run out are skipped. */
function dealByClass(labels: Uint8Array, name: string): Uint32Array {
  const piles: number[][] = Array.from({ length: CLASSES }, () => []);
  for (const index of stream(SEED, name).shuffle(labels.length)) piles[labels[index]!]!.push(index);
  const order = new Uint32Array(labels.length);
  let dealt = 0;
  for (let round = 0; dealt < labels.length; round++) {
    for (const pile of piles) {
      if (round < pile.length) order[dealt++] = pile[round]!;
    }
  }
  return order;
}

/** Copies of the images at `indices`. */
function take(set: ImageSet, indices: Uint32Array): ImageSet {
  const size = imageBytes(set);
  const pixels = new Uint8Array(indices.length * size);
  indices.forEach((index, i) => pixels.set(set.pixels.subarray(index * size, (index + 1) * size), i * size));
  return { ...set, count: indices.length, pixels, labels: Uint8Array.from(indices, (index) => set.labels[index]!) };
}
