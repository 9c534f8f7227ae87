/**
 * VGG-16 and VGG-19 (Simonyan and Zisserman 2014).
 *
 * @module
 */
import type { ExpectedCounts, ListedModel } from "../network/spec.ts";
import { classes, conv, dense, INPUT, maxPool } from "./layers.ts";

/** Configuration D. */
export const VGG_16 = vgg({
  id: "vgg16",
  title: "VGG-16",
  depths: [2, 2, 3, 3, 3],
  expected: {
    parameters: 138_357_544,
    macs: 15_470_264_320,
    source: "counted separately from the layer list; table 2 of the paper says 138 million parameters",
  },
});

/** Configuration E. */
export const VGG_19 = vgg({
  id: "vgg19",
  title: "VGG-19",
  depths: [2, 2, 4, 4, 4],
  expected: {
    parameters: 143_667_240,
    macs: 19_632_062_464,
    source:
      "counted separately from the layer list; table 2 of the paper says 144 million parameters, and He 2015, section 3.3, 19.6 billion operations",
  },
});

interface Configuration {
  readonly id: string;
  readonly title: string;
  /** Convolutions per stage. */
  readonly depths: readonly number[];
  readonly expected: ExpectedCounts;
}

function vgg({ id, title, depths, expected }: Configuration): ListedModel {
  const stages = [64, 128, 256, 512, 512].flatMap((maps, stage) => [
    ...Array.from({ length: depths[stage]! }, (_, i) => conv(`conv${stage + 1}_${i + 1}`, { maps, kernel: 3 })),
    maxPool(`pool${stage + 1}`, { size: 2, stride: 2 }),
  ]);
  return {
    id,
    title,
    input: INPUT,
    fit: "as_is",
    layers: [
      ...stages,
      { kind: "flatten", name: "flatten6" },
      dense("fc6", 4096),
      dense("fc7", 4096),
      ...classes("fc8"),
    ],
    source: "Simonyan and Zisserman 2014, arXiv 1409.1556, table 1",
    expected,
  };
}
