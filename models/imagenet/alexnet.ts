/**
 * AlexNet (Krizhevsky, Sutskever and Hinton 2012): in two groups as in the paper, and in one, as most draw it.
 *
 * The paper says 224x224; its first layer's 55x55 places need 227x227. Dropout, nothing outside training, is left out.
 *
 * @module
 */
import type { LayerSpec, ModelSpec } from "../network/spec.ts";
import { conv, dense, maxPool } from "./layers.ts";

/** 60,965,224 parameters: the second, fourth and fifth convolution are cut for two devices (section 3.5). */
export const ALEXNET = alexNet({ id: "alexnet", title: "AlexNet", groups: 2 });

/** 62,378,344 parameters: not the paper's net, but the one of the slides' 6% and 95%. */
export const ALEXNET_UNGROUPED = alexNet({ id: "alexnet-ungrouped", title: "AlexNet without groups", groups: 1 });

function alexNet({ id, title, groups }: { id: string; title: string; groups: number }): ModelSpec {
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
  };
}

/** Section 3.3. GoogLeNet uses it too. */
export function responseNorm(name: string): LayerSpec {
  return { kind: "response_norm", name, size: 5, k: 2, alpha: 1e-4, beta: 0.75 };
}
