import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { countDispatches } from "../../../device/device_work.ts";
import { assertClose, cpuTest, gpuTest } from "../../../device/testing.ts";
import { TUNED_KERNELS } from "../../../kernels/mod.ts";
import { ALEXNET, ALEXNET_UNGROUPED } from "../../../models/imagenet/alexnet.ts";
import { IMAGENET_MODELS } from "../../../models/imagenet/list.ts";
import { RESNET_34 } from "../../../models/imagenet/resnet.ts";
import { MODELS } from "../../../models/list.ts";
import { countModel, countPlacedLayer, placedLayers } from "../../../models/network/count.ts";
import { modelOf, randomImages, randomNetwork, setParameter } from "../../../models/network/testing.ts";
import { MODERN } from "../../../recipes/modern.ts";
import { forwardSubject, type LayerOptions, layerSubjects, withinBinding } from "./layers.ts";

const OPTIONS: LayerOptions = { batch: 2, recipe: MODERN, mostBytes: 2 ** 27 };

/** Sum of a column over a network's layers, those alike as often as they are there. */
function total(
  subjects: ReturnType<typeof layerSubjects>,
  key: "parameters" | "macs" | "activation_bytes" | "flops",
): number {
  return subjects.reduce((sum, { columns }) => sum + columns.times! * columns[key]!, 0);
}

Deno.test("layerSubjects() have counts that add up to the network's", () => {
  for (const model of [...IMAGENET_MODELS, ...MODELS]) {
    const layers = layerSubjects(model, { ...OPTIONS, gradients: false });
    const whole = forwardSubject(model, OPTIONS).columns;
    assert.deepEqual(
      [total(layers, "parameters"), total(layers, "macs"), total(layers, "flops")],
      [whole.parameters, whole.macs, whole.flops],
      model.id,
    );
    assert.equal(whole.flops, 2 * OPTIONS.batch * countModel(model).macs);
  }
});

Deno.test("layerSubjects() has identical layers only once", () => {
  const layers = layerSubjects(RESNET_34, { ...OPTIONS, gradients: false }).map(({ columns }) => columns);
  assert.equal(new Set(layers.map(({ layer }) => layer)).size, layers.length);
  assert.equal(
    layers.reduce((sum, { times }) => sum + times!, 0),
    placedLayers(RESNET_34).length - 1,
    "all but flatten",
  );
  // Six of the first stage's, all 3x3 and 64 maps to 64.
  assert.equal(layers.find(({ layer }) => layer === "conv2_1 a")!.times, 6);
});

Deno.test("layerSubjects() has no gradient of pooled pixels, and a first layer's without its input's", () => {
  const model = modelOf([8, 8, 1], [
    { kind: "average_pool", name: "pool", size: 2, stride: 2 },
    { kind: "conv", name: "first", maps: 2, kernel: 3, stride: 1, padding: 0, activation: "hidden" },
    { kind: "conv", name: "second", maps: 2, kernel: 1, stride: 1, padding: 0, activation: "hidden" },
  ]);
  const flops = layerSubjects(model, { ...OPTIONS, gradients: true }).map((
    { columns },
  ) => [columns.layer, columns.phase, columns.flops! / columns.batch / 2]);
  assert.deepEqual(flops, [
    ["pool", "forward", 0],
    ["first", "forward", 72],
    ["first", "forward_backward", 144],
    ["second", "forward", 16],
    ["second", "forward_backward", 48],
  ]);
});

Deno.test("withinBinding() cuts a fully connected layer into the fewest equal parts that can be bound", () => {
  const mostBytes = 2 ** 27;
  for (const model of [ALEXNET, ALEXNET_UNGROUPED]) {
    const parts = withinBinding(model, mostBytes);
    assert.equal(countModel(parts).parameters, countModel(model).parameters);
    assert.deepEqual(
      placedLayers(parts).filter(({ layer }) => layer.name.startsWith("fc6")).map(({ layer }) => layer.name),
      [
        "fc6 0",
        "fc6 1",
      ],
    );
    for (const placed of placedLayers(parts)) assert.ok(4 * countPlacedLayer(placed).parameters <= mostBytes);
  }
  const small = modelOf([2, 2, 1], [{ kind: "dense", name: "F", units: 3, activation: "relu" }]);
  assert.equal(withinBinding(small, mostBytes), small);
});

cpuTest("withinBinding() does not change what a layer computes", async () => {
  const whole = modelOf([1, 1, 3], [{ kind: "dense", name: "F", units: 4, activation: "tanh" }]);
  const parts = withinBinding(whole, 40);
  const [network, cut] = [randomNetwork(whole), randomNetwork(parts)];
  assert.deepEqual(cut.parameters.map(({ name }) => name), ["F 0/weights", "F 0/bias", "F 1/weights", "F 1/bias"]);
  const weights = randomImages(1, [1, 3, 4]);
  const columns = (from: number) => weights.filter((_, i) => Math.floor(i % 4 / 2) === from);
  setParameter(network, { name: "F/weights", values: weights });
  setParameter(network, { name: "F/bias", values: [1, 2, 3, 4] });
  for (const part of [0, 1]) {
    setParameter(cut, { name: `F ${part}/weights`, values: columns(part) });
    setParameter(cut, { name: `F ${part}/bias`, values: [1 + 2 * part, 2 + 2 * part] });
  }
  const x = tf.tensor4d(randomImages(2, [1, 1, 3]), [2, 1, 1, 3]);
  const expected = await tf.tidy(() => network.forward(x)).data();
  assertClose(await tf.tidy(() => cut.forward(x)).data(), expected, { tolerance: 1e-6 });
});

gpuTest("layerSubjects() run, replay, and leave nothing behind", (backend) => {
  backend.useKernels(TUNED_KERNELS);
  const model = modelOf([9, 9, 2], [
    {
      kind: "conv",
      name: "C1",
      maps: 4,
      kernel: 3,
      stride: 1,
      padding: 1,
      activation: "hidden",
      groups: 2,
      bias: false,
    },
    { kind: "batch_norm", name: "N1", activation: "relu" },
    { kind: "response_norm", name: "N2", size: 3, k: 2, alpha: 1e-4, beta: 0.75 },
    { kind: "max_pool", name: "S1", size: 3, stride: 2, padding: 1 },
    {
      kind: "branches",
      name: "B",
      branches: [[{ kind: "conv", name: "C2", maps: 4, kernel: 1, stride: 1, padding: 0, activation: "relu" }], []],
      join: "add",
      activation: "relu",
    },
    { kind: "flatten", name: "flatten" },
    { kind: "dense", name: "output", units: 10, activation: "output" },
  ]);
  const subjects = [forwardSubject(model, OPTIONS), ...layerSubjects(model, { ...OPTIONS, gradients: true })];
  assert.equal(subjects.length, 1 + 6 + 6);
  const before = tf.memory().numTensors;
  for (const { columns, prepare } of subjects) {
    const { run, dispose } = prepare(backend);
    run();
    const dispatches = countDispatches(run);
    assert.ok(dispatches > 0, `${columns.layer} ${columns.phase}`);
    assert.equal(countDispatches(run), dispatches);
    dispose();
    assert.equal(tf.memory().numTensors, before, `${columns.layer} ${columns.phase}`);
  }
});
