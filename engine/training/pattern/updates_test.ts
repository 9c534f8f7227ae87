import assert from "node:assert/strict";
import fc from "fast-check";
import { stream } from "../../../base/random.ts";
import type { ImageSet } from "../../../data/dataset.ts";
import type { Backend } from "../../../device/backend.ts";
import { withBackend } from "../../../device/testing.ts";
import { TUNED_KERNELS, UNSHARED_KERNELS } from "../../../kernels/mod.ts";
import { withTunedKernels } from "../../../kernels/testing.ts";
import { fullyConnected } from "../../../models/fully_connected.ts";
import type { RbfLoss } from "../../../models/network/operations.ts";
import type { Activation, ConvLayer, LayerSpec, ModelSpec } from "../../../models/network/spec.ts";
import { buildNetwork } from "../build_network.ts";
import type { StepMetrics } from "../step/step.ts";
import { readWeights } from "../weights.ts";
import { connected } from "./connected.ts";
import { createDeviceUpdates } from "./device_updates.ts";
import { createPlainUpdates } from "./plain_updates.ts";
import type { PatternUpdatesOptions } from "./updates.ts";

const RECIPE = {
  hidden: "scaled_tanh",
  initialisation: "lecun1998",
  pixels: { background: -0.1, foreground: 1.175 },
} as const;

/** What a test trains, and on what. */
interface Case {
  readonly model: ModelSpec;
  readonly loss: "squared_error" | RbfLoss;
  /** Left out: the scaled tanh. */
  readonly output?: Activation;
  readonly patterns: number;
}

interface Result {
  readonly weights: Float32Array;
  readonly metrics: readonly StepMetrics[];
}

function imagesFor({ input: [height, width, maps] }: ModelSpec, count: number): ImageSet {
  const random = stream(1, "images");
  const bytes = height * width * maps;
  return {
    count,
    height,
    width,
    maps,
    pixels: Uint8Array.from({ length: count * bytes }, () => Math.max(0, Math.floor(512 * random.uniform()) - 256)),
    labels: Uint8Array.from({ length: count }, () => Math.floor(4 * random.uniform())),
  };
}

/** Two passes over random images, in two parts each, with random step sizes; the second over others with more ink. */
async function trainOn(backend: Backend, { model, loss, output = "scaled_tanh", patterns }: Case): Promise<Result> {
  const random = stream(1, "steps");
  const set = imagesFor(model, patterns);
  const network = buildNetwork({ model, recipe: { ...RECIPE, output, loss } as never }, { seed: 1, backend });
  const options: PatternUpdatesOptions = {
    set,
    order: stream(1, "order").shuffle(patterns),
    recipe: { ...RECIPE, output, loss },
    errorFactor: 0.3,
  };
  const updates = backend.kernels === "stock"
    ? createPlainUpdates(network, options)
    : await createDeviceUpdates([network], { ...options, orders: [options.order], backend });
  const steps = connected(network).map((exists) => exists * 0.02 * random.uniform());
  const metrics: StepMetrics[] = [];
  for (let pass = 0; pass < 2; pass++) {
    updates.startPass(steps);
    updates.run(1);
    updates.run(patterns - 1);
    metrics.push(...await updates.finishPass());
    updates.setImages({ ...set, pixels: set.pixels.map((byte) => 255 - byte) });
  }
  const weights = await readWeights(network);
  updates.dispose();
  network.dispose();
  return { weights, metrics };
}

function assertSame(actual: Result, expected: Result, tolerance: number): void {
  const pairs = [...actual.weights].map((weight, i) => [weight, expected.weights[i]!] as const);
  const errors = actual.metrics.map(({ loss }, i) => [loss, expected.metrics[i]!.loss] as const);
  for (const [a, e] of [...pairs, ...errors]) {
    assert.ok(Math.abs(a - e) <= tolerance * Math.max(1, Math.abs(e)), `${a}, expected ${e}`);
  }
  assert.deepEqual(actual.metrics.map(({ wrong }) => wrong), expected.metrics.map(({ wrong }) => wrong));
}

const conv: fc.Arbitrary<ConvLayer> = fc.record({
  kind: fc.constant("conv" as const),
  name: fc.constant("C"),
  maps: fc.integer({ min: 1, max: 5 }),
  kernel: fc.integer({ min: 1, max: 4 }),
  stride: fc.integer({ min: 1, max: 2 }),
  padding: fc.integer({ min: 0, max: 2 }),
  border: fc.constantFrom(0, -1),
  activation: fc.constant("hidden" as const),
});

/** Networks of every kind of layer: the first convolution may have a bias per unit, the second a connection table. */
const cases: fc.Arbitrary<Case> = fc.record({
  input: fc.tuple(fc.integer({ min: 7, max: 11 }), fc.integer({ min: 7, max: 11 }), fc.integer({ min: 1, max: 2 })),
  first: conv,
  second: conv,
  biases: fc.constantFrom(undefined, "per_unit" as const),
  table: fc.boolean(),
  copies: fc.constantFrom(0, 1, 2),
  units: fc.integer({ min: 1, max: 19 }),
  loss: fc.constantFrom("squared_error" as const, "rbf_mse" as const, { kind: "rbf_map" as const, j: 2 }),
  patterns: fc.integer({ min: 2, max: 5 }),
}).map(({ input, first, second, biases, table, copies, units, loss, patterns }) => {
  const connections = Array.from({ length: second.maps }, (_, o) => [o % (first.maps * Math.max(1, copies))]);
  const codes = Array.from(
    { length: 4 },
    (_, d) => Array.from({ length: units }, (_, i) => ((i * (d + 3)) >> 1) % 2 === 0 ? 1 : -1) as (1 | -1)[],
  );
  const layers: LayerSpec[] = [
    { ...first, name: "C1", ...(biases && { bias: biases }) },
    ...copies > 0 ? [{ kind: "subsample", name: "S2", size: 2, copies, activation: "hidden" } as const] : [],
    { ...second, name: "C3", kernel: Math.min(second.kernel, 3), padding: 2, ...(table && { connections }) },
    { kind: "flatten", name: "flatten" },
    { kind: "dense", name: "F5", units, activation: "hidden" },
    loss === "squared_error"
      ? { kind: "dense", name: "output", units: 4, activation: "output" }
      : { kind: "rbf", name: "output", codes },
  ];
  return { model: { id: "random", title: "", input, fit: "as_is", layers, source: "tests" }, loss, patterns };
});

