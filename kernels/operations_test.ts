import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import fc from "fast-check";
import { stream } from "../base/random.ts";
import { countDispatches } from "../device/device_work.ts";
import { ACTIVATIONS } from "../models/network/activations.ts";
import { build } from "../models/network/build.ts";
import { outputShape } from "../models/network/count.ts";
import type { Loss, Operations } from "../models/network/operations.ts";
import { PLAIN } from "../models/network/operations.ts";
import type { Activation, LayerActivation, LayerSpec, Shape } from "../models/network/spec.ts";
import { modelOf, randomImages } from "../models/network/testing.ts";
import { TUNED } from "./operations.ts";
import { assertLikeCpu, values, withTunedKernels } from "./testing.ts";

const TOLERANCE = 4e-6;

/**
 * With batch normalisation: it divides by deviations far below 1, which magnifies the rounding before it, and what it
 * subtracts again (a bias) has gradients that add up to 0.
 */
const NORMALISED_TOLERANCE = 5e-5;

const activation = fc.constantFrom<LayerActivation>(...Object.keys(ACTIVATIONS) as Activation[], "prelu");
const maps = fc.constantFrom(1, 2, 3, 4, 6, 8);

/** A layer of any kind, small enough to be followed by others; its name is filled in later. */
const layer: fc.Arbitrary<LayerSpec> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("conv" as const, "local" as const),
    name: fc.constant(""),
    maps,
    kernel: fc.integer({ min: 1, max: 3 }),
    stride: fc.integer({ min: 1, max: 2 }),
    padding: fc.integer({ min: 0, max: 1 }),
    activation,
  }),
  fc.record({
    kind: fc.constantFrom("max_pool" as const, "average_pool" as const, "l2_pool" as const),
    name: fc.constant(""),
    size: fc.integer({ min: 1, max: 3 }),
    stride: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    kind: fc.constant("subsample" as const),
    name: fc.constant(""),
    size: fc.integer({ min: 1, max: 2 }),
    activation,
  }),
  fc.record({ kind: fc.constant("batch_norm" as const), name: fc.constant(""), activation }),
  fc.record({
    kind: fc.constant("dropout" as const),
    name: fc.constant(""),
    rate: fc.constantFrom(0, 0.5),
  }),
);

const network = fc.record({
  input: fc.tuple(fc.integer({ min: 8, max: 11 }), fc.integer({ min: 8, max: 11 }), maps),
  layers: fc.array(layer, { maxLength: 3 }),
  units: fc.constantFrom(3, 8, 10),
  activation,
  images: fc.constantFrom(1, 3, 8),
  loss: fc.constantFrom<Loss>("softmax_cross_entropy", "squared_error"),
});

/** The layers that fit on the images left by those before them, named, and a dense layer on top. */
function stack(
  input: Shape,
  { layers, units, activation }: { layers: LayerSpec[]; units: number; activation: LayerActivation },
) {
  let shape = input;
  const fitting = layers.map((layer, i) => ({ ...layer, name: `L${i}` })).filter((layer) => {
    const fits = windowOf(layer) <= Math.min(shape[0], shape[1]);
    if (fits) shape = outputShape(layer, shape);
    return fits;
  });
  return modelOf(input, [...fitting, { kind: "dense", name: "out", units, activation }]);
}

/** The smallest side of an image that a layer can take. */
function windowOf(layer: LayerSpec): number {
  return "kernel" in layer ? layer.kernel : "size" in layer ? layer.size : 1;
}

/**
 * Losses of random images, the gradients of a weighted sum of them by every parameter, and the running statistics after
 * them.
 */
function lossesAndGradients(
  { input, images, loss, ...layers }: {
    input: Shape;
    layers: LayerSpec[];
    units: number;
    activation: LayerActivation;
    images: number;
    loss: Loss;
  },
  operations: Operations,
): tf.Tensor[] {
  const network = build(stack(input, layers), {
    hidden: "linear",
    output: "linear",
    initialisation: "lecun1998",
    random: (name) => stream(1, name),
    operations,
  });
  const x = tf.tensor4d(randomImages(images, input), [images, ...input]);
  const labels = tf.tensor1d(Array.from({ length: images }, (_, i) => i % layers.units), "int32");
  const weights = tf.tensor2d(Array.from({ length: images }, (_, i) => [1 / (i + 1), 0]));
  // Not only zeros and one other value: a product is a product.
  const masks = network.dropouts.map(({ name, shape }, i) =>
    [name, tf.relu(values([images, ...shape], i)) as tf.Tensor4D] as const
  );
  const { value, grads } = tf.engine().gradients(
    () => network.losses(x, labels, { loss, masks: Object.fromEntries(masks) }),
    network.parameters.map(({ variable }) => variable),
    weights,
  );
  const copies = [
    ...[value, ...grads].map((tensor) => tf.clone(tensor)),
    // Computed, because a clone shares what TensorFlow.js knows of the contents on the host.
    ...network.statistics.map(({ variable }) => tf.mul(variable, 1)),
  ];
  network.dispose();
  return copies;
}

