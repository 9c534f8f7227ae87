/**
 * The three convolutional nets that the source slides compare with LeNet-300-100: fewer parameters, lower error.
 *
 * No paper reports an error rate for exactly these nets.
 *
 * @module
 */
import type { LayerSpec, ListedModel } from "./network/spec.ts";

const SOURCE = "Lathuiliere, lecture slides on CNNs: LeNet300 with convolutions";

const HEAD: readonly LayerSpec[] = [
  { kind: "flatten", name: "flatten" },
  { kind: "dense", name: "F1", units: 100, activation: "hidden" },
  { kind: "dense", name: "output", units: 10, activation: "output" },
];

/** No pooling. */
export const CONV_6_FC_100: ListedModel = {
  id: "conv6-fc100",
  title: "conv6 + FC100",
  input: [28, 28, 1],
  fit: "as_is",
  layers: [conv("C1", 6), ...HEAD],
  source: SOURCE,
  expected: { parameters: 471_666, source: "156 + 470,500 + 1,010, by hand; the slide says ~400k, 15% less" },
};

/** One max pooling. */
export const CONV_6_POOL_FC_100: ListedModel = {
  id: "conv6-pool-fc100",
  title: "conv6 + pool + FC100",
  input: [28, 28, 1],
  fit: "as_is",
  layers: [conv("C1", 6), pool("S1"), ...HEAD],
  source: SOURCE,
  expected: {
    parameters: 118_866,
    source: "156 + 117,700 + 1,010, by hand; the slide says ~118k in its table and ~160k in its headline",
  },
};

/** Two stages. */
export const CONV_6_16_POOL_FC_100: ListedModel = {
  id: "conv6-pool-conv16-pool-fc100",
  title: "conv6 + pool + conv16 + pool + FC100",
  input: [28, 28, 1],
  fit: "as_is",
  layers: [conv("C1", 6), pool("S1"), conv("C2", 16), pool("S2"), ...HEAD],
  source: SOURCE,
  expected: { parameters: 82_082, source: "156 + 2,416 + 78,500 + 1,010, by hand; the slide rounds to ~82k" },
};

function conv(name: string, maps: number): LayerSpec {
  return { kind: "conv", name, maps, kernel: 5, stride: 1, padding: 2, activation: "hidden" };
}

function pool(name: string): LayerSpec {
  return { kind: "max_pool", name, size: 2, stride: 2 };
}
