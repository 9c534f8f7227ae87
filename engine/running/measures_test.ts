import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { sweepImages } from "../../data/distortion/sweep.ts";
import { syntheticDataset } from "../../data/synthetic/digits.ts";
import { assertClose, cpuTest } from "../../device/testing.ts";
import type { Network } from "../../models/network/network.ts";
import { MODERN } from "../../recipes/modern.ts";
import type { Suite, Variant } from "../../suites/suite.ts";
import { TINY_MODEL, tinyVariant } from "../testing.ts";
import { buildNetwork } from "../training/build_network.ts";
import { mistakes, predict } from "../training/evaluate.ts";
import { gradientNorms } from "../training/gradient_norms.ts";
import { preparedImages } from "../training/images.ts";
import { pixelValues } from "../training/step_size.ts";
import { runSweeps } from "../training/sweeps.ts";
import { sampleRows } from "./samples.ts";

const { train, test } = syntheticDataset({ train: 40, test: 30 });
const VALUES = pixelValues(MODERN.pixels);

/** The mean loss of `network` over `train`. */
async function meanLoss(network: Network): Promise<number> {
  const loss = tf.tidy(() => {
    const images = tf.tensor4d(Float32Array.from(train.pixels, (byte) => VALUES[byte]!), [train.count, 28, 28, 1]);
    const losses = network.losses(images, tf.tensor1d(Int32Array.from(train.labels), "int32"), { loss: MODERN.loss });
    return tf.mean(tf.slice(losses, [0, 0], [-1, 1]));
  });
  const [value] = await loss.data();
  loss.dispose();
  return value!;
}

cpuTest("gradientNorms() agrees with finite differences", async (backend) => {
  const network = buildNetwork({ model: TINY_MODEL, recipe: MODERN }, { seed: 1, backend });
  const norms = await gradientNorms(network, train, { loss: MODERN.loss, values: VALUES });
  assert.deepEqual(norms.map(({ parameter, position }) => [parameter, position]), [
    ["output/weights", 0],
    ["output/bias", 1],
  ]);
  const bias = network.parameters[1]!.variable;
  const step = 1e-2;
  let squares = 0;
  for (let i = 0; i < 10; i++) {
    const losses: number[] = [];
    for (const sign of [1, -1]) {
      const values = new Float32Array(10);
      values[i] = sign * step;
      tf.tidy(() => bias.assign(tf.tensor1d(values)));
      losses.push(await meanLoss(network));
    }
    squares += ((losses[0]! - losses[1]!) / (2 * step)) ** 2;
  }
  assertClose([norms[1]!.rms], [Math.sqrt(squares / 10)], { tolerance: 1e-4 });
  network.dispose();
});

cpuTest("runSweeps() counts the errors on its images, distorted by each amount", async (backend) => {
  const network = buildNetwork({ model: TINY_MODEL, recipe: MODERN }, { seed: 1, backend });
  const sweeps = [{ kind: "shift", amounts: [0, 3], images: 20 }, {
    kind: "noise",
    amounts: [10],
    images: 1000,
  }] as const;
  const results = await runSweeps(network, test, { sweeps, values: VALUES, trainingBatch: 20 });
  assert.deepEqual(results.map(({ sweep, amount, images }) => [sweep, amount, images]), [
    ["shift", 0, 20],
    ["shift", 3, 20],
    ["noise", 10, 30],
  ]);
  const noisy = sweepImages(test, { kind: "noise", amount: 10 });
  assert.equal(
    results[2]!.errors,
    mistakes(noisy, await predict(network, noisy, { values: VALUES, trainingBatch: 20 })).length,
  );
  network.dispose();
});

Deno.test("sampleRows() takes the first digits of the training set, once under each augmentation", () => {
  const images = preparedImages({ train, validation: { ...train, count: 0 }, test, testPositions: new Uint32Array() });
  const shifted: Variant = { ...tinyVariant(), id: "shifted", augmentation: { id: "shift", title: "shift", shift: 3 } };
  const suite = { id: "suite" } as Suite;
  const rows = sampleRows(suite, { variants: [tinyVariant(), shifted, { ...shifted, id: "again" }], images });
  assert.deepEqual([...new Set(rows.map(({ variant }) => variant))], ["tiny", "shifted"]);
  assert.equal(rows.length, 20);
  const [plain] = rows;
  assert.equal(plain!.pixels, train.pixels.subarray(0, 784).toHex());
  assert.deepEqual(rows.map(({ label }) => label), [...train.labels.subarray(0, 10), ...train.labels.subarray(0, 10)]);
  assert.notEqual(rows[10]!.pixels, plain!.pixels);
  assert.deepEqual(sampleRows(suite, { variants: [tinyVariant()], images }), []);
});
