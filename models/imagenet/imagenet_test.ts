import assert from "node:assert/strict";
import { countLayers, countModel, describeArchitecture, outputShape, placedLayers } from "../network/count.ts";
import type { LayerSpec, ModelSpec } from "../network/spec.ts";
import { modelOf } from "../network/testing.ts";
import { ALEXNET, ALEXNET_UNGROUPED } from "./alexnet.ts";
import { GOOGLENET } from "./googlenet.ts";
import { RESNET_34, RESNET_50 } from "./resnet.ts";

Deno.test("ALEXNET has 6.0% of its parameters and 94.8% of its work in convolutions; in two groups 3.8% and 91.9%", () => {
  const share = (spec: ModelSpec, key: "parameters" | "macs") => {
    const convolutions = countLayers(spec).filter(({ kind }) => kind === "conv");
    return (100 * convolutions.reduce((sum, layer) => sum + layer[key], 0) / countModel(spec)[key]).toFixed(1);
  };
  assert.deepEqual([share(ALEXNET_UNGROUPED, "parameters"), share(ALEXNET_UNGROUPED, "macs")], ["6.0", "94.8"]);
  assert.deepEqual([share(ALEXNET, "parameters"), share(ALEXNET, "macs")], ["3.8", "91.9"]);
});

Deno.test("ALEXNET has 240 MB of parameters and 718.9 MB of activations at batch 128, as the slides sum them", () => {
  assert.equal(Math.floor(4 * countModel(ALEXNET).parameters / 1e6), 243);
  assert.equal(4 * 60e6 / 1e6, 240, "the slides take the paper's 60 million");
  // The input, and all but what the last pooling gives.
  const counted = countLayers(ALEXNET).filter(({ name }) => name !== "pool5");
  const values = 227 * 227 * 3 + counted.reduce((sum, { units }) => sum + units, 0);
  assert.equal(values, 1_404_131);
  assert.equal((4 * 128 * values / 1e6).toFixed(1), "718.9");
});

Deno.test("ALEXNET has 659,272 units in its convolutions and fully connected layers", () => {
  const units = countLayers(ALEXNET).filter(({ kind }) => kind === "conv" || kind === "dense");
  assert.equal(units.reduce((sum, { units }) => sum + units, 0), 659_272);
});

Deno.test("GOOGLENET and the ResNets have the output sizes of the papers' tables", () => {
  const shapes = (spec: ModelSpec) =>
    countLayers(spec).filter(({ kind }) => kind === "branches").map(({ output }) => output.join("x"));
  assert.deepEqual(shapes(GOOGLENET), [
    "28x28x256",
    "28x28x480",
    ...[512, 512, 512, 528, 832].map((maps) => `14x14x${maps}`),
    "7x7x832",
    "7x7x1024",
  ]);
  const stages = (depths: readonly number[], maps: number) =>
    depths.flatMap((depth, stage) =>
      Array<string>(depth).fill(`${56 / 2 ** stage}x${56 / 2 ** stage}x${maps * 2 ** stage}`)
    );
  assert.deepEqual(shapes(RESNET_34), stages([3, 4, 6, 3], 64));
  assert.deepEqual(shapes(RESNET_50), stages([3, 4, 6, 3], 256));
});

const NARROW: LayerSpec = { kind: "conv", name: "N", maps: 2, kernel: 1, stride: 1, padding: 0, activation: "relu" };

/** On 4x4x2: 6 parameters and 32 units a convolution. */
function branches(join: "add" | "concatenate", chains: readonly (readonly LayerSpec[])[]): LayerSpec {
  return { kind: "branches", name: "B", branches: chains, join, activation: "relu" };
}

Deno.test("countModel() counts what is in branches, and the values of a sum", () => {
  const spec = (join: "add" | "concatenate") => modelOf([4, 4, 2], [branches(join, [[NARROW, NARROW], []])]);
  const { parameters, units, macs } = countModel(spec("add"));
  assert.deepEqual({ parameters, units, macs }, { parameters: 12, units: 96, macs: 128 });
  assert.equal(countModel(spec("concatenate")).units, 64);
  assert.deepEqual(outputShape(spec("concatenate").layers[0]!, [4, 4, 2]), [4, 4, 4]);
  assert.deepEqual(placedLayers(spec("add")).map(({ layer }) => layer.name), ["N", "N"]);
  assert.equal(describeArchitecture(spec("add")), "4x4x2 - add (conv 2@1x1 - conv 2@1x1 | )");
});

Deno.test("countModel() refuses branches of different sizes, and groups that don't divide the maps", () => {
  const pool: LayerSpec = { kind: "max_pool", name: "P", size: 2, stride: 2 };
  const wide: LayerSpec = { ...NARROW, maps: 3 };
  const refused = (layer: LayerSpec, message: RegExp) =>
    assert.throws(
      () => countModel(modelOf([4, 4, 2], [layer])),
      (error) => error instanceof RangeError && message.test(error.message),
    );
  refused(branches("concatenate", [[pool], []]), /"B" can't join branches of 2x2x2, 4x4x2/);
  refused(branches("add", [[wide], []]), /"B" can't join/);
  assert.doesNotThrow(() => countModel(modelOf([4, 4, 2], [branches("concatenate", [[wide], []])])));
  refused({ ...NARROW, groups: 3 }, /"N" can't be cut into 3 groups/);
  refused({ ...NARROW, groups: 2, connections: [[0], [1]] }, /"N" can't be cut/);
});
