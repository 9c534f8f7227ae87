import assert from "node:assert/strict";
import type { ImageSet } from "../../../data/dataset.ts";
import { epochImages } from "../../../data/distortion/versions.ts";
import { syntheticDataset } from "../../../data/synthetic/digits.ts";
import type { Backend } from "../../../device/backend.ts";
import { withBackend } from "../../../device/testing.ts";
import { withTunedKernels } from "../../../kernels/testing.ts";
import { AFFINE_POOL } from "../../../recipes/augmentations.ts";
import { LECUN_1998 } from "../../../recipes/lecun1998.ts";
import { CURVATURE_ONCE } from "../../../recipes/open_choices.ts";
import type { PatternRecipe } from "../../../recipes/recipe.ts";
import { ZIP_CODES_CONSTANT } from "../../../recipes/zip_codes.ts";
import { TINY_MODEL } from "../../testing.ts";
import { buildNetwork } from "../build_network.ts";
import type { TrainingState } from "../saved_state.ts";
import { train } from "../train.ts";
import type { TrainingOptions } from "../training.ts";
import { readWeights } from "../weights.ts";

/** Its three versions are trained on in the three passes. */
const POOL = { ...AFFINE_POOL, pool: 3 };

const { train: DIGITS } = syntheticDataset({ train: 300, test: 1 });

/** Trains the tiny network for three passes, or what is left of them. */
async function run(
  backend: Backend,
  { images = DIGITS, ...options }: Partial<TrainingOptions> & { images?: ImageSet } = {},
) {
  const network = buildNetwork({ model: TINY_MODEL, recipe: LECUN_1998 }, { seed: 1, backend });
  try {
    const { epochs } = await train(network, images, {
      recipe: LECUN_1998,
      learningRate: 0.002,
      epochs: 3,
      seed: 1,
      backend,
      ...options,
    });
    return { epochs, weights: await readWeights(network) };
  } finally {
    network.dispose();
  }
}

Deno.test("train() pattern by pattern learns, reports its passes and ends with the same bytes again", () =>
  withTunedKernels(async (backend) => {
    const seen: number[] = [];
    const { epochs, weights } = await run(backend, { onProgress: ({ images }) => seen.push(images) });
    assert.deepEqual(epochs.map(({ epoch, learningRate }) => [epoch, learningRate]), [
      [1, 0.002],
      [2, 0.0004],
      [3, 0.00004],
    ]);
    assert.ok(epochs[2]!.trainErrorPct < epochs[0]!.trainErrorPct && epochs[0]!.trainErrorPct < 80);
    assert.equal(seen.at(-1), 900);
    assert.deepEqual(seen, seen.toSorted((a, b) => a - b));
    assert.deepEqual((await run(backend)).weights, weights);
  }));

Deno.test("train() pattern by pattern counts errors on held-out images after every pass, with the same weights", () =>
  withTunedKernels(async (backend) => {
    const { test } = syntheticDataset({ train: 1, test: 40 });
    const [measured, plain] = [await run(backend, { test, validation: DIGITS }), await run(backend)];
    assert.deepEqual(measured.weights, plain.weights);
    for (const { testErrors, validationErrors } of measured.epochs) {
      assert.ok(testErrors! <= 40 && validationErrors! <= 300 && validationErrors! > 0, `${testErrors}`);
    }
    assert.ok(plain.epochs.every((epoch) => !("testErrors" in epoch) && !("validationErrors" in epoch)));
  }));

for (const recipe of [LECUN_1998, CURVATURE_ONCE]) {
  Deno.test(`train() by ${recipe.id} resumes from a saved state and ends with the same bytes`, () =>
    withTunedKernels(async (backend) => {
      const states: TrainingState[] = [];
      const whole = await run(backend, { recipe, saving: { everySeconds: 0, save: (state) => states.push(state) } });
      assert.equal(states.length, 2);
      for (const from of states) {
        const { epochs, weights } = await run(backend, { recipe, from });
        assert.deepEqual(weights, whole.weights);
        assert.deepEqual(epochs.map(({ trainLoss }) => trainLoss), whole.epochs.map(({ trainLoss }) => trainLoss));
      }
    }));
}

