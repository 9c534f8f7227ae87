/**
 * Which input pixels a layer's outputs can see.
 *
 * @module
 */
import { outputShape } from "./count.ts";
import type { LayerSpec, ModelSpec } from "./spec.ts";

/** Pixels `first` to `last` of one side, counted from 0 and clipped to the image, both included. */
export type Field = readonly [first: number, last: number];

/**
 * The receptive field of every position along one side of the output of layer `name`.
 *
 * Walks back from the layer: window [a, b] of a layer with kernel k, stride s and padding p reads
 * [a s - p, b s - p + k - 1] of the layer below (Dumoulin and Visin 2016, section 2, composed).
 *
 * @throws {RangeError} No layer has that name, or a fully connected layer, which sees everything, lies on the way.
 */
export function receptiveFields(spec: ModelSpec, name: string): Field[] {
  const last = spec.layers.findIndex((layer) => layer.name === name);
  if (last < 0) throw new RangeError(`Model "${spec.id}" has no layer "${name}"`);
  const below = spec.layers.slice(0, last + 1).map((layer) => ({ layer, window: slidingWindow(layer) }));
  const shapes = [spec.input];
  for (const { layer } of below) shapes.push(outputShape(layer, shapes.at(-1)!));
  const [positions] = shapes.at(-1)!;
  return Array.from({ length: positions }, (_, position) => {
    let field: Field = [position, position];
    for (const [i, { window }] of [...below.entries()].toReversed()) {
      const [side] = shapes[i]!;
      // Clipped at every layer: padding is not a unit and sees nothing below it.
      field = [
        Math.max(field[0] * window.stride - window.padding, 0),
        Math.min(field[1] * window.stride - window.padding + window.size - 1, side - 1),
      ];
    }
    return field;
  });
}

function slidingWindow(layer: LayerSpec): { size: number; stride: number; padding: number } {
  switch (layer.kind) {
    case "conv":
    case "local":
      return { size: layer.kernel, stride: layer.stride, padding: layer.padding };
    case "max_pool":
    case "average_pool":
    case "l2_pool":
      return { size: layer.size, stride: layer.stride, padding: layer.padding ?? 0 };
    case "subsample":
      return { size: layer.size, stride: layer.size, padding: 0 };
    case "batch_norm":
    case "dropout":
    case "response_norm":
      return { size: 1, stride: 1, padding: 0 };
    case "branches":
      throw new RangeError(`Layer "${layer.name}" branches: its outputs have no field of one size`);
    default:
      throw new RangeError(`Layer "${layer.name}" is connected to everything below: it has no receptive field`);
  }
}
