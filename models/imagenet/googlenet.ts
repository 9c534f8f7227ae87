/**
 * GoogLeNet (Szegedy 2014), without the two auxiliary classifiers, which only training uses, and without dropout.
 *
 * @module
 */
import type { LayerSpec, ListedModel } from "../network/spec.ts";
import { responseNorm } from "./alexnet.ts";
import { averageAndClasses, conv, INPUT, maxPool } from "./layers.ts";

/** Maps of an inception module's convolutions, as the columns of table 1. */
type Inception = readonly [
  one: number,
  reduce3: number,
  three: number,
  reduce5: number,
  five: number,
  poolProjection: number,
];

/**
 * Table 1 sums to 6,798 K parameters: its K is 1,024 wherever one can tell (112 K for the second convolution), it
 * counts no biases, and some of its rows don't follow from their sizes (2.7 K for the first convolution's 7x7 kernels,
 * which have 9.2 K weights). Pooling is padded by one, because each size in the table is half the one before, rounded
 * up.
 */
export const GOOGLENET: ListedModel = {
  id: "googlenet",
  title: "GoogLeNet",
  input: INPUT,
  fit: "as_is",
  layers: [
    conv("conv1", { maps: 64, kernel: 7, stride: 2 }),
    halving("pool1"),
    responseNorm("norm1"),
    conv("conv2 reduce", { maps: 64, kernel: 1 }),
    conv("conv2", { maps: 192, kernel: 3 }),
    responseNorm("norm2"),
    halving("pool2"),
    inception("3a", [64, 96, 128, 16, 32, 32]),
    inception("3b", [128, 128, 192, 32, 96, 64]),
    halving("pool3"),
    inception("4a", [192, 96, 208, 16, 48, 64]),
    inception("4b", [160, 112, 224, 24, 64, 64]),
    inception("4c", [128, 128, 256, 24, 64, 64]),
    inception("4d", [112, 144, 288, 32, 64, 64]),
    inception("4e", [256, 160, 320, 32, 128, 128]),
    halving("pool4"),
    inception("5a", [256, 160, 320, 32, 128, 128]),
    inception("5b", [384, 192, 384, 48, 128, 128]),
    ...averageAndClasses(),
  ],
  source: "Szegedy et al. 2014, CVPR 2015, table 1 and figure 2b",
  expected: {
    parameters: 6_998_552,
    macs: 1_582_671_872,
    source: "counted separately from the layer list; the rows of the paper's table 1 add up to 6,798 K parameters",
  },
};

function halving(name: string): LayerSpec {
  return maxPool(name, { size: 3, stride: 2, padding: 1 });
}

function inception(name: string, [one, reduce3, three, reduce5, five, poolProjection]: Inception): LayerSpec {
  return {
    kind: "branches",
    name,
    branches: [
      [conv(`${name} 1x1`, { maps: one, kernel: 1 })],
      [conv(`${name} 3x3 reduce`, { maps: reduce3, kernel: 1 }), conv(`${name} 3x3`, { maps: three, kernel: 3 })],
      [conv(`${name} 5x5 reduce`, { maps: reduce5, kernel: 1 }), conv(`${name} 5x5`, { maps: five, kernel: 5 })],
      [
        maxPool(`${name} pool`, { size: 3, stride: 1, padding: 1 }),
        conv(`${name} projection`, { maps: poolProjection, kernel: 1 }),
      ],
    ],
    join: "concatenate",
    activation: "linear",
  };
}
