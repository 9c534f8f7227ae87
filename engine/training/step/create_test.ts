import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { stream } from "../../../base/random.ts";
import type { Augmentation } from "../../../data/distortion/augmentation.ts";
import { drawDistortions } from "../../../data/distortion/distort.ts";
import { syntheticDataset } from "../../../data/synthetic/digits.ts";
import type { Backend } from "../../../device/backend.ts";
import { assertClose } from "../../../device/testing.ts";
import { STOCK_KERNELS } from "../../../kernels/mod.ts";
import { withTunedKernels } from "../../../kernels/testing.ts";
import { AFFINE_ELASTIC, ALL_AFFINE } from "../../../recipes/augmentations.ts";
import { LECUN_1998_MINIBATCH } from "../../../recipes/lecun1998_minibatch.ts";
import { MODERN } from "../../../recipes/modern.ts";
import type { BatchRecipe } from "../../../recipes/recipe.ts";
import type { Variant } from "../../../suites/suite.ts";
import { TINY_MODEL, tinyVariant } from "../../testing.ts";
import { chunks, emptyBatch, fillBatch } from "../batches.ts";
import { buildNetwork } from "../build_network.ts";
import { pixelValues } from "../step_size.ts";
import { createTrainingStep } from "./create.ts";
import type { StepMetrics } from "./step.ts";

const VARIANT = tinyVariant({
  ...TINY_MODEL,
  layers: [
    { kind: "conv", name: "C1", maps: 4, kernel: 5, stride: 1, padding: 2, activation: "linear" },
    { kind: "batch_norm", name: "B1", activation: "hidden" },
    { kind: "max_pool", name: "S2", size: 2, stride: 2 },
    { kind: "dropout", name: "D2", rate: 0.1 },
    { kind: "conv", name: "C3", maps: 6, kernel: 5, stride: 1, padding: 0, activation: "hidden" },
    { kind: "subsample", name: "S4", size: 2, activation: "hidden" },
    { kind: "local", name: "L5", maps: 4, kernel: 2, stride: 1, padding: 0, activation: "prelu" },
    { kind: "l2_pool", name: "S6", size: 3, stride: 1 },
    { kind: "flatten", name: "flatten" },
    { kind: "dense", name: "F7", units: 20, activation: "hidden" },
    { kind: "dropout", name: "D7", rate: 0.5 },
    { kind: "dense", name: "output", units: 10, activation: "output" },
  ],
});

const { train: digits } = syntheticDataset({ train: 110, test: 1 });

/**
 * Metrics of every step of two epochs, and parameters and running statistics after each, in batches of 20, the last of
 * 10.
 */
async function trainTwoEpochs(
  backend: Backend,
  { recipe = MODERN, dropoutSeed = 1, variant = VARIANT }: {
    recipe?: BatchRecipe;
    dropoutSeed?: number;
    variant?: Variant;
  } = {},
): Promise<{ metrics: StepMetrics[]; weights: Float32Array[][] }> {
  const network = buildNetwork({ ...variant, recipe }, { seed: 1, backend });
  // Leaves a free buffer of the size of a step's control values: uploading into it is a command like any other.
  const spare = tf.tidy(() => tf.square(tf.tensor1d([7, 7])));
  await spare.data();
  spare.dispose();
  const step = createTrainingStep(network, { recipe, dropout: stream(dropoutSeed, "dropout"), mostSteps: 6, backend });
  const batch = emptyBatch(digits, 20);
  const metrics: StepMetrics[] = [];
  const weights: Float32Array[][] = [];
  for (const epoch of [1, 2]) {
    for (const indices of chunks(stream(1, `shuffle/${epoch}`).shuffle(digits.count), 20)) {
      const { pixels, labels } = fillBatch(batch, digits, { indices, values: pixelValues(recipe.pixels) });
      step.run(pixels, labels, { stepSize: 0.02 / epoch });
    }
    metrics.push(...await step.takeMetrics());
    const values: Float32Array[] = [];
    for (const { variable } of [...network.parameters, ...network.statistics]) {
      values.push(Float32Array.from(await variable.data()));
    }
    weights.push(values);
  }
  step.dispose();
  network.dispose();
  return { metrics, weights };
}

for (const recipe of [{ ...MODERN, weightDecay: 0.05 }, LECUN_1998_MINIBATCH]) {
  // 20 images: few enough for llvmpipe to complete the loops of the stock kernels.
  Deno.test(`createTrainingStep() reaches the same weights after two epochs, recorded or eager: ${recipe.id}`, () =>
    withTunedKernels(async (backend) => {
      const before = tf.memory().numTensors;
      const tuned = await trainTwoEpochs(backend, { recipe });
      assert.equal(tf.memory().numTensors, before);
      backend.useKernels(STOCK_KERNELS);
      const stock = await trainTwoEpochs(backend, { recipe });

      assert.equal(tuned.metrics.length, 12);
      assertClose(tuned.metrics.map(({ loss }) => loss), stock.metrics.map(({ loss }) => loss), {
        tolerance: 1e-5,
        what: "loss of step",
      });
      assert.deepEqual(tuned.metrics.map(({ wrong }) => wrong), stock.metrics.map(({ wrong }) => wrong));
      tuned.weights.forEach((parameters, epoch) =>
        parameters.forEach((values, i) =>
          assertClose(values, stock.weights[epoch]![i]!, {
            // The running statistics come last; stock reductions round a variance of 15,680 values more.
            tolerance: i < parameters.length - 1 ? 1e-5 : 5e-5,
            what: `epoch ${epoch + 1}, parameter ${i}, weight`,
          })
        )
      );
      assert.notDeepEqual(tuned.weights[0], tuned.weights[1]);
    }));
}

