/**
 * How long a trial would take here, from a few steps of it.
 *
 * @module
 */
import type { Dataset } from "../../data/dataset.ts";
import { heldOutOf, split } from "../../data/split.ts";
import { SYNTHETIC_SIZES, syntheticDataset } from "../../data/synthetic/digits.ts";
import type { Backend } from "../../device/backend.ts";
import { FC_300, FC_300_100, LINEAR } from "../../models/fully_connected.ts";
import { LENET_1 } from "../../models/lenet1.ts";
import { LENET_5_SIZED } from "../../models/lenet5_sized.ts";
import { countLayers } from "../../models/network/count.ts";
import type { ModelSpec } from "../../models/network/spec.ts";
import type { Recipe } from "../../recipes/recipe.ts";
import type { Profile, Variant } from "../../suites/suite.ts";
import { buildNetwork } from "../training/build_network.ts";
import { preparedImages } from "../training/images.ts";
import { train } from "../training/train.ts";
import { TrainingFailure } from "../training/training.ts";

/** Steps that are timed, after one that compiles the shaders. */
const STEPS = 3;

/** Patterns that are timed when each is a step: as many as the second derivatives before a pass are estimated on. */
const PATTERNS = 500;

/** Steps of an epoch of {@linkcode createEstimator}: enough that reading back at its end does not matter. */
const ESTIMATOR_STEPS = 10;

/** Timed by {@linkcode createEstimator}: one without work worth the name, one of dense layers, one of convolutions. */
const TIMED = { batches: [LINEAR, FC_300_100, LENET_5_SIZED], patterns: [LINEAR, FC_300, LENET_1] } as const;

interface Turn {
  readonly epoch: number;
  readonly images: number;
  /** In milliseconds. */
  readonly at: number;
}

/** Seconds of one trial of a network, the evaluation of the test images and of `swept` distorted ones included. */
export type Estimator = (
  model: ModelSpec,
  options: { readonly profile: Profile; readonly swept: number },
) => number;

/** What every trial takes apart from its images: mostly compiling shaders. */
const TRIAL_SECONDS = 1;

/** Forward, and twice as much backward: what evaluating an image takes of training on it. */
const FORWARD_SHARE = 1 / 3;

/**
 * Times a few steps of `recipe` on three networks, and reckons with a constant, a time per multiply-accumulate of dense
 * layers, and one of all others. If a profile takes all images, they are as many as MNIST's.
 */
export async function createEstimator(recipe: Recipe, backend: Backend): Promise<Estimator> {
  const [small, dense, conv] = TIMED[isByPattern(recipe) ? "patterns" : "batches"];
  const seconds: number[] = [];
  for (const model of [small, dense, conv]) seconds.push(await secondsAnImage(model, { recipe, backend }));
  const [smallSeconds, denseSeconds, convSeconds] = seconds as [number, number, number];
  const byDense = Math.max(0, (denseSeconds - smallSeconds) / (macs(dense).dense - macs(small).dense));
  const fixed = Math.max(0, smallSeconds - byDense * macs(small).dense);
  const byOther = Math.max(0, (convSeconds - fixed - byDense * macs(conv).dense) / macs(conv).other);
  return (model, { profile, swept }) => {
    const { dense, other } = macs(model);
    const heldOut = heldOutOf(SYNTHETIC_SIZES.train, profile);
    const trained = profile.trainImages === "all" ? SYNTHETIC_SIZES.train - heldOut : profile.trainImages;
    const tested = profile.testImages === "all" ? SYNTHETIC_SIZES.test : profile.testImages;
    const images = profile.epochs * (trained + FORWARD_SHARE * heldOut) +
      FORWARD_SHARE * (tested + swept);
    return TRIAL_SECONDS + images * (fixed + byDense * dense + byOther * other);
  };
}

/** Multiply-accumulates of an image. */
function macs(model: ModelSpec): { dense: number; other: number } {
  const layers = countLayers(model);
  const all = layers.reduce((sum, layer) => sum + layer.macs, 0);
  const dense = layers.filter(({ kind }) => kind === "dense").reduce((sum, layer) => sum + layer.macs, 0);
  return { dense, other: all - dense };
}

async function secondsAnImage(
  model: ModelSpec,
  { recipe, backend }: { recipe: Recipe; backend: Backend },
): Promise<number> {
  const images = isByPattern(recipe) ? PATTERNS : recipe.batch * ESTIMATOR_STEPS;
  const network = buildNetwork({ model, recipe }, { seed: 0, backend });
  try {
    const { train: digits } = syntheticDataset({ train: images, test: 1 });
    const turns: Turn[] = [];
    const { epochs } = await train(network, digits, {
      recipe,
      learningRate: 1e-3,
      epochs: 3,
      seed: 0,
      backend,
      onProgress: ({ epoch, images }) => turns.push({ epoch, images, at: performance.now() }),
    });
    // The first epoch compiles and records.
    return Math.min(
      ...epochs.slice(1).map(({ epoch, seconds }) =>
        isByPattern(recipe) ? secondsPerImage(turns, epoch) : seconds / images
      ),
    );
  } finally {
    network.dispose();
  }
}

/** Seconds that one trial of `variant` would train; evaluation comes on top and is a small part. */
export async function estimateSeconds(
  variant: Variant,
  { profile, dataset, backend }: { profile: Profile; dataset: Dataset; backend: Backend },
): Promise<number> {
  const { model, learningRate, augmentation } = variant;
  // It may stop early in a run; a few steps can't, and need no held-out images.
  const { earlyStopping: _, ...recipe } = variant.recipe;
  const available = dataset.train.count - heldOutOf(dataset.train.count, profile);
  const images = profile.trainImages === "all" ? available : profile.trainImages;
  const sample = Math.min(isByPattern(recipe) ? PATTERNS : recipe.batch * STEPS, images);
  const few = preparedImages(split(dataset, { trainImages: sample, validationImages: 0, testImages: 1 }))({ model });
  const network = buildNetwork(variant, { seed: 0, backend });
  try {
    const seconds: number[] = [];
    const turns: Turn[] = [];
    await train(network, few.train, {
      recipe,
      learningRate,
      epochs: 2,
      seed: 0,
      ...(augmentation && { augmentation }),
      backend,
      onEpoch: (epoch) => seconds.push(epoch.seconds),
      onProgress: ({ epoch, images }) => turns.push({ epoch, images, at: performance.now() }),
    }).catch((error) => {
      // Few steps may not leave chance, and take as long all the same.
      if (!(error instanceof TrainingFailure) || seconds.length < 2) throw error;
    });
    // The first epoch compiles; the second is what all the others are like.
    const [first, second] = seconds as [number, number];
    const perImage = isByPattern(recipe) ? secondsPerImage(turns, 2) : second / sample;
    return (first - second) + (second + perImage * (images - sample)) * profile.epochs;
  } finally {
    network.dispose();
  }
}

/** A pass begins with an estimate of second derivatives, which takes as long for few patterns as for many. */
function isByPattern({ batch }: Pick<Recipe, "batch">): boolean {
  return batch === 1;
}

/** Between the first and the last of an epoch's turns: without what it begins with, however long that takes. */
function secondsPerImage(all: readonly Turn[], epoch: number): number {
  const turns = all.filter((turn) => turn.epoch === epoch);
  const [first, last] = [turns[0]!, turns.at(-1)!];
  return (last.at - first.at) / 1000 / (last.images - first.images);
}
