import assert from "node:assert/strict";
import { cpuTest } from "../../device/testing.ts";
import { CIFAR_CONV_4 } from "../cifar.ts";
import { FC_300_100, LINEAR } from "../fully_connected.ts";
import { LECUN_1989 } from "../lecun1989.ts";
import { LENET_1 } from "../lenet1.ts";
import { CONV_6_16_POOL_FC_100, CONV_6_FC_100, CONV_6_POOL_FC_100 } from "../lenet300_conv.ts";
import { LENET_4 } from "../lenet4.ts";
import { LENET_5 } from "../lenet5.ts";
import { MODELS, PAPER_MODELS } from "../list.ts";
import { countLayers, countModel, describeArchitecture, outputShape } from "./count.ts";
import type { LayerSpec, ModelSpec } from "./spec.ts";
import { modelOf, randomNetwork } from "./testing.ts";

/** Name, output, parameters and connections of every layer that has units. */
function table(spec: ModelSpec): unknown[] {
  return countLayers(spec).filter(({ units }) => units > 0)
    .map((
      { name, output, units, parameters, connections },
    ) => [name, output.join("x"), units, parameters, connections]);
}

Deno.test("countLayers() counts LeNet-1 layer by layer (LeCun 1990, section 3)", () => {
  assert.deepEqual(table(LENET_1), [
    ["H1", "24x24x4", 2304, 104, 59_904],
    ["H2", "12x12x4", 576, 8, 2_880],
    ["H3", "8x8x12", 768, 512, 32_768],
    ["H4", "4x4x12", 192, 24, 960],
    ["output", "1x1x10", 10, 1_930, 1_930],
  ]);
  const { connections, units } = countModel(LENET_1);
  assert.equal(connections, 98_442);
  const inputAndBias = 28 * 28 + 1;
  assert.equal(units + inputAndBias, 4_635);
});

Deno.test("countLayers() counts LeNet-5 layer by layer (LeCun 1998, section II.B)", () => {
  assert.deepEqual(table(LENET_5), [
    ["C1", "28x28x6", 4704, 156, 122_304],
    ["S2", "14x14x6", 1176, 12, 5_880],
    ["C3", "10x10x16", 1600, 1_516, 151_600],
    ["S4", "5x5x16", 400, 32, 2_000],
    ["C5", "1x1x120", 120, 48_120, 48_120],
    ["F6", "1x1x84", 84, 10_164, 10_164],
    ["output", "1x1x10", 10, 0, 840],
  ]);
  assert.equal(countModel(LENET_5).connections, 340_908);
});

Deno.test("countLayers() counts the net of 1989 layer by layer, with a bias for every unit", () => {
  assert.deepEqual(table(LECUN_1989), [
    ["H1", "8x8x12", 768, 1_068, 19_968],
    ["H2", "4x4x12", 192, 2_592, 38_592],
    ["H3", "1x1x30", 30, 5_790, 5_790],
    ["output", "1x1x10", 10, 310, 310],
  ]);
  assert.equal(countModel(LECUN_1989).units + 16 * 16, 1_256);
});

Deno.test("countLayers() counts LeNet-4, as far as the paper says what it is, as the paper does in thousands", () => {
  assert.deepEqual(table(LENET_4), [
    ["C1", "28x28x4", 3_136, 104, 81_536],
    ["S2", "14x14x8", 1_568, 16, 7_840],
    ["C3", "10x10x16", 1_600, 1_516, 151_600],
    ["S4", "5x5x16", 400, 32, 2_000],
    ["C5", "1x1x120", 120, 14_120, 14_120],
    ["output", "1x1x10", 10, 1_210, 1_210],
  ]);
  const { parameters, connections } = countModel(LENET_4);
  assert.equal(Math.round(parameters / 1e3), 17);
  assert.equal(Math.round(connections / 1e4), 26);
});

Deno.test("countLayers() counts the convolutional LeNet-300 nets exactly, even if the slides round or err", () => {
  const parameters = (spec: ModelSpec) => table(spec).map((row) => (row as unknown[])[3]);
  assert.deepEqual(parameters(CONV_6_FC_100), [156, 470_500, 1_010]);
  // The slide's cell repeats 400k of the slide before.
  assert.deepEqual(parameters(CONV_6_POOL_FC_100), [156, 0, 117_700, 1_010]);
  // The slide's 2496 counts a bias for each of the six input maps.
  assert.deepEqual(parameters(CONV_6_16_POOL_FC_100), [156, 0, 2_416, 0, 78_500, 1_010]);
  assert.deepEqual(parameters(FC_300_100), [235_500, 30_100, 1_010]);
});

Deno.test("countLayers() counts the CIFAR net layer by layer: 75 or 400 weights and one bias per map", () => {
  assert.deepEqual(table(CIFAR_CONV_4), [
    ["C1", "32x32x16", 16_384, 1_216, 1_245_184],
    ["S1", "16x16x16", 4_096, 0, 0],
    ["C2", "16x16x16", 4_096, 6_416, 1_642_496],
    ["S2", "8x8x16", 1_024, 0, 0],
    ["C3", "8x8x32", 2_048, 12_832, 821_248],
    ["S3", "4x4x32", 512, 0, 0],
    ["output", "1x1x10", 10, 5_130, 5_130],
  ]);
});

