/**
 * A network for CIFAR-10's colour images.
 *
 * @module
 */
import type { LayerSpec, ListedModel } from "./network/spec.ts";

/**
 * Four layers with weights: three convolutions and the outputs. The paper compares ReLU and tanh on such a network
 * without giving its sizes: these are this project's own.
 */
export const CIFAR_CONV_4: ListedModel = {
  id: "cifar-conv4",
  title: "four-layer CIFAR net",
  input: [32, 32, 3],
  fit: "as_is",
  layers: [
    conv("C1", 16),
    pool("S1"),
    conv("C2", 16),
    pool("S2"),
    conv("C3", 32),
    pool("S3"),
    { kind: "flatten", name: "flatten" },
    { kind: "dense", name: "output", units: 10, activation: "output" },
  ],
  source: "this project, after Krizhevsky, Sutskever and Hinton 2012, section 3.1 and figure 1, which give no sizes",
  expected: { parameters: 25_594, source: "1,216 + 6,416 + 12,832 + 5,130, by hand" },
};

function conv(name: string, maps: number): LayerSpec {
  return { kind: "conv", name, maps, kernel: 5, stride: 1, padding: 2, activation: "hidden" };
}

function pool(name: string): LayerSpec {
  return { kind: "max_pool", name, size: 2, stride: 2 };
}
