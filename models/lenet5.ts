/**
 * LeNet-5 (LeCun 1998, section II.B), with its fixed RBF outputs and with a trainable softmax layer instead.
 *
 * @module
 */
import type { ConnectionTable, LayerSpec, ListedModel } from "./network/spec.ts";
import { RBF_CODES } from "./rbf_codes.ts";

/** Rows: the sixteen maps of C3; entries: the maps of S2 that each reads (LeCun 1998, table I; 60 of 96 pairs). */
export const C3_CONNECTIONS: ConnectionTable = [
  [0, 1, 2],
  [1, 2, 3],
  [2, 3, 4],
  [3, 4, 5],
  [0, 4, 5],
  [0, 1, 5],
  [0, 1, 2, 3],
  [1, 2, 3, 4],
  [2, 3, 4, 5],
  [0, 3, 4, 5],
  [0, 1, 4, 5],
  [0, 1, 2, 5],
  [0, 1, 3, 4],
  [1, 2, 4, 5],
  [0, 2, 3, 5],
  [0, 1, 2, 3, 4, 5],
];

const C1_TO_F6: readonly LayerSpec[] = [
  { kind: "conv", name: "C1", maps: 6, kernel: 5, stride: 1, padding: 0, activation: "hidden" },
  { kind: "subsample", name: "S2", size: 2, activation: "hidden" },
  {
    kind: "conv",
    name: "C3",
    maps: 16,
    kernel: 5,
    stride: 1,
    padding: 0,
    activation: "hidden",
    connections: C3_CONNECTIONS,
  },
  { kind: "subsample", name: "S4", size: 2, activation: "hidden" },
  { kind: "conv", name: "C5", maps: 120, kernel: 5, stride: 1, padding: 0, activation: "hidden" },
  { kind: "flatten", name: "flatten" },
  { kind: "dense", name: "F6", units: 84, activation: "hidden" },
];

/** The paper's net. */
export const LENET_5: ListedModel = {
  id: "lenet5",
  title: "LeNet-5",
  input: [32, 32, 1],
  fit: "pad_to_32",
  layers: [...C1_TO_F6, { kind: "rbf", name: "output", codes: RBF_CODES }],
  source: "LeCun 1998, section II.B, figure 2 and table I",
  expected: { parameters: 60_000, connections: 340_908, source: "LeCun 1998, section II.B" },
};

/** The same up to F6, then ten trainable outputs. */
export const LENET_5_DENSE_OUTPUT: ListedModel = {
  ...LENET_5,
  id: "lenet5-dense-output",
  title: "LeNet-5 (dense output)",
  layers: [...C1_TO_F6, { kind: "dense", name: "output", units: 10, activation: "output" }],
  expected: { parameters: 60_850, source: "the paper's 60,000, and 85 * 10 for the outputs, by hand" },
};