Deno.test("countModel() counts connections without biases as multiply-accumulates, and four bytes per activation", () => {
  assert.deepEqual(countModel(LINEAR), {
    parameters: 7_850,
    connections: 7_850,
    units: 10,
    macs: 7_840,
    activationBytes: 40,
  });
  for (const { name, macs, connections, units, activationBytes } of countLayers(LENET_1)) {
    assert.equal(connections - macs, units, name);
    assert.equal(activationBytes, 4 * units, name);
  }
});

Deno.test("countModel() finds the slide's 60 parameters for a 3x3 kernel, and its 156 for 5x5", () => {
  const conv = (kernel: number) =>
    modelOf([28, 28, 1], [
      { kind: "conv", name: "C1", maps: 6, kernel, stride: 1, padding: 0, activation: "hidden" },
    ]);
  assert.equal(countModel(conv(3)).parameters, 60);
  assert.equal(countModel(conv(5)).parameters, 156);
});

Deno.test("outputShape() refuses a window larger than its input, with the layer's name", () => {
  const layer: LayerSpec = { kind: "max_pool", name: "S9", size: 5, stride: 1 };
  assert.throws(
    () => outputShape(layer, [4, 6, 1]),
    (error) => error instanceof RangeError && /"S9"/.test(error.message),
  );
  assert.throws(() => outputShape(layer, [6, 4, 1]), RangeError);
  assert.deepEqual(outputShape(layer, [5, 6, 1]), [1, 2, 1]);
});

Deno.test("outputShape() refuses an RBF code of another length than its input, with the layer's name", () => {
  const layer: LayerSpec = { kind: "rbf", name: "R3", codes: [[1, -1], [1, -1, 1]] };
  assert.throws(() => outputShape(layer, [1, 1, 2]), /RangeError: Layer "R3" .* 3 values for an input of 2/);
});

Deno.test("outputShape() drops incomplete windows", () => {
  const conv: LayerSpec = { kind: "conv", name: "C", maps: 1, kernel: 3, stride: 2, padding: 1, activation: "hidden" };
  assert.deepEqual(outputShape(conv, [8, 7, 1]), [4, 4, 1]);
  assert.deepEqual(outputShape({ kind: "subsample", name: "S", size: 2, activation: "hidden" }, [5, 4, 3]), [2, 2, 3]);
});

Deno.test("describeArchitecture() is one line", () => {
  assert.equal(
    describeArchitecture(CONV_6_POOL_FC_100),
    "28x28 - conv 6@5x5 pad 2 - max pool 2 - dense 100 - dense 10",
  );
  assert.equal(
    describeArchitecture(LENET_1),
    "28x28 - conv 4@5x5 - subsample 2 - conv 12@5x5 - subsample 2 - dense 10",
  );
  assert.equal(
    describeArchitecture(LECUN_1989),
    "16x16 - conv 12@5x5 pad 2 of -1 stride 2, a bias per unit - conv 12@5x5 pad 2 of -1 stride 2, a bias per unit - " +
      "dense 30 - dense 10",
  );
  assert.match(describeArchitecture(LENET_4), / - subsample 2 to 2 maps each - /);
  assert.match(describeArchitecture(LENET_5), / - RBF 10$/);
  assert.match(describeArchitecture(CIFAR_CONV_4), /^32x32x3 - conv 16@5x5 pad 2 - max pool 2 - /);
});

const UNSHARED_WITH_SLOPES = modelOf([9, 9, 2], [
  { kind: "local", name: "L1", maps: 3, kernel: 3, stride: 1, padding: 1, activation: "prelu" },
  { kind: "l2_pool", name: "S2", size: 3, stride: 2 },
  { kind: "subsample", name: "S3", size: 2, activation: "prelu" },
  { kind: "conv", name: "C4", maps: 5, kernel: 2, stride: 1, padding: 0, activation: "prelu" },
  { kind: "dense", name: "F5", units: 4, activation: "prelu" },
]);

Deno.test("countLayers() counts unshared weights, and one slope per map or unit", () => {
  const parameters = countLayers(UNSHARED_WITH_SLOPES).map(({ name, parameters }) => [name, parameters]);
  assert.deepEqual(parameters, [
    ["L1", 81 * (9 * 2 * 3 + 3) + 3],
    ["S2", 0],
    ["S3", 3 + 3 + 3],
    ["C4", 4 * 3 * 5 + 5 + 5],
    ["F5", 5 * 4 + 4 + 4],
  ]);
});

cpuTest("build() creates as many values as the spec counts, apart from unconnected weights", () => {
  for (const spec of [...MODELS, ...PAPER_MODELS, UNSHARED_WITH_SLOPES]) {
    const network = randomNetwork(spec);
    const values = network.parameters.reduce((sum, { variable }) => sum + variable.size, 0);
    const unconnected = spec.layers.reduce((sum, layer) => {
      if (layer.kind !== "conv" || !layer.connections) return sum;
      const pairs = layer.connections.flat().length;
      const inputMaps = new Set(layer.connections.flat()).size;
      return sum + (layer.maps * inputMaps - pairs) * layer.kernel ** 2;
    }, 0);
    assert.equal(values - unconnected, countModel(spec).parameters, spec.id);
    network.dispose();
  }
});
