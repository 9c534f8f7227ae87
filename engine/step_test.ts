import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { stream } from "../base/random.ts";
import { syntheticDataset } from "../data/synthetic.ts";
import { installTunedKernels, uninstallTunedKernels } from "../kernels/mod.ts";
import { withTunedKernels } from "../kernels/testing.ts";
import { LECUN_1998_MINIBATCH, MODERN } from "../suites/recipes.ts";
import type { Recipe } from "../suites/suite.ts";
import { chunks, emptyBatch, fillBatch } from "./batches.ts";
import { pixelValues } from "./recipe.ts";
import { createTrainingStep, type StepMetrics } from "./step.ts";
import { assertClose, TINY_MODEL, tinyVariant } from "./testing.ts";
import { buildNetwork } from "./trial.ts";

const VARIANT = tinyVariant({
  ...TINY_MODEL,
  layers: [
    { kind: "conv", name: "C1", maps: 4, kernel: 5, stride: 1, padding: 2, activation: "hidden" },
    { kind: "max_pool", name: "S2", size: 2, stride: 2 },
    { kind: "conv", name: "C3", maps: 6, kernel: 5, stride: 1, padding: 0, activation: "hidden" },
    { kind: "subsample", name: "S4", size: 2, activation: "hidden" },
    { kind: "local", name: "L5", maps: 4, kernel: 2, stride: 1, padding: 0, activation: "prelu" },
    { kind: "l2_pool", name: "S6", size: 3, stride: 1 },
    { kind: "flatten", name: "flatten" },
    { kind: "dense", name: "F7", units: 20, activation: "hidden" },
    { kind: "dense", name: "output", units: 10, activation: "output" },
  ],
});

const { train: digits } = syntheticDataset({ train: 110, test: 1 });

/** Metrics of every step of two epochs, and the weights after each, in batches of 20, the last of 10. */
async function trainTwoEpochs(recipe: Recipe): Promise<{ metrics: StepMetrics[]; weights: Float32Array[][] }> {
  const network = buildNetwork({ ...VARIANT, recipe }, 1);
  // Leaves a free buffer of the size of a step's control values: an upload into it is a command among the others.
  const spare = tf.tidy(() => tf.square(tf.tensor1d([7, 7])));
  await spare.data();
  spare.dispose();
  const step = createTrainingStep(network, { recipe, mostSteps: 6 });
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
    for (const { variable } of network.parameters) values.push(Float32Array.from(await variable.data()));
    weights.push(values);
  }
  step.dispose();
  network.dispose();
  return { metrics, weights };
}

for (const recipe of [MODERN, LECUN_1998_MINIBATCH]) {
  // 20 images: few enough for llvmpipe to finish the loops of the stock kernels too.
  Deno.test(`${recipe.id}: recorded steps with tuned kernels end two epochs where stock ones do`, () =>
    withTunedKernels(async () => {
      const before = tf.memory().numTensors;
      const tuned = await trainTwoEpochs(recipe);
      assert.equal(tf.memory().numTensors, before);
      uninstallTunedKernels();
      const stock = await trainTwoEpochs(recipe);
      installTunedKernels();

      assert.equal(tuned.metrics.length, 12);
      assertClose(tuned.metrics.map(({ loss }) => loss), stock.metrics.map(({ loss }) => loss), {
        tolerance: 1e-5,
        what: "loss of step",
      });
      assert.deepEqual(tuned.metrics.map(({ wrong }) => wrong), stock.metrics.map(({ wrong }) => wrong));
      tuned.weights.forEach((parameters, epoch) =>
        parameters.forEach((values, i) =>
          assertClose(values, stock.weights[epoch]![i]!, {
            tolerance: 1e-5,
            what: `epoch ${epoch + 1}, parameter ${i}, weight`,
          })
        )
      );
      assert.notDeepEqual(tuned.weights[0], tuned.weights[1]);
    }));
}
