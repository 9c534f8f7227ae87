/**
 * Variations of the slides' two-stage network: other kernel sizes, and weights that positions don't share.
 *
 * @module
 */
import { CONV_6_16_POOL_FC_100 } from "./lenet300_conv.ts";
import type { ExpectedCounts, LayerSpec, ListedModel } from "./network/spec.ts";

/** Kernels of 3x3. */
export const CONV_6_16_KERNEL_3 = withKernels(3, {
  parameters: 80_450,
  source: "the 82,082 with 5x5 kernels, less 16 * 6 * (1 + 16), by hand",
});
/** Kernels of 7x7. */
export const CONV_6_16_KERNEL_7 = withKernels(7, {
  parameters: 84_530,
  source: "the 82,082 with 5x5 kernels, and 24 * 6 * (1 + 16), by hand",
});

/** Every position with weights of its own. */
export const LOCAL_6_16: ListedModel = {
  ...CONV_6_16_POOL_FC_100,
  id: "local6-pool-local16-pool-fc100",
  title: "local6 + pool + local16 + pool + FC100",
  layers: CONV_6_16_POOL_FC_100.layers.map((layer): LayerSpec => {
    if (layer.kind !== "conv") return layer;
    const { name, maps, kernel, stride, padding, activation } = layer;
    return { kind: "local", name, maps, kernel, stride, padding, activation };
  }),
  source: "this project: the slides' network without weight sharing",
  expected: { parameters: 675_350, source: "28 * 28 * 6 * 26 + 14 * 14 * 16 * 151 + 78,500 + 1,010, by hand" },
};

function withKernels(kernel: number, expected: ExpectedCounts): ListedModel {
  return {
    ...CONV_6_16_POOL_FC_100,
    id: `${CONV_6_16_POOL_FC_100.id}-kernel${kernel}`,
    title: `${CONV_6_16_POOL_FC_100.title}, ${kernel}x${kernel} kernels`,
    layers: CONV_6_16_POOL_FC_100.layers.map((layer): LayerSpec =>
      // Padding that keeps the image's size.
      layer.kind === "conv" ? { ...layer, kernel, padding: (kernel - 1) / 2 } : layer
    ),
    source: "this project: the slides' network with other kernels",
    expected,
  };
}
