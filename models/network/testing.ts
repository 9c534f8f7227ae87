/**
 * What the tests of the networks share. Not part of the library.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { stream } from "../../base/random.ts";
import { build } from "./build.ts";
import type { BuildOptions, Network } from "./network.ts";
import type { Activation, ConnectionTable, LayerSpec, ModelSpec, Shape } from "./spec.ts";

/** A model of these layers. */
export function modelOf(input: Shape, layers: readonly LayerSpec[]): ModelSpec {
  return { id: "test", title: "Test", input, fit: "as_is", layers, source: "tests" };
}

/** `spec` with random parameters. */
export function randomNetwork(spec: ModelSpec, options: Partial<BuildOptions> = {}): Network {
  return build(spec, {
    hidden: "linear",
    output: "linear",
    initialisation: "lecun1998",
    random: (name) => stream(1, name),
    ...options,
  });
}

/** Replaces the values of parameter `name`, in row-major order of its shape. */
export function setParameter({ parameters }: Network, { name, values }: { name: string; values: number[] }): void {
  const { variable } = parameters.find((parameter) => parameter.name === name)!;
  tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
}

/** `count` images of random pixels in +-1, different in every one: no ties for max pooling, no kinks. */
export function randomImages(count: number, [height, width, maps]: Shape): number[] {
  const random = stream(2, "images");
  return Array.from({ length: count * height * width * maps }, () => 2 * random.uniform() - 1);
}

const activation = fc.constantFrom<Activation>("linear", "tanh", "scaled_tanh");

/** Output map `o` reads the input maps whose bits are set in `picks[o] + 1`; at least one. */
export function tableOf(picks: readonly number[], maps: number, input: Shape): ConnectionTable {
  const all = Array.from({ length: input[2] }, (_, i) => i);
  return picks.slice(0, maps).map((pick) => {
    const read = all.filter((i) => (pick + 1) >> i & 1);
    return read.length > 0 ? read : [0];
  });
}

/** Small networks of all kinds of layers that the papers train: 3 outputs, of units or RBF. */
export const paperNetworks: fc.Arbitrary<ModelSpec> = fc.record({
  input: fc.tuple(fc.integer({ min: 5, max: 7 }), fc.integer({ min: 5, max: 7 }), fc.integer({ min: 1, max: 3 })),
  conv: fc.record({
    maps: fc.integer({ min: 1, max: 3 }),
    kernel: fc.integer({ min: 1, max: 3 }),
    stride: fc.integer({ min: 1, max: 2 }),
    padding: fc.integer({ min: 0, max: 2 }),
    activation,
  }),
  border: fc.constantFrom({}, { border: -1 }, { border: 0.5 }),
  bias: fc.constantFrom({}, { bias: "per_unit" as const }),
  picks: fc.option(fc.array(fc.nat(6), { minLength: 3, maxLength: 3 })),
  middle: fc.constantFrom("subsample", "copies", "local", undefined),
  units: fc.integer({ min: 3, max: 5 }),
  codes: fc.option(fc.array(fc.constantFrom<1 | -1>(1, -1), { minLength: 15, maxLength: 15 })),
  activation,
}).map(({ input, conv, border, bias, picks, middle, units, codes, activation }) => {
  const layers: LayerSpec[] = [{
    kind: "conv",
    name: "C1",
    ...conv,
    ...border,
    ...bias,
    ...(picks && { connections: tableOf(picks, conv.maps, input) }),
  }];
  if (middle === "subsample") layers.push({ kind: "subsample", name: "S2", size: 2, activation });
  if (middle === "copies") layers.push({ kind: "subsample", name: "S2", size: 2, copies: 2, activation });
  if (middle === "local") {
    layers.push({ kind: "local", name: "L2", maps: 2, kernel: 2, stride: 1, padding: 1, activation });
  }
  layers.push({ kind: "flatten", name: "flatten" });
  layers.push({ kind: "dense", name: "F3", units: codes ? units : 3, activation });
  if (codes) {
    const rows = [0, 1, 2].map((i) => codes.slice(i * units, (i + 1) * units));
    layers.push({ kind: "rbf", name: "output", codes: rows });
  }
  return modelOf(input, layers);
});
