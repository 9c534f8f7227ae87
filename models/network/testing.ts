/**
 * What the tests of the networks share. Not part of the library.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { stream } from "../../base/random.ts";
import { build } from "./build.ts";
import type { BuildOptions, Network } from "./network.ts";
import type { LayerSpec, ModelSpec, Shape } from "./spec.ts";

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
