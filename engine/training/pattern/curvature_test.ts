import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import fc from "fast-check";
import { assertClose, cpuTest, gpuTest } from "../../../device/testing.ts";
import { LENET_5 } from "../../../models/lenet5.ts";
import type { Activation, LayerSpec } from "../../../models/network/spec.ts";
import { modelOf, paperNetworks, randomImages, randomNetwork } from "../../../models/network/testing.ts";
import { run, scalar, unroll, type Unrolled, valueOf } from "../../../models/network/unrolled.ts";
import { curvature } from "./curvature.ts";

const RECIPE = { hidden: "scaled_tanh", output: "scaled_tanh", errorFactor: 0.5 } as const;

/** Largest relative error of float32 sums of positive products, over a few layers, with a GPU's tanh. */
const TOLERANCE = 4e-4;

function assertClosely(actual: readonly number[], expected: readonly number[]): void {
  const ratios = expected.map((value, k) => value === 0 ? 1 + actual[k]! : actual[k]! / value);
  assertClose(ratios, expected.map(() => 1), { tolerance: TOLERANCE, what: "ratio of second derivatives" });
}

/** Equations 22 to 27 of LeCun 1998 for one pattern, connection by connection, added to `h` [weights]. */
function addPattern(
  h: number[],
  { layers, ...network }: Unrolled,
  { weights, image, errorFactor }: { weights: readonly number[]; image: number[]; errorFactor: number },
): void {
  const { inputs, sums, top } = run({ layers, ...network }, weights, image);
  // d2E / dx^2, for the outputs and then for the values below each layer.
  let above = top.map(() => 2 * errorFactor);
  for (const [l, { units, activation }] of [...layers.entries()].toReversed()) {
    const below = inputs[l]!.map(() => 0);
    const [, slope] = scalar(activation);
    units.forEach((connections, i) => {
      const byInput = slope(sums[l]![i]!) ** 2 * above[i]!;
      for (const connection of connections) {
        h[connection.weight]! += byInput * valueOf(connection, inputs[l]!) ** 2;
        if (connection.from !== undefined) below[connection.from]! += weights[connection.weight]! ** 2 * byInput;
      }
    });
    above = below;
  }
}

async function valuesOf(tensors: readonly tf.Tensor[]): Promise<number[]> {
  const parts = await Promise.all(tensors.map((tensor) => tensor.data()));
  return parts.flatMap((part) => [...part]);
}

cpuTest("curvature() is the sum of equations 22 to 27 over connections, and the mean over patterns", () =>
  fc.assert(
    fc.asyncProperty(paperNetworks, fc.constantFrom(0.5, 1, 1 / 84), async (spec, errorFactor) => {
      const network = randomNetwork(spec);
      const weights = await valuesOf(network.parameters.map(({ variable }) => variable));
      const pixels = randomImages(3, spec.input);
      const expected = weights.map(() => 0);
      for (const i of [0, 1, 2]) {
        const image = pixels.slice(i * pixels.length / 3, (i + 1) * pixels.length / 3);
        addPattern(expected, unroll(spec), { weights, image, errorFactor: errorFactor / 3 });
      }
      const images = tf.tensor4d(pixels, [3, ...spec.input]);
      const found = curvature(network, images, { ...RECIPE, errorFactor });
      assert.deepEqual(found.map(({ shape }) => shape), network.parameters.map(({ variable }) => variable.shape));
      assertClosely(await valuesOf(found), expected);
      network.dispose();
    }),
    { seed: 1, numRuns: 60 },
  ));

for (const [outputs, codes] of [["units", undefined], ["RBF", [[1, -1, 1], [-1, -1, 1]]]] as const) {
  cpuTest(
    `curvature() is a second difference of the error in linear dense layers with ${outputs} as outputs`,
    async () => {
      const spec = modelOf([1, 1, 4], [
        { kind: "dense", name: "F1", units: 5, activation: "linear" },
        { kind: "dense", name: "F2", units: 3, activation: "linear" },
        ...(codes ? [{ kind: "rbf", name: "R3", codes } as const] : []),
      ]);
      const network = randomNetwork(spec);
      const weights = await valuesOf(network.parameters.map(({ variable }) => variable));
      const image = randomImages(1, spec.input);
      const error = (weights: readonly number[]) => {
        const { outputs } = run(unroll(spec), weights, image);
        return codes ? -3 * outputs[1]! : outputs.reduce((sum, y, i) => sum + 3 * (y - (i === 1 ? 1 : -1)) ** 2, 0);
      };
      const step = 1e-3;
      const differences = weights.map((weight, k) =>
        (error(weights.with(k, weight + step)) - 2 * error(weights) + error(weights.with(k, weight - step))) / step ** 2
      );
      const found = curvature(network, tf.tensor4d(image, [1, ...spec.input]), { ...RECIPE, errorFactor: 3 });
      assertClosely(await valuesOf(found), differences);
    },
  );
}

gpuTest("curvature() takes the patterns of LeNet-5 in parts, and leaves only its result behind", async () => {
  const network = randomNetwork(LENET_5, { hidden: "scaled_tanh" });
  const weights = await valuesOf(network.parameters.map(({ variable }) => variable));
  const pixels = randomImages(2, LENET_5.input);
  const unrolled = unroll(LENET_5, RECIPE);
  const expected = weights.map(() => 0);
  for (const image of [pixels.slice(0, pixels.length / 2), pixels.slice(pixels.length / 2)]) {
    addPattern(expected, unrolled, { weights, image, errorFactor: 0.5 / 2 });
  }
  const images = tf.tidy(() => tf.tile(tf.tensor4d(pixels, [2, ...LENET_5.input]), [60, 1, 1, 1]));
  const before = tf.memory().numTensors;
  const found = curvature(network, images, RECIPE);
  assertClosely(await valuesOf(found), expected);
  tf.dispose(found);
  assert.equal(tf.memory().numTensors, before);
});

cpuTest("curvature() refuses layers of other kinds by name, and leaves nothing behind", () => {
  const dense = (name: string, activation: Activation | "prelu"): LayerSpec => (
    { kind: "dense", name, units: 2, activation }
  );
  const wrong: LayerSpec[] = [
    { kind: "max_pool", name: "S7", size: 2, stride: 2 },
    dense("S7", "prelu"),
    { kind: "rbf", name: "S7", codes: [Array(16).fill(1)] },
  ];
  for (const layer of wrong) {
    const spec = modelOf([4, 4, 1], [layer, dense("F8", "tanh")]);
    const network = randomNetwork(spec);
    const images = tf.zeros<tf.Rank.R4>([1, ...spec.input]);
    const before = tf.memory().numTensors;
    assert.throws(() => curvature(network, images, RECIPE), /RangeError: Layer "S7"/);
    assert.equal(tf.memory().numTensors, before);
  }
});
