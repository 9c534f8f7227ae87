/**
 * An approximate LeNet-4. LeCun 1998, section III.C.8, prints its layers, about 17,000 parameters and about 260,000
 * connections, but not which maps read which.
 *
 * The two counts leave little choice. With the 32x32 pixels and 5x5 kernels of LeNet-5, C1, S2, S4 and the outputs have
 * 1,362 parameters and 92,586 connections. C3's 100 positions and C5's one must add the rest: 25 weights per pair of
 * maps make about 60 pairs in C3, as many as in LeNet-5, and about 560 in C5, which therefore can't be fully connected.
 * Which pairs they are is this project's choice.
 *
 * @module
 */
import type { ConnectionTable, ListedModel } from "./network/spec.ts";

/** Rows: the sixteen maps of C3; entries: the maps of S2 that each reads, in the manner of LeNet-5: 60 of 128 pairs. */
const C3_CONNECTIONS: ConnectionTable = [
  [0, 1, 2, 3],
  [1, 2, 3, 4],
  [2, 3, 4, 5],
  [3, 4, 5, 6],
  [4, 5, 6, 7],
  [5, 6, 7, 0],
  [6, 7, 0, 1],
  [7, 0, 1, 2],
  [0, 1, 4, 5],
  [1, 2, 5, 6],
  [2, 3, 6, 7],
  [3, 4, 7, 0],
  [0, 3, 6],
  [2, 5, 0],
  [4, 7, 2],
  [6, 1, 4],
];

/** Rows: the 120 units of C5; entries: the neighbouring maps of S4 that each reads, twice five, then four. */
const C5_CONNECTIONS: ConnectionTable = Array.from(
  { length: 120 },
  (_, unit) => Array.from({ length: unit % 3 === 2 ? 4 : 5 }, (_, i) => (unit + i) % 16),
);

/** The paper's layers and, within rounding, its counts. */
export const LENET_4: ListedModel = {
  id: "lenet4",
  title: "LeNet-4 (approximate)",
  input: [32, 32, 1],
  fit: "pad_to_32",
  layers: [
    { kind: "conv", name: "C1", maps: 4, kernel: 5, stride: 1, padding: 0, activation: "hidden" },
    { kind: "subsample", name: "S2", size: 2, copies: 2, activation: "hidden" },
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
    {
      kind: "conv",
      name: "C5",
      maps: 120,
      kernel: 5,
      stride: 1,
      padding: 0,
      activation: "hidden",
      connections: C5_CONNECTIONS,
    },
    { kind: "flatten", name: "flatten" },
    { kind: "dense", name: "output", units: 10, activation: "output" },
  ],
  source: "LeCun 1998, section III.C.8, which does not say which maps read which: chosen here to fit its counts",
  expected: {
    parameters: 16_998,
    connections: 258_306,
    source: "104 + 16 + 1,516 + 32 + 14,120 + 1,210 parameters, by hand; LeCun 1998, section III.C.8, prints about " +
      "17,000, and about 260,000 connections",
  },
};