Deno.test("TUNED operations match PLAIN ones on the cpu backend in whole networks: losses and gradients", () =>
  withTunedKernels((backend) =>
    fc.assert(
      fc.asyncProperty(network, (n) =>
        assertLikeCpu(
          () => lossesAndGradients(n, tf.getBackend() === "webgpu" ? TUNED : PLAIN),
          { backend, tolerance: n.layers.some(({ kind }) => kind === "batch_norm") ? NORMALISED_TOLERANCE : TOLERANCE },
        )),
      { numRuns: 50, seed: 6 },
    )
  ));

/** Layers next to some that the tuned kernels don't cover, or cover in another way. */
const CASES: Readonly<Record<string, { layers: readonly LayerSpec[]; isCovered: boolean }>> = {
  "a wide kernel": {
    layers: [
      conv({ kernel: 3, padding: 1, activation: "tanh" }),
      conv({ kernel: 12, activation: "sigmoid" }),
      pool("average_pool"),
    ],
    isCovered: false,
  },
  "a wide kernel without an activation": {
    layers: [conv({ kernel: 3, padding: 1, activation: "tanh" }), conv({ kernel: 12, activation: "linear" })],
    isCovered: false,
  },
  "the widest kernel that is covered": {
    layers: [conv({ kernel: 3, activation: "tanh" }), conv({ kernel: 11, padding: 5, activation: "sigmoid" })],
    isCovered: true,
  },
  "groups and a response norm": {
    layers: [
      conv({ kernel: 3, activation: "tanh" }),
      { ...conv({ kernel: 3, activation: "sigmoid" }), groups: 3 },
      { kind: "response_norm", name: "", size: 3, k: 2, alpha: 0.5, beta: 0.75 },
      conv({ kernel: 3, activation: "tanh" }),
    ],
    isCovered: true,
  },
  "an inception module": {
    layers: [conv({ kernel: 3, activation: "tanh" }), branches("concatenate"), conv({ kernel: 3, activation: "tanh" })],
    // The gradient of overlapping pooling is TensorFlow.js's own.
    isCovered: false,
  },
  "a residual block": {
    layers: [conv({ kernel: 3, activation: "sigmoid" }), branches("add"), conv({ kernel: 3, activation: "tanh" })],
    isCovered: false,
  },
  "padding as wide as the kernel": {
    layers: [conv({ kernel: 3, activation: "relu" }), conv({ kernel: 1, padding: 1, activation: "linear" })],
    isCovered: true,
  },
  "pooled data before many layers": {
    layers: [
      pool("average_pool"),
      ...[1, 2, 3].map(() => conv({ kernel: 2, activation: "tanh" })),
      ...[1, 2, 3].map((): LayerSpec => ({ kind: "dense", name: "", units: 9, activation: "scaled_tanh" })),
    ],
    isCovered: true,
  },
  "wide kernels without sharing": {
    layers: [conv({ kernel: 3, activation: "tanh" }), { ...conv({ kernel: 9, activation: "sigmoid" }), kind: "local" }],
    isCovered: false,
  },
  "large windows that overlap": {
    layers: [conv({ kernel: 3, activation: "tanh" }), { kind: "l2_pool", name: "", size: 8, stride: 1 }],
    isCovered: false,
  },
  "more maps than one tile, strides with a rest, padding": {
    layers: [
      { ...conv({ kernel: 3, activation: "prelu" }), maps: 20 },
      { ...conv({ kernel: 5, padding: 2, activation: "relu" }), kind: "local", maps: 18, stride: 2 },
    ],
    isCovered: true,
  },
  "biases of single units, a border, two subsamplings per map, and RBF outputs": {
    layers: [
      { ...conv({ kernel: 5, padding: 2, activation: "scaled_tanh" }), stride: 2, border: -1, bias: "per_unit" },
      { ...conv({ kernel: 3, padding: 1, activation: "tanh" }), border: -1, connections: [[0], [1, 2], [0, 2]] },
      { kind: "subsample", name: "", size: 2, copies: 2, activation: "scaled_tanh" },
      { kind: "dense", name: "", units: 4, activation: "tanh" },
      { kind: "rbf", name: "", codes: [[1, 1, -1, 1], [-1, 1, 1, 1], [1, -1, -1, -1]] },
    ],
    // Distances and biases of units are added up by TensorFlow.js.
    isCovered: false,
  },
  "a connection table": {
    layers: [
      conv({ kernel: 3, activation: "relu" }),
      { ...conv({ kernel: 3, activation: "tanh" }), connections: [[0], [1, 2], [0, 2]] },
    ],
    isCovered: true,
  },
};