Deno.test("train() pattern by pattern estimates second derivatives before every pass, or once if the recipe says so", () =>
  withTunedKernels(async (backend) => {
    const weightsOf = async (recipe: PatternRecipe, epochs: number) => (await run(backend, { recipe, epochs })).weights;
    assert.deepEqual(await weightsOf(CURVATURE_ONCE, 1), await weightsOf(LECUN_1998, 1));
    assert.notDeepEqual(await weightsOf(CURVATURE_ONCE, 2), await weightsOf(LECUN_1998, 2));
  }));

Deno.test("train() pattern by pattern makes several passes per epoch in the same order", () =>
  withTunedKernels(async (backend) => {
    const recipe = { ...CURVATURE_ONCE, schedule: ZIP_CODES_CONSTANT.schedule };
    const single = await run(backend, { recipe, epochs: 2 });
    const seen: number[] = [];
    const double = await run(backend, {
      recipe,
      epochs: 1,
      passes: 2,
      onProgress: ({ images }) => seen.push(images),
    });
    assert.equal(seen.at(-1), 600);
    const [first, second] = single.epochs;
    assert.equal(double.epochs.length, 1);
    assert.equal(double.epochs[0]!.trainErrorPct, (first!.trainErrorPct + second!.trainErrorPct) / 2);
    // The background's part of the updates is added up over an epoch.
    double.weights.forEach((weight, i) => assert.ok(Math.abs(weight - single.weights[i]!) < 1e-5));
  }));

Deno.test("train() pattern by pattern computes the same on TensorFlow.js's cpu backend, apart from rounding", async () => {
  const losses: number[] = [];
  const record = async (backend: Backend) => {
    losses.push((await run(backend, { epochs: 1 })).epochs[0]!.trainLoss);
  };
  await withBackend("cpu", record);
  await withTunedKernels(record);
  assert.ok(Math.abs(losses[0]! - losses[1]!) < 1e-5 * losses[0]!, `${losses}`);
});

Deno.test("train() pattern by pattern trains on distorted images, and ends with the same bytes when it is resumed", () =>
  withTunedKernels(async (backend) => {
    const states: TrainingState[] = [];
    const saving = { everySeconds: 0, save: (state: TrainingState) => states.push(state) };
    const plain = await run(backend);
    const whole = await run(backend, { augmentation: POOL, saving });
    assert.ok(whole.epochs[2]!.trainErrorPct < 50 && whole.epochs[2]!.trainLoss > plain.epochs[2]!.trainLoss);
    assert.deepEqual((await run(backend, { augmentation: POOL })).weights, whole.weights);
    assert.equal(states.length, 2);
    for (const from of states) {
      assert.deepEqual((await run(backend, { augmentation: POOL, from })).weights, whole.weights);
    }
  }));

Deno.test("train() pattern by pattern trains in a pass on the images of epochImages()", () =>
  withTunedKernels(async (backend) => {
    const distorted = await run(backend, { augmentation: POOL, epochs: 1 });
    const images = epochImages(DIGITS, { augmentation: POOL, epoch: 1, seed: 1 });
    assert.deepEqual((await run(backend, { images, epochs: 1 })).weights, distorted.weights);
    assert.notDeepEqual((await run(backend, { epochs: 1 })).weights, distorted.weights);
  }));

Deno.test("train() pattern by pattern computes the same from distorted images on the cpu backend, apart from rounding", async () => {
  const losses: number[] = [];
  const record = async (backend: Backend) => {
    losses.push((await run(backend, { epochs: 2, augmentation: POOL })).epochs[1]!.trainLoss);
  };
  await withBackend("cpu", record);
  await withTunedKernels(record);
  assert.ok(Math.abs(losses[0]! - losses[1]!) < 1e-5 * losses[0]!, `${losses}`);
});

Deno.test("train() pattern by pattern can be stopped in the middle of a pass", () =>
  withTunedKernels(async (backend) => {
    const stop = new AbortController();
    const reason = new Error("stopped");
    await assert.rejects(
      run(backend, { signal: stop.signal, onProgress: () => stop.abort(reason) }),
      (error) => error === reason,
    );
  }));

Deno.test("train() refuses what pattern by pattern does not have, by name", () =>
  withTunedKernels(async (backend) => {
    const recipe = { ...LECUN_1998, batch: 4, weightDecay: 0.1 };
    await assert.rejects(run(backend, { recipe }), /UserError: .*"lecun1998".*batches of 4.*weight decay/);
  }));