/** The weights after an epoch in batches of 20, the last of 10, of images distorted by the stream of `seed`. */
async function trainDistorted(
  backend: Backend,
  { augmentation, seed = 1 }: { augmentation: Augmentation; seed?: number },
): Promise<Float32Array> {
  const network = buildNetwork(tinyVariant(), { seed: 1, backend });
  const step = createTrainingStep(network, {
    recipe: MODERN,
    dropout: stream(1, "dropout"),
    mostSteps: 6,
    backend,
    distortion: { background: -0.4, ...(augmentation.elastic && { elastic: augmentation.elastic }) },
  });
  const batch = emptyBatch(digits, 20);
  const random = stream(seed, "augment/1");
  for (const indices of chunks(stream(1, "shuffle/1").shuffle(digits.count), 20)) {
    const { pixels, labels } = fillBatch(batch, digits, { indices, values: pixelValues(MODERN.pixels) });
    const distortions = drawDistortions(augmentation, { count: indices.length, random });
    step.run(pixels, labels, { stepSize: 0.02, distortions });
  }
  await step.finished();
  const weights = await network.parameters[0]!.variable.data<"float32">();
  step.dispose();
  network.dispose();
  return weights.slice();
}

for (const augmentation of [ALL_AFFINE, AFFINE_ELASTIC]) {
  Deno.test(`createTrainingStep() distorts as the definition does, by the stream alone: ${augmentation.title}`, () =>
    withTunedKernels(async (backend) => {
      const before = tf.memory().numTensors;
      const tuned = await trainDistorted(backend, { augmentation });
      assert.deepEqual(await trainDistorted(backend, { augmentation }), tuned);
      assert.notDeepEqual(await trainDistorted(backend, { augmentation, seed: 2 }), tuned);
      assert.equal(tf.memory().numTensors, before);
      backend.useKernels(STOCK_KERNELS);
      const stock = await trainDistorted(backend, { augmentation });
      assertClose(tuned, stock, { tolerance: 1e-5 });
    }));
}

/** The number of pipelines made while `work` runs. */
async function pipelinesOf(work: () => Promise<void>): Promise<number> {
  const { createComputePipeline } = GPUDevice.prototype;
  let count = 0;
  GPUDevice.prototype.createComputePipeline = function (descriptor) {
    count++;
    return createComputePipeline.call(this, descriptor);
  };
  try {
    await work();
    return count;
  } finally {
    GPUDevice.prototype.createComputePipeline = createComputePipeline;
  }
}

Deno.test("run() of a smaller batch needs no shaders of its own, and takes the same step", () =>
  withTunedKernels(async (backend) => {
    const { layers } = VARIANT.model;
    const variant = tinyVariant({ ...VARIANT.model, layers: layers.filter(({ kind }) => kind !== "batch_norm") });
    const network = buildNetwork(variant, { seed: 1, backend });
    const options = { recipe: MODERN, dropout: stream(1, "dropout"), mostSteps: 9, backend };
    const step = createTrainingStep(network, options);
    const run = (count: number) => {
      const { pixels, labels } = emptyBatch(digits, count);
      step.run(pixels, labels, { stepSize: 0.01 });
      return step.finished();
    };
    assert.equal(step.batchFor(10), 10, "nothing has room for it yet");
    assert.ok(await pipelinesOf(() => run(20)) > 20);
    assert.deepEqual([step.batchFor(10), step.batchFor(20), step.batchFor(30)], [20, 20, 30]);
    assert.equal(await pipelinesOf(() => run(10)), 0);
    assert.equal(await pipelinesOf(() => run(20)), 0);
    assert.equal(await pipelinesOf(() => run(1)), 0);
    step.dispose();
    network.dispose();

    const tuned = await trainTwoEpochs(backend, { variant });
    backend.useKernels(STOCK_KERNELS);
    const stock = await trainTwoEpochs(backend, { variant });
    assert.deepEqual(tuned.metrics.map(({ wrong }) => wrong), stock.metrics.map(({ wrong }) => wrong));
    assertClose(tuned.metrics.map(({ loss }) => loss), stock.metrics.map(({ loss }) => loss), { tolerance: 1e-5 });
    tuned.weights.forEach((parameters, epoch) =>
      parameters.forEach((values, i) => assertClose(values, stock.weights[epoch]![i]!, { tolerance: 1e-5 }))
    );
  }));

Deno.test("run() drops by the dropout stream alone, and reproduces its bytes with the same stream", () =>
  withTunedKernels(async (backend) => {
    const first = await trainTwoEpochs(backend);
    assert.deepEqual(await trainTwoEpochs(backend), first);
    assert.notDeepEqual((await trainTwoEpochs(backend, { dropoutSeed: 2 })).metrics, first.metrics);
  }));

Deno.test("run() of a recorded step refuses running statistics or parameters that were assigned to", () =>
  withTunedKernels(async (backend) => {
    const network = buildNetwork(VARIANT, { seed: 1, backend });
    const step = createTrainingStep(network, { recipe: MODERN, dropout: stream(1, "dropout"), mostSteps: 3, backend });
    const { pixels, labels } = emptyBatch(digits, 20);
    step.run(pixels, labels, { stepSize: 0.01 });
    const { variable } = network.statistics[0]!;
    tf.tidy(() => variable.assign(tf.zerosLike(variable)));
    assert.throws(() => step.run(pixels, labels, { stepSize: 0.01 }), /assigned to between two recorded steps/);
    await step.finished();
    step.dispose();
    network.dispose();
  }));
