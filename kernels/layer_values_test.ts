/**
 * Layers whose values and gradients can be worked out by hand, in plain TensorFlow.js operations and in tuned kernels.
 */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { assertClose, withBackend } from "../device/testing.ts";
import { type Operations, PLAIN } from "../models/network/operations.ts";
import { modelOf, randomNetwork, setParameter } from "../models/network/testing.ts";
import { TUNED } from "./operations.ts";
import { withTunedKernels } from "./testing.ts";

const TOLERANCE = 1e-6;

const PLACES: readonly { name: string; operations: Operations; run: (test: () => Promise<void>) => Promise<void> }[] = [
  { name: "plain, cpu", operations: PLAIN, run: (test) => withBackend("cpu", test) },
  { name: "plain, webgpu", operations: PLAIN, run: (test) => withBackend("webgpu", test) },
  { name: "tuned, webgpu", operations: TUNED, run: withTunedKernels },
];

for (const { name, operations, run } of PLACES) {
  Deno.test(`pool() by L2 of 1, 7, 5, 5 is 5 with their shares as gradient; of zeros, 0 and 0 (${name})`, () =>
    run(async () => {
      const pool = (x: tf.Tensor) =>
        operations.pool(x as tf.Tensor4D, { kind: "l2", size: 2, stride: 2, padding: 0, input: "linear" });
      const x = tf.tensor4d([1, 7, 0, 0, 5, 5, 0, 0], [1, 2, 4, 1]);
      const { value, grad } = tf.valueAndGrad(pool)(x, tf.tensor4d([2, 2], [1, 1, 2, 1]));
      assertClose(await value.data(), [5, 0], { tolerance: TOLERANCE });
      assertClose(await grad.data(), [0.1, 0.7, 0, 0, 0.5, 0.5, 0, 0], { tolerance: TOLERANCE });
    }));

  Deno.test(`prelu() scales what is not above 0 by its map's slope (${name})`, () =>
    run(async () => {
      const prelu = (z: tf.Tensor, slope: tf.Tensor) => operations.prelu(z as tf.Tensor4D, slope as tf.Tensor1D);
      const [z, slope] = [tf.tensor4d([-2, 3, 4, -5, 0, 0], [3, 1, 1, 2]), tf.tensor1d([0.5, 0.1])];
      const { value, grads: [dz, dSlope] } = tf.valueAndGrads(prelu)([z, slope], tf.fill(z.shape, 10));
      assertClose(await value.data(), [-1, 3, 4, -0.5, 0, 0], { tolerance: TOLERANCE });
      assertClose(await dz!.data(), [5, 10, 10, 1, 5, 1], { tolerance: TOLERANCE });
      assertClose(await dSlope!.data(), [-20, -50], { tolerance: TOLERANCE });
    }));

  Deno.test(`local() has weights and a bias of its own for every position (${name})`, () =>
    run(async () => {
      const network = randomNetwork(
        modelOf([2, 3, 1], [
          { kind: "local", name: "L", maps: 1, kernel: 2, stride: 1, padding: 0, activation: "linear" },
        ]),
        { operations },
      );
      assert.deepEqual(network.parameters.map(({ variable }) => variable.shape), [[2, 4, 1], [2, 1]]);
      setParameter(network, { name: "L/weights", values: [1, 2, 3, 4, 10, 20, 30, 40] });
      setParameter(network, { name: "L/bias", values: [0.5, -0.5] });
      const outputs = tf.tidy(() => network.forward(tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 2, 3, 1])));
      assertClose(await outputs.data(), [1 + 4 + 12 + 20 + 0.5, 20 + 60 + 150 + 240 - 0.5], { tolerance: TOLERANCE });
      tf.dispose(outputs);
      network.dispose();
    }));

  Deno.test(`local() with the same weights everywhere is a convolution (${name})`, () =>
    run(async () => {
      const sizes = { kernel: 3, stride: 2, padding: 1 };
      const options = { ...sizes, activation: "tanh", input: "data" } as const;
      const x = tf.randomNormal([2, 6, 5, 2], 0, 1, "float32", 1) as tf.Tensor4D;
      const weights = tf.randomNormal([3, 3, 2, 4], 0, 1, "float32", 2) as tf.Tensor4D;
      const bias = tf.tensor1d([1, 2, 3, 4]);
      const shared = operations.convolution(x, { weights, bias }, options);
      const local = operations.local(x, {
        weights: tf.tile(tf.reshape(weights, [1, 18, 4]), [9, 1, 1]) as tf.Tensor3D,
        bias: tf.tile(tf.reshape(bias, [1, 4]), [9, 1]) as tf.Tensor2D,
      }, options);
      assert.deepEqual(local.shape, [2, 3, 3, 4]);
      assertClose(await local.data(), await shared.data(), { tolerance: TOLERANCE });
    }));
}

Deno.test("build() adds a slope of 0.25 per map or unit to the parameters of a PReLU layer", () =>
  withBackend("cpu", async () => {
    const network = randomNetwork(modelOf([4, 4, 1], [
      { kind: "conv", name: "C", maps: 3, kernel: 2, stride: 1, padding: 0, activation: "prelu" },
      { kind: "dense", name: "F", units: 2, activation: "prelu" },
    ]));
    assert.deepEqual(network.parameters.map(({ name, variable }) => [name, variable.shape]), [
      ["C/weights", [2, 2, 1, 3]],
      ["C/bias", [3]],
      ["C/slope", [3]],
      ["F/weights", [27, 2]],
      ["F/bias", [2]],
      ["F/slope", [2]],
    ]);
    assertClose(await network.parameters[2]!.variable.data(), [0.25, 0.25, 0.25], { tolerance: 0 });
    network.dispose();
  }));