function conv(
  { kernel, padding = 0, activation }: { kernel: number; padding?: number; activation: LayerActivation },
) {
  return { kind: "conv", name: "", maps: 3, kernel, stride: 1, padding, activation } as const satisfies LayerSpec;
}

function branches(join: "concatenate" | "add"): LayerSpec {
  const chains: LayerSpec[][] = [
    [conv({ kernel: 3, padding: 1, activation: "relu" }), conv({ kernel: 1, activation: "tanh" })],
    [{ kind: "max_pool", name: "", size: 3, stride: 1, padding: 1 }],
    [],
  ];
  return { kind: "branches", name: "", branches: chains, join, activation: "tanh" };
}

function pool(kind: "max_pool" | "average_pool"): LayerSpec {
  return { kind, name: "", size: 2, stride: 2 };
}

for (const [name, { layers, isCovered }] of Object.entries(CASES)) {
  Deno.test(`TUNED operations match PLAIN ones on the cpu backend: ${name}`, () =>
    withTunedKernels((backend) =>
      assertLikeCpu(
        () =>
          lossesAndGradients(
            {
              input: [13, 13, 1],
              layers: [...layers],
              units: 5,
              activation: "scaled_tanh",
              images: 4,
              loss: "squared_error",
            },
            tf.getBackend() === "webgpu" ? TUNED : PLAIN,
          ),
        { backend, tolerance: TOLERANCE, isCovered },
      )
    ));
}

const POOLS = ["max_pool", "average_pool", "l2_pool"] as const;

/** A convolution, its input learned or not, and pooling that leaves no rest. */
const pooledConvolution = fc.record({
  windows: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
  size: fc.integer({ min: 2, max: 4 }),
  kernel: fc.integer({ min: 1, max: 4 }),
  padding: fc.integer({ min: 0, max: 1 }),
  isLearned: fc.boolean(),
  maps: fc.constantFrom(1, 2, 3, 6, 16, 20),
  activation: fc.constantFrom<Activation>("tanh", "relu", "linear"),
  kind: fc.constantFrom(...POOLS),
});

Deno.test("pooledConvolution() matches PLAIN on the cpu backend: losses and gradients", () =>
  withTunedKernels((backend) =>
    fc.assert(
      fc.asyncProperty(
        pooledConvolution,
        ({ windows: [rows, columns], size, kernel, padding, isLearned, maps, activation, kind }) => {
          const side = (windows: number) => Math.max(1, windows * size + kernel - 1 - 2 * padding);
          const layers: LayerSpec[] = [
            ...isLearned ? [conv({ kernel: 1, activation: "tanh" })] : [],
            { ...conv({ kernel, padding, activation }), maps },
            { kind, name: "", size, stride: size },
          ];
          const rest = { layers, units: 5, activation: "tanh", images: 3, loss: "squared_error" } as const;
          return assertLikeCpu(
            () =>
              lossesAndGradients(
                { input: [side(rows), side(columns), 2], ...rest },
                tf.getBackend() === "webgpu" ? TUNED : PLAIN,
              ),
            { backend, tolerance: TOLERANCE },
          );
        },
      ),
      { numRuns: 15, seed: 12 },
    )
  ));

for (const kind of ["max", "average", "l2"] as const) {
  Deno.test(`pooledConvolution() has the bytes of convolution() and pool(), in one dispatch if no rest is left: ${kind}`, () =>
    withTunedKernels(async () => {
      for (const [side, size, dispatches] of [[12, 2, 1], [12, 5, 1], [13, 2, 2]] as const) {
        const x = values([3, side, side, 2], 1) as tf.Tensor4D;
        const parameters = { weights: values([3, 3, 2, 6], 2) as tf.Tensor4D, bias: values([6], 3) as tf.Tensor1D };
        const options = { stride: 1, padding: 0, activation: "tanh", input: "data" } as const;
        const pooling = { kind, size, stride: size, padding: 0 };
        const apart = TUNED.pool(TUNED.convolution(x, parameters, options), { ...pooling, input: "tanh" });
        let together: tf.Tensor;
        const enqueued = countDispatches(() =>
          together = TUNED.pooledConvolution(x, parameters, { ...options, pooling })
        );
        assert.equal(enqueued, dispatches, `side ${side}, windows of ${size}`);
        assert.deepEqual(await together!.data(), await apart.data());
      }
    }));
}

for (const activation of Object.keys(ACTIVATIONS) as Activation[]) {
  Deno.test(`dense() keeps NaN with activation ${activation}`, () =>
    withTunedKernels(async () => {
      const [x, weights, bias] = [tf.tensor2d([[NaN, 1]]), tf.tensor2d([[1, 0], [0, 1]]), tf.tensor1d([0, 0])];
      const y = TUNED.dense(x, { weights, bias }, { activation, input: "data" });
      assert.ok(Number.isNaN((await y.data())[0]));
    }));
}
