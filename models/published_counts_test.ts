/**
 * The parameter counts that the source slides quote of larger networks: specs of this project's layers, counted and
 * never trained.
 */
import assert from "node:assert/strict";
import { countLayers, countModel } from "./count.ts";
import type { ConnectionTable, LayerSpec, Shape } from "./spec.ts";
import { modelOf } from "./testing.ts";

interface Window {
  readonly kernel: number;
  readonly stride?: number;
  readonly padding?: number;
  readonly connections?: ConnectionTable;
}

function conv(maps: number, { kernel, stride = 1, padding = 0, connections }: Window): LayerSpec {
  return {
    kind: "conv",
    name: `conv ${maps}`,
    maps,
    kernel,
    stride,
    padding,
    activation: "relu",
    ...(connections && { connections }),
  };
}

function pool(size: number, stride: number): LayerSpec {
  return { kind: "max_pool", name: `pool ${size}`, size, stride };
}

function dense(...units: number[]): LayerSpec[] {
  return units.map((units) => ({ kind: "dense", name: `dense ${units}`, units, activation: "relu" }));
}

/** Two groups: the first half of the outputs reads the first half of the inputs. */
function twoGroups(inputs: number, outputs: number): ConnectionTable {
  return Array.from({ length: outputs }, (_, o) => {
    const first = o < outputs / 2 ? 0 : inputs / 2;
    return Array.from({ length: inputs / 2 }, (_, i) => first + i);
  });
}

/** Krizhevsky 2012, on one device or, as in the paper, in two groups on two. */
function alexNet({ grouped }: { grouped: boolean }) {
  const connected = (inputs: number, outputs: number) => grouped ? { connections: twoGroups(inputs, outputs) } : {};
  return modelOf([227, 227, 3], [
    conv(96, { kernel: 11, stride: 4 }),
    pool(3, 2),
    conv(256, { kernel: 5, padding: 2, ...connected(96, 256) }),
    pool(3, 2),
    conv(384, { kernel: 3, padding: 1 }),
    conv(384, { kernel: 3, padding: 1, ...connected(384, 384) }),
    conv(256, { kernel: 3, padding: 1, ...connected(384, 256) }),
    pool(3, 2),
    ...dense(4096, 4096, 1000),
  ]);
}

Deno.test("AlexNet: 60,965,224 parameters in two groups, 62,378,344 in one; 659,272 units", () => {
  assert.equal(countModel(alexNet({ grouped: true })).parameters, 60_965_224);
  assert.equal(countModel(alexNet({ grouped: false })).parameters, 62_378_344);
  const units = countLayers(alexNet({ grouped: true }))
    .filter(({ kind }) => kind !== "max_pool")
    .reduce((sum, { units }) => sum + units, 0);
  assert.equal(units, 659_272);
});

Deno.test("AlexNet: convolutions hold 6.0% of the parameters and 94.8% of the work, in two groups 3.8% and 91.9%", () => {
  const share = (grouped: boolean, key: "parameters" | "macs") => {
    const spec = alexNet({ grouped });
    const convolutions = countLayers(spec).filter(({ kind }) => kind === "conv");
    return (100 * convolutions.reduce((sum, layer) => sum + layer[key], 0) / countModel(spec)[key]).toFixed(1);
  };
  assert.deepEqual([share(false, "parameters"), share(false, "macs")], ["6.0", "94.8"]);
  assert.deepEqual([share(true, "parameters"), share(true, "macs")], ["3.8", "91.9"]);
});

Deno.test("torchvision's AlexNet: 61,100,840 parameters", () => {
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

Deno.test("VGG D and E: 138,357,544 and 143,667,240 parameters", () => {
  const vgg = (depths: readonly number[]) =>
    modelOf([224, 224, 3], [
      ...[64, 128, 256, 512, 512].flatMap((maps, stage) => [
        ...Array.from({ length: depths[stage]! }, () => conv(maps, { kernel: 3, padding: 1 })),
        pool(2, 2),
      ]),
      ...dense(4096, 4096, 1000),
    ]);
  assert.equal(countModel(vgg([2, 2, 3, 3, 3])).parameters, 138_357_544);
  assert.equal(countModel(vgg([2, 2, 4, 4, 4])).parameters, 143_667_240);
});

Deno.test("PyTorch's tutorial LeNet: 61,706 parameters on grey images, 62,006 on colour", () => {
  const leNet = (input: Shape) =>
    modelOf(input, [conv(6, { kernel: 5 }), pool(2, 2), conv(16, { kernel: 5 }), pool(2, 2), ...dense(120, 84, 10)]);
  assert.equal(countModel(leNet([32, 32, 1])).parameters, 61_706);
  assert.equal(countModel(leNet([32, 32, 3])).parameters, 62_006);
});

Deno.test("the wider fully connected nets of LeCun 1998, figure 12", () => {
  const parameters = (input: Shape, ...units: number[]) => countModel(modelOf(input, dense(...units, 10))).parameters;
  assert.equal(parameters([28, 28, 1], 1000), 795_010);
  assert.equal(parameters([28, 28, 1], 500, 150), 469_160);
  assert.equal(parameters([20, 20, 1], 300), 123_310);
  // The page's text says 1000-150, which the figure's 469 thousand rules out.
  assert.equal(parameters([28, 28, 1], 1000, 150), 936_660);
});
