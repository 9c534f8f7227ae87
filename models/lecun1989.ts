/**
 * The zip-code net of 1989: strided convolutions in place of subsampling, biases that positions don't share, and -1,
 * the background, beyond the edges (LeCun 1989, Neural Computation 1, 541-551).
 *
 * @module
 */
import type { ConnectionTable, LayerSpec, ListedModel } from "./network/spec.ts";

const FIRST_EIGHT = [0, 1, 2, 3, 4, 5, 6, 7];
const LAST_EIGHT = [4, 5, 6, 7, 8, 9, 10, 11];
const OUTER_EIGHT = [0, 1, 2, 3, 8, 9, 10, 11];

/**
 * Rows: the twelve maps of H2; entries: the eight maps of H1 that each reads. The paper says only that there are eight;
 * which ones is the choice of Karpathy 2022, lecun1989-repro.
 */
export const H2_CONNECTIONS: ConnectionTable = [FIRST_EIGHT, LAST_EIGHT, OUTER_EIGHT].flatMap((maps) =>
  Array.from({ length: 4 }, () => maps)
);

/** 1,256 units with the input. */
export const LECUN_1989: ListedModel = {
  id: "lecun1989",
  title: "Net of 1989",
  input: [16, 16, 1],
  fit: "as_is",
  layers: [
    halving("H1"),
    { ...halving("H2"), connections: H2_CONNECTIONS },
    { kind: "flatten", name: "flatten" },
    { kind: "dense", name: "H3", units: 30, activation: "hidden" },
    { kind: "dense", name: "output", units: 10, activation: "output" },
  ],
  source: "LeCun 1989, Neural Computation 1, 541-551; the maps that H2 reads from Karpathy 2022, lecun1989-repro",
  expected: { parameters: 9_760, connections: 64_660, source: "LeCun 1989, as quoted in three accounts that agree" },
};

/** The same on digits of MNIST that are as small as those of USPS. */
export const LECUN_1989_ON_MNIST: ListedModel = {
  ...LECUN_1989,
  id: "lecun1989-mnist",
  title: "Net of 1989 (MNIST's digits in 16x16)",
  fit: "shrink_and_crop_to_16",
};

function halving(name: string) {
  return {
    kind: "conv",
    name,
    maps: 12,
    kernel: 5,
    stride: 2,
    padding: 2,
    border: -1,
    bias: "per_unit",
    activation: "hidden",
  } as const satisfies LayerSpec;
}
