import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { mean, sampleVariance, variance } from "simple-statistics";
import { stream } from "../base/random.ts";
import { assertClose, cpuTest, withBackend } from "../device/testing.ts";
import { BATCH_NORM, type Operations, PLAIN } from "../models/network/operations.ts";
import type { LayerSpec } from "../models/network/spec.ts";
import { modelOf, randomImages, randomNetwork, setParameter } from "../models/network/testing.ts";
import { TUNED } from "./operations.ts";
import { withTunedKernels } from "./testing.ts";

/** Where the operations of the first column run. */
const PLACES: readonly { name: string; operations: Operations; run: (test: () => Promise<void>) => Promise<void> }[] = [
  { name: "plain, cpu", operations: PLAIN, run: (test) => withBackend("cpu", test) },
  { name: "plain, webgpu", operations: PLAIN, run: (test) => withBackend("webgpu", test) },
  { name: "tuned, webgpu", operations: TUNED, run: withTunedKernels },
];

/** The values of each map of images whose values are `all`. */
function byMap(all: ArrayLike<number>, maps: number): number[][] {
  return Array.from({ length: maps }, (_, m) => Array.from(all).filter((_, i) => i % maps === m));
}

/** What `operations` make of `x` in training, and the statistics that they leave when these start from 0 and 1. */
async function normaliseBatch(
  operations: Operations,
  { x, scale, shift }: { x: tf.Tensor4D; scale: number[]; shift: number[] },
) {
  const maps = scale.length;
  const statistics = tf.variable(tf.stack([tf.zeros([maps]), tf.ones([maps])]) as tf.Tensor2D, false);
  const parameters = { scale: tf.tensor1d(scale), shift: tf.tensor1d(shift) };
  const y = tf.tidy(() => operations.batchNorm(x, parameters, { statistics, activation: "linear", input: "linear" }));
  const [outputs, moved] = [await y.data(), await tf.mul(statistics, 1).data()];
  tf.dispose([y, statistics, parameters]);
  return { outputs, moved };
}

for (const { name, operations, run } of PLACES) {
  Deno.test(`batchNorm() agrees with four values of two maps worked out by hand (${name})`, () =>
    run(async () => {
      // Map 0 holds 1, 2, 3, 6: mean 3, variance 14 / 4; map 1 holds -1 and 1 twice: mean 0, variance 1.
      const x = tf.tensor4d([1, -1, 2, 1, 3, -1, 6, 1], [2, 2, 1, 2]);
      const { outputs, moved } = await normaliseBatch(operations, { x, scale: [2, 1], shift: [10, 0] });
      const [a, b] = [2 / Math.sqrt(3.5 + 1e-5), 1 / Math.sqrt(1 + 1e-5)];
      assertClose(outputs, [10 - 2 * a, -b, 10 - a, b, 10, -b, 10 + 3 * a, b], { tolerance: 1e-6 });
      // A tenth of the way from 0 and 1 to the means and to the estimates of the variances, 14 / 3 and 4 / 3.
      assertClose(moved, [0.3, 0, 0.9 + 1.4 / 3, 0.9 + 0.4 / 3], { tolerance: 1e-6 });
      x.dispose();
    }));

  Deno.test(`batchNorm() leaves every map with mean 0 and variance 1, even one far from 0 (${name})`, () =>
    run(async () => {
      const maps = 6;
      // Deviations of about 0.6 around means of up to 500, which float32 holds to 3e-5.
      const values = Float32Array.from(randomImages(7, [9, 9, maps]), (value, i) => value + 100 * (i % maps));
      const x = tf.tensor4d(values, [7, 9, 9, maps]);
      const ones = Array<number>(maps).fill(1);
      const { outputs, moved } = await normaliseBatch(operations, { x, scale: ones, shift: ones.map(() => 0) });
      byMap(outputs, maps).forEach((map, m) => {
        assert.ok(Math.abs(mean(map)) < 3e-4, `map ${m}: mean ${mean(map)}`);
        assert.ok(Math.abs(variance(map) - 1) < 3e-4, `map ${m}: variance ${variance(map)}`);
      });
      const columns = byMap(values, maps);
      assertClose(moved.slice(0, maps), columns.map((map) => 0.1 * mean(map)), { tolerance: 1e-6 });
      assertClose(moved.slice(maps), columns.map((map) => 0.9 + 0.1 * sampleVariance(map)), { tolerance: 1e-4 });
      x.dispose();
    }));

  Deno.test(`forward() normalises by the running statistics, and leaves them (${name})`, () =>
    run(async () => {
      const input = [3, 3, 2] as const;
      const spec = modelOf(input, [{ kind: "batch_norm", name: "B", activation: "relu" }]);
      const network = randomNetwork(spec, { operations });
      const statistics = network.statistics[0]!.variable;
      tf.tidy(() => statistics.assign(tf.tensor2d([[0.5, -0.25], [4, 0.25]])));
      setParameter(network, { name: "B/scale", values: [3, -2] });
      setParameter(network, { name: "B/shift", values: [0.1, 0.2] });
      const pixels = randomImages(2, input);
      const expected = pixels.map((value, i) =>
        i % 2 === 0
          ? 3 * (value - 0.5) / Math.sqrt(4 + BATCH_NORM.epsilon) + 0.1
          : -2 * (value + 0.25) / Math.sqrt(0.25 + BATCH_NORM.epsilon) + 0.2
      );
      const outputs = tf.tidy(() => network.forward(tf.tensor4d(pixels, [2, ...input])));
      assertClose(await outputs.data(), expected.map((value) => Math.max(value, 0)), { tolerance: 1e-6 });
      assert.deepEqual([...await tf.mul(statistics, 1).data()], [0.5, -0.25, 4, 0.25]);
      network.dispose();
    }));
}

