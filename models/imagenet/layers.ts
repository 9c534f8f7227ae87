/**
 * Layers as the ImageNet networks use them.
 *
 * @module
 */
import type { ConvLayer, DenseLayer, LayerSpec, PoolLayer } from "../network/spec.ts";

/** Pixels and maps of the networks' input. */
export const INPUT = [224, 224, 3] as const;

/** Units of the last layer. */
const CLASSES = 1000;

/** A convolution, activated by ReLU; stride 1 and padding that keeps the size, unless said otherwise. */
export function conv(
  name: string,
  { maps, kernel, ...rest }: Pick<ConvLayer, "maps" | "kernel"> & Partial<ConvLayer>,
): ConvLayer {
  return { kind: "conv", name, maps, kernel, stride: 1, padding: (kernel - 1) / 2, activation: "relu", ...rest };
}

export function maxPool(name: string, window: Pick<PoolLayer, "size" | "stride" | "padding">): PoolLayer {
  return { kind: "max_pool", name, ...window };
}

/** A fully connected layer, activated by ReLU. */
export function dense(name: string, units: number): DenseLayer {
  return { kind: "dense", name, units, activation: "relu" };
}

/** The mean of each map over its 7x7 positions, then the classes. */
export function averageAndClasses(): LayerSpec[] {
  return [{ kind: "average_pool", name: "average", size: 7, stride: 7 }, ...classes("output")];
}

/** The last layer. */
export function classes(name: string): LayerSpec[] {
  return [{ kind: "flatten", name: "flatten" }, { kind: "dense", name, units: CLASSES, activation: "output" }];
}
