import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import type { Loss, Operations } from "../models/operations.ts";
import { PLAIN } from "../models/operations.ts";
import { build } from "../models/build.ts";
import { outputShape } from "../models/count.ts";
import type { Activation, LayerSpec, Shape } from "../models/spec.ts";
import { modelOf, randomImages } from "../models/testing.ts";
import { stream } from "../base/random.ts";
import { TUNED } from "./operations.ts";
import { assertLikeCpu, withTunedKernels } from "./testing.ts";

const TOLERANCE = 4e-6;

const activation = fc.constantFrom<Activation>("linear", "relu", "tanh", "scaled_tanh", "sigmoid");
const maps = fc.constantFrom(1, 2, 3, 4, 6, 8);

/** A layer of any kind, small enough to be followed by others; its name is filled in later. */
const layer: fc.Arbitrary<LayerSpec> = fc.oneof(
  fc.record({
    kind: fc.constant("conv" as const),
    name: fc.constant(""),
    maps,
    kernel: fc.integer({ min: 1, max: 3 }),
    stride: fc.integer({ min: 1, max: 2 }),
    padding: fc.integer({ min: 0, max: 1 }),
    activation,
  }),
  fc.record({
    kind: fc.constantFrom("max_pool" as const, "average_pool" as const),
    name: fc.constant(""),
    size: fc.integer({ min: 1, max: 3 }),
    // Smaller than the window: pooling that the tuned gradient does not cover.
    stride: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    kind: fc.constant("subsample" as const),
    name: fc.constant(""),
    size: fc.integer({ min: 1, max: 2 }),
    activation,
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
  { layers, units, activation }: { layers: LayerSpec[]; units: number; activation: Activation },
) {
  let shape = input;
  const fitting = layers.map((layer, i) => ({ ...layer, name: `L${i}` })).filter((layer) => {
    const fits = windowOf(layer) <= Math.min(shape[0], shape[1]);
    if (fits) shape = outputShape(layer, shape);
    return fits;
  });
  return modelOf(input, [...fitting, { kind: "dense", name: "out", units, activation }]);
}

/** The side of the image that a layer needs at least. */
function windowOf(layer: LayerSpec): number {
  return layer.kind === "conv" ? layer.kernel : "size" in layer ? layer.size : 1;
}

/** Pooling whose gradient the tuned kernels leave to the stock ones. */
function overlaps(layer: LayerSpec): boolean {
  return (layer.kind === "max_pool" || layer.kind === "average_pool") && layer.size > layer.stride;
}

/** Losses of random images, and the gradients of a weighted sum of them by every parameter. */
function lossesAndGradients(
  { input, images, loss, ...layers }: {
    input: Shape;
    layers: LayerSpec[];
    units: number;
    activation: Activation;
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
  const { value, grads } = tf.engine().gradients(
    () => network.losses(x, labels, { loss }),
    network.parameters.map(({ variable }) => variable),
    weights,
  );
  const copies = [value, ...grads].map((tensor) => tf.clone(tensor));
  network.dispose();
  return copies;
}

Deno.test("whole networks of tuned operations: losses and gradients as of plain ones on the cpu backend", () =>
  withTunedKernels(() =>
    fc.assert(
      fc.asyncProperty(network, (n) =>
        assertLikeCpu(
          () => lossesAndGradients(n, tf.getBackend() === "webgpu" ? TUNED : PLAIN),
          { tolerance: TOLERANCE, isCovered: !n.layers.some(overlaps) },
        )),
      { numRuns: 40, seed: 6 },
    )
  ));

Deno.test("a convolution wider than the tuned kernels: its neighbours' gradients are whole all the same", () =>
  withTunedKernels(() =>
    assertLikeCpu(
      () =>
        lossesAndGradients(
          {
            input: [13, 13, 1],
            layers: [
              { kind: "conv", name: "", maps: 3, kernel: 3, stride: 1, padding: 0, activation: "tanh" },
              { kind: "conv", name: "", maps: 4, kernel: 9, stride: 1, padding: 0, activation: "sigmoid" },
              { kind: "average_pool", name: "", size: 2, stride: 2 },
            ],
            units: 5,
            activation: "scaled_tanh",
            images: 4,
            loss: "squared_error",
          },
          tf.getBackend() === "webgpu" ? TUNED : PLAIN,
        ),
      { tolerance: TOLERANCE, isCovered: false },
    )
  ));
