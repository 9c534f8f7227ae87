/**
 * VGG-16 and VGG-19 (Simonyan and Zisserman 2014).
 *
 * @module
 */
import type { ModelSpec } from "../network/spec.ts";
import { classes, conv, dense, INPUT, maxPool } from "./layers.ts";

/** Configuration D: 138,357,544 parameters. */
export const VGG_16 = vgg({ id: "vgg16", title: "VGG-16", depths: [2, 2, 3, 3, 3] });

/** Configuration E: 143,667,240 parameters. */
export const VGG_19 = vgg({ id: "vgg19", title: "VGG-19", depths: [2, 2, 4, 4, 4] });

function vgg({ id, title, depths }: { id: string; title: string; depths: readonly number[] }): ModelSpec {
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
  };
}
