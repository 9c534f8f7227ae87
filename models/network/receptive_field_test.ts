import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { gpuTest } from "../../device/testing.ts";
import { CONV_6_16_POOL_FC_100, CONV_6_POOL_FC_100 } from "../lenet300_conv.ts";
import { type Field, receptiveFields } from "./receptive_field.ts";
import type { LayerSpec, ModelSpec } from "./spec.ts";
import { modelOf, randomNetwork, setParameter } from "./testing.ts";

/** As the slides write fields: pixels counted from 1. */
function fromOne(fields: readonly Field[]): string[] {
  return fields.map(([first, last]) => `${first + 1}-${last + 1}`);
}

Deno.test("receptiveFields() finds 5x5 after a convolution with padding 2, and 6x6 after 2x2 pooling", () => {
  const width = ([first, last]: Field) => last - first + 1;
  const inner = (layer: string) => receptiveFields(CONV_6_POOL_FC_100, layer).slice(2, -2).map(width);
  assert.deepEqual(new Set(inner("C1")), new Set([5]));
  assert.deepEqual(new Set(inner("S1")), new Set([6]));
});

Deno.test("receptiveFields() finds stride 4 and fields up to 16, clipped at the edges, after two such stages", () => {
  const fields = receptiveFields(CONV_6_16_POOL_FC_100, "S2");
  assert.deepEqual(fromOne(fields), ["1-10", "1-14", "3-18", "7-22", "11-26", "15-28", "19-28"]);
});

Deno.test("receptiveFields() counts how many features see each pixel of a row", () => {
  const fields = receptiveFields(CONV_6_16_POOL_FC_100, "S2");
  const seenBy = Array.from({ length: 28 }, (_, x) => fields.filter(([a, b]) => a <= x && x <= b).length);
  const middle = Array.from({ length: 16 }, () => 4);
  assert.deepEqual(seenBy, [2, 2, 3, 3, 3, 3, ...middle, 3, 3, 3, 3, 2, 2]);
});

Deno.test("receptiveFields() leaves out pixels that no window reaches", () => {
  // 2x2 pooling of 7 pixels drops the last one; the padding of the convolution behind it must not bring it back.
  const spec = modelOf([7, 7, 1], [
    { kind: "average_pool", name: "S1", size: 2, stride: 2 },
    { kind: "conv", name: "C2", maps: 1, kernel: 3, stride: 1, padding: 1, activation: "linear" },
  ]);
  assert.deepEqual(receptiveFields(spec, "C2"), [[0, 3], [0, 5], [2, 5]]);
});

Deno.test("receptiveFields() refuses an unknown layer and a fully connected one", () => {
  assert.throws(() => receptiveFields(CONV_6_POOL_FC_100, "C9"), /RangeError: .*"C9"/);
  assert.throws(() => receptiveFields(CONV_6_POOL_FC_100, "F1"), /RangeError: .*connected to everything/);
});

/** Strides up to the window's size: larger ones leave holes inside a field, which two ends can't describe. */
const layer: fc.Arbitrary<LayerSpec> = fc.tuple(
  fc.constantFrom("conv", "average_pool", "subsample"),
  fc.integer({ min: 1, max: 3 }),
  fc.integer({ min: 1, max: 3 }),
  fc.integer({ min: 0, max: 1 }),
).map(([kind, size, anyStride, anyPadding]): LayerSpec => {
  const stride = Math.min(anyStride, size);
  const padding = Math.min(anyPadding, size - 1);
  switch (kind) {
    case "conv":
      return { kind, name: "", maps: 1, kernel: size, stride, padding, activation: "linear" };
    case "average_pool":
      return { kind, name: "", size, stride };
    case "subsample":
      return { kind, name: "", size, activation: "linear" };
  }
});

/** A stack of layers, and an output of it by row and column (taken modulo their number). */
const stack = fc.record({
  // Large enough for three windows and strides of 3.
  side: fc.integer({ min: 27, max: 30 }),
  layers: fc.array(layer, { minLength: 1, maxLength: 3 }),
  row: fc.nat(1000),
  column: fc.nat(1000),
}).map(({ side, layers, ...rest }) => ({
  spec: modelOf([side, side, 1], layers.map((layer, i) => ({ ...layer, name: `L${i}` }))),
  ...rest,
}));

gpuTest("receptiveFields() finds exactly the pixels that change an output", async () => {
  const property = fc.asyncProperty(stack, async ({ spec, row, column }) => {
    const fields = receptiveFields(spec, spec.layers.at(-1)!.name);
    const [y, x] = [row % fields.length, column % fields.length];
    const gradient = await gradientOfOutput(spec, y * fields.length + x);
    const [side] = spec.input;
    const [[top, bottom], [left, right]] = [fields[y]!, fields[x]!];
    const expected = Array.from(gradient, (_, i) => {
      const [r, c] = [Math.floor(i / side), i % side];
      return top <= r && r <= bottom && left <= c && c <= right ? 1 : 0;
    });
    assert.deepEqual(Array.from(gradient, Math.sign), expected);
  });
  await fc.assert(property, { seed: 1, numRuns: 25 });
});

/** d output / d image, one value a pixel, of a linear network whose weights are all 1: nothing cancels. */
async function gradientOfOutput(spec: ModelSpec, output: number): Promise<Float32Array> {
  const network = randomNetwork(spec);
  for (const { name, variable } of network.parameters) {
    setParameter(network, { name, values: Array.from({ length: variable.size }, () => 1) });
  }
  const gradient = tf.tidy(() => {
    const one = (x: tf.Tensor) => tf.sum(tf.slice(network.forward(x as tf.Tensor4D), [0, output], [1, 1]));
    return tf.grad(one)(tf.zeros([1, ...spec.input]));
  });
  const values = await gradient.data<"float32">();
  tf.dispose(gradient);
  network.dispose();
  return values;
}