Deno.test("createDeviceUpdates() updates as TensorFlow.js's gradients do, for every kind of layer and error", async () => {
  const samples = fc.sample(cases, { seed: 1, numRuns: 8 });
  const expected: Result[] = [];
  await withBackend("cpu", async (backend) => {
    for (const sample of samples) expected.push(await trainOn(backend, sample));
  });
  await withTunedKernels(async (backend) => {
    for (const [i, sample] of samples.entries()) assertSame(await trainOn(backend, sample), expected[i]!, 1e-5);
  });
});

/** Networks whose first layer reads only the ink. */
const DENSE: readonly Case[] = [[20, 7], [300], []].map((hidden) => ({
  model: { ...fullyConnected(hidden, "tests"), input: [9, 9, 1] },
  loss: "squared_error",
  ...(hidden.length === 0 && { output: "linear" as const }),
  patterns: 6,
}));

/** Subsampling to twice as many maps, as in LeNet-4. */
const COPIED: Case = {
  model: {
    ...DENSE[0]!.model,
    layers: [
      { kind: "conv", name: "C1", maps: 3, kernel: 2, stride: 1, padding: 0, activation: "hidden" },
      { kind: "subsample", name: "S2", size: 2, copies: 2, activation: "hidden" },
      { kind: "flatten", name: "flatten" },
      { kind: "dense", name: "output", units: 4, activation: "output" },
    ],
  },
  loss: "squared_error",
  patterns: 4,
};

/** Maps and units that fill whole vectors, whose numbers are loaded and stored together. */
const IN_VECTORS: Case = {
  model: {
    ...DENSE[0]!.model,
    layers: [
      { kind: "conv", name: "C1", maps: 4, kernel: 2, stride: 1, padding: 0, activation: "hidden" },
      { kind: "subsample", name: "S2", size: 2, activation: "hidden" },
      { kind: "conv", name: "C3", maps: 8, kernel: 3, stride: 1, padding: 0, activation: "hidden" },
      { kind: "flatten", name: "flatten" },
      { kind: "dense", name: "F5", units: 36, activation: "hidden" },
      { kind: "dense", name: "output", units: 4, activation: "output" },
    ],
  },
  loss: "squared_error",
  patterns: 4,
};

Deno.test("createDeviceUpdates() updates as TensorFlow.js's gradients do: images' ink, copied maps, vectors", async () => {
  const samples = [...DENSE, COPIED, IN_VECTORS];
  const expected: Result[] = [];
  await withBackend("cpu", async (backend) => {
    for (const sample of samples) expected.push(await trainOn(backend, sample));
  });
  await withTunedKernels(async (backend) => {
    for (const [i, sample] of samples.entries()) assertSame(await trainOn(backend, sample), expected[i]!, 1e-5);
  });
});

Deno.test("createDeviceUpdates() ends with the same bytes whether threads share loads or meet at barriers", () =>
  withTunedKernels(async (backend) => {
    for (const sample of [...fc.sample(cases, { seed: 3, numRuns: 1 }), IN_VECTORS]) {
      backend.useKernels(TUNED_KERNELS);
      const shared = await trainOn(backend, sample);
      assert.deepEqual(await trainOn(backend, sample), shared);
      backend.useKernels(UNSHARED_KERNELS);
      assert.deepEqual(await trainOn(backend, sample), shared);
    }
  }));

Deno.test("createDeviceUpdates() trains several networks in one dispatch to the same bytes as each alone", () =>
  withTunedKernels(async (backend) => {
    const { model, patterns } = DENSE[0]!;
    const recipe = { ...RECIPE, output: "scaled_tanh", loss: "squared_error" } as const;
    const set = imagesFor(model, patterns);
    const train = async (seeds: readonly number[]) => {
      const networks = seeds.map((seed) => buildNetwork({ model, recipe: recipe as never }, { seed, backend }));
      const orders = seeds.map((seed) => stream(seed, "order").shuffle(patterns));
      const updates = await createDeviceUpdates(networks, { set, orders, recipe, errorFactor: 0.3, backend });
      updates.startPass(
        Float32Array.from(networks.flatMap((network) => [...connected(network)].map((one) => 0.01 * one))),
      );
      updates.run(patterns);
      const metrics = await updates.finishPass();
      const weights = [];
      for (const network of networks) weights.push(await readWeights(network));
      updates.dispose();
      networks.forEach((network) => network.dispose());
      return { metrics, weights };
    };
    const [first, second] = [await train([1]), await train([2])];
    assert.notDeepEqual(first.weights, second.weights);
    assert.deepEqual(await train([1, 2]), {
      metrics: [...first.metrics, ...second.metrics],
      weights: [...first.weights, ...second.weights],
    });
  }));
