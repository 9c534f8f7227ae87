/**
 * AlexNet (Krizhevsky, Sutskever and Hinton 2012): in two groups as in the paper, and in one, as most draw it.
 *
 * The paper says 224x224; its first layer's 55x55 positions need 227x227. Dropout is left out: it does nothing outside
 * training.
 *
 * @module
 */
import type { ExpectedCounts, LayerSpec, ListedModel } from "../network/spec.ts";
import { conv, dense, maxPool } from "./layers.ts";

/** The second, fourth and fifth convolution are split between two devices (section 3.5). */
export const ALEXNET = alexNet({
  id: "alexnet",
  title: "AlexNet",
  groups: 2,
  expected: {
    parameters: 60_965_224,
    macs: 724_406_816,
    source: "counted separately from the layer list; the paper's abstract says 60 million parameters",
  },
});

/** Not the paper's net, but the one that the slides' 6% and 95% are about. */
export const ALEXNET_UNGROUPED = alexNet({
  id: "alexnet-ungrouped",
  title: "AlexNet without groups",
  groups: 1,
  expected: {
    parameters: 62_378_344,
    macs: 1_135_256_096,
    source:
      "counted separately from the layer list; convolutions have 6% of the parameters and 95% of the operations, as on the slides",
  },
});

interface Version {
  readonly id: string;
  readonly title: string;
  readonly groups: number;
  readonly expected: ExpectedCounts;
}

function alexNet({ id, title, groups, expected }: Version): ListedModel {
  return {
    id,
    title,
    input: [227, 227, 3],
    fit: "as_is",
    layers: [
      conv("conv1", { maps: 96, kernel: 11, stride: 4, padding: 0 }),
      responseNorm("norm1"),
      maxPool("pool1", { size: 3, stride: 2 }),
      conv("conv2", { maps: 256, kernel: 5, groups }),
      responseNorm("norm2"),
      maxPool("pool2", { size: 3, stride: 2 }),
      conv("conv3", { maps: 384, kernel: 3 }),
      conv("conv4", { maps: 384, kernel: 3, groups }),
      conv("conv5", { maps: 256, kernel: 3, groups }),
      maxPool("pool5", { size: 3, stride: 2 }),
      { kind: "flatten", name: "flatten" },
      dense("fc6", 4096),
      dense("fc7", 4096),
      { kind: "dense", name: "fc8", units: 1000, activation: "output" },
    ],
    source: "Krizhevsky, Sutskever and Hinton 2012, NIPS 25, section 3.5 and figure 2",
    expected,
  };
}

/** Section 3.3. GoogLeNet uses it too. */
export function responseNorm(name: string): LayerSpec {
  return { kind: "response_norm", name, size: 5, k: 2, alpha: 1e-4, beta: 0.75 };
}
