/**
 * The parameter counts that the source slides quote for networks that no list of the project contains. Listed networks
 * carry their own: see `ExpectedCounts`.
 */
import assert from "node:assert/strict";
import { countModel } from "./count.ts";
import type { LayerSpec, Shape } from "./spec.ts";
import { modelOf } from "./testing.ts";

interface Window {
  readonly kernel: number;
  readonly stride?: number;
  readonly padding?: number;
}

function conv(maps: number, { kernel, stride = 1, padding = 0 }: Window): LayerSpec {
  return {
    kind: "conv",
    name: `conv ${maps}`,
    maps,
    kernel,
    stride,
    padding,
    activation: "relu",
  };
}

function pool(size: number, stride: number): LayerSpec {
  return { kind: "max_pool", name: `pool ${size}`, size, stride };
}

function dense(...units: number[]): LayerSpec[] {
  return units.map((units) => ({ kind: "dense", name: `dense ${units}`, units, activation: "relu" }));
}

Deno.test("countModel() finds torchvision's AlexNet: 61,100,840 parameters", () => {
  const spec = modelOf([224, 224, 3], [
    conv(64, { kernel: 11, stride: 4, padding: 2 }),
    pool(3, 2),
    conv(192, { kernel: 5, padding: 2 }),
    pool(3, 2),
    ...[384, 256, 256].map((maps) => conv(maps, { kernel: 3, padding: 1 })),
    pool(3, 2),
    ...dense(4096, 4096, 1000),
  ]);
  assert.equal(countModel(spec).parameters, 61_100_840);
});

Deno.test("countModel() finds the PyTorch tutorial's LeNet: 61,706 parameters on grey images, 62,006 on colour", () => {
  const leNet = (input: Shape) =>
    modelOf(input, [conv(6, { kernel: 5 }), pool(2, 2), conv(16, { kernel: 5 }), pool(2, 2), ...dense(120, 84, 10)]);
  assert.equal(countModel(leNet([32, 32, 1])).parameters, 61_706);
  assert.equal(countModel(leNet([32, 32, 3])).parameters, 62_006);
});

Deno.test("countModel() finds more than LeCun 1998, figure 12, prints for the 1000-150 of its text", () => {
  assert.equal(countModel(modelOf([28, 28, 1], dense(1000, 150, 10))).parameters, 936_660);
});