const DROPPING: readonly LayerSpec[] = [
  { kind: "dropout", name: "D", rate: 0.5 },
  { kind: "dense", name: "F", units: 3, activation: "output" },
];

cpuTest("losses() multiplies by dropout's masks, and forward() drops nothing", async () => {
  const network = randomNetwork(modelOf([1, 1, 4], DROPPING));
  assert.deepEqual(network.dropouts, [{ name: "D", rate: 0.5, shape: [1, 1, 4] }]);
  const x = tf.tensor4d([1, 2, 3, 4], [1, 1, 1, 4]);
  const masked = tf.tensor4d([2, 0, 6, 0], [1, 1, 1, 4]);
  const labels = tf.tensor1d([1], "int32");
  const losses = (images: tf.Tensor4D, mask: number[]) =>
    tf.tidy(() =>
      network.losses(images, labels, { loss: "squared_error", masks: { D: tf.tensor4d(mask, [1, 1, 1, 4]) } })
    ).data();
  assert.deepEqual(await losses(x, [2, 0, 2, 0]), await losses(masked, [1, 1, 1, 1]));
  const plain = randomNetwork(modelOf([1, 1, 4], DROPPING.slice(1)));
  assert.deepEqual(
    await tf.tidy(() => network.forward(x)).data(),
    await tf.tidy(() => plain.forward(x)).data(),
  );
  assert.throws(() => network.losses(x, labels, { loss: "squared_error" }), /Layer "D" .* needs a mask/);
  network.dispose();
  plain.dispose();
});

cpuTest("build() refuses a dropout rate that is not from 0 to below 1", () => {
  for (const rate of [-0.1, 1, 2, NaN]) {
    assert.throws(
      () => randomNetwork(modelOf([1, 1, 4], [{ kind: "dropout", name: "D", rate }])),
      new RegExp(`Layer "D" drops "${rate}"`),
    );
  }
});

cpuTest("build() draws nothing for batch norm: the layers around it start as without it", async () => {
  const dense = (name: string): LayerSpec => ({ kind: "dense", name, units: 4, activation: "linear" });
  const values = async (layers: LayerSpec[]) => {
    const drawn: string[] = [];
    const random = (name: string) => {
      drawn.push(name);
      return stream(1, name);
    };
    const network = randomNetwork(modelOf([1, 1, 4], layers), { random });
    const named = network.parameters.filter(({ name }) => name.startsWith("F"));
    const data = await Promise.all(named.map(({ variable }) => variable.data()));
    network.dispose();
    return { drawn, data };
  };
  const between: LayerSpec = { kind: "batch_norm", name: "B", activation: "relu" };
  assert.deepEqual(await values([dense("F1"), between, dense("F2")]), await values([dense("F1"), dense("F2")]));
});
