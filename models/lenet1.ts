/**
 * The zip-code net of 1990, and LeNet-1: the same on MNIST (LeCun 1998, section III.C.7).
 *
 * @module
 */
import type { ConnectionTable, ListedModel } from "./network/spec.ts";

/** Rows: the twelve maps of H3; entries: the maps of H2 that each reads (LeCun 1990, table 1; 20 of 48 pairs). */
export const H3_CONNECTIONS: ConnectionTable = [
  [0],
  [0, 1],
  [0, 1],
  [1],
  [0, 1],
  [0, 1],
  [2],
  [2, 3],
  [2, 3],
  [3],
  [2, 3],
  [2, 3],
];

/** 4,635 units with the input and one bias unit (LeCun 1990, section 4). */
export const LENET_1: ListedModel = {
  id: "lenet1",
  title: "LeNet-1",
  input: [28, 28, 1],
  fit: "shrink_to_16",
  layers: [
    { kind: "conv", name: "H1", maps: 4, kernel: 5, stride: 1, padding: 0, activation: "hidden" },
    { kind: "subsample", name: "H2", size: 2, activation: "hidden" },
    {
      kind: "conv",
      name: "H3",
      maps: 12,
      kernel: 5,
      stride: 1,
      padding: 0,
      activation: "hidden",
      connections: H3_CONNECTIONS,
    },
    { kind: "subsample", name: "H4", size: 2, activation: "hidden" },
    { kind: "flatten", name: "flatten" },
    { kind: "dense", name: "output", units: 10, activation: "output" },
  ],
  source: "LeCun 1990, section 4 and table 1; LeCun 1998, section III.C.7",
  expected: { parameters: 2_578, connections: 98_442, source: "LeCun 1990, section 4" },
};

/** The same on plain digits, as others rebuild it. */
export const LENET_1_PLAIN: ListedModel = {
  ...LENET_1,
  id: "lenet1-plain",
  title: "LeNet-1 (plain 28x28 digits)",
  fit: "as_is",
  source: `${LENET_1.source}, without making the digits smaller`,
};

/** The same on the digits of USPS. */
export const LECUN_1990: ListedModel = {
  ...LENET_1,
  id: "lecun1990",
  title: "Net of 1990",
  fit: "centre_in_28",
  source: "LeCun 1990, section 4 and table 1",
};
