/**
 * What a network costs, computed from its spec: shapes, parameters, connections, units, multiply-accumulates, bytes.
 *
 * @module
 */
import type { ConvLayer, LayerActivation, LayerSpec, ModelSpec, PoolLayer, Shape } from "./spec.ts";

/** Counts of one layer, or summed over a network. */
export interface Counts {
  /** Free parameters: weights and biases that training changes. */
  readonly parameters: number;
  /** Weight uses in one forward pass, biases included, as the papers count connections; 0 for parameter-free pooling. */
  readonly connections: number;
  /** Values computed. */
  readonly units: number;
  /** Multiply-accumulates of one image's forward pass: the connections without the biases. */
  readonly macs: number;
  /** Bytes of the layer's output for one image, 4 a value. */
  readonly activationBytes: number;
}

/** Counts of one layer, and the shape of its output. */
export interface LayerCounts extends Counts {
  readonly name: string;
  readonly kind: LayerSpec["kind"];
  readonly output: Shape;
}

const BYTES_PER_VALUE = 4;

/**
 * Shape of a layer's output for an input of shape `input`.
 *
 * @throws {RangeError} when a window does not fit its input.
 */
export function outputShape(layer: LayerSpec, input: Shape): Shape {
  const [height, width, maps] = input;
  switch (layer.kind) {
    case "dense":
    case "rbf":
      return [1, 1, layer.units];
    case "flatten":
      return [1, 1, height * width * maps];
    case "conv":
    case "local":
      return [windows(height + 2 * layer.padding, layer), windows(width + 2 * layer.padding, layer), layer.maps];
    case "batch_norm":
    case "dropout":
      return input;
    case "max_pool":
    case "average_pool":
    case "l2_pool":
      return [windows(height, layer), windows(width, layer), maps];
    case "subsample":
      return [windows(height, layer), windows(width, layer), maps];
  }
}

/** How many windows fit along a side of `length` pixels. */
function windows(length: number, layer: { name: string; kernel?: number; size?: number; stride?: number }): number {
  const size = layer.kernel ?? layer.size ?? 1;
  if (size > length) throw new RangeError(`Layer "${layer.name}" has a window of ${size} on an input of ${length}`);
  return Math.floor((length - size) / (layer.stride ?? size)) + 1;
}

/** The input maps that each output map of a convolution reads: its connection table, or all of them. */
export function mapsRead(layer: ConvLayer, inputMaps: number): readonly (readonly number[])[] {
  const all = Array.from({ length: inputMaps }, (_, i) => i);
  return layer.connections ?? Array.from({ length: layer.maps }, () => all);
}

/** Counts of every layer, in order. */
export function countLayers(spec: ModelSpec): LayerCounts[] {
  let input = spec.input;
  return spec.layers.map((layer) => {
    const output = outputShape(layer, input);
    const counts = { name: layer.name, kind: layer.kind, output, ...countLayer(layer, input, output) };
    input = output;
    return counts;
  });
}

/** Counts of the whole network; the input's pixels are not units here (the papers add them, and one for the bias). */
export function countModel(spec: ModelSpec): Counts {
  const sum = { parameters: 0, connections: 0, units: 0, macs: 0, activationBytes: 0 };
  for (const layer of countLayers(spec)) {
    for (const key of Object.keys(sum) as (keyof Counts)[]) sum[key] += layer[key];
  }
  return sum;
}

function countLayer(layer: LayerSpec, input: Shape, output: Shape): Counts {
  const units = output[0] * output[1] * output[2];
  const inputs = input[0] * input[1] * input[2];
  const positions = output[0] * output[1];
  const rest = { units, activationBytes: units * BYTES_PER_VALUE };
  switch (layer.kind) {
    case "dense": {
      const macs = inputs * units;
      return { ...rest, macs, connections: macs + units, parameters: macs + units + slopes(layer, output) };
    }
    case "conv": {
      const pairs = mapsRead(layer, input[2]).reduce((n, maps) => n + maps.length, 0);
      const weights = pairs * layer.kernel ** 2;
      return {
        ...rest,
        macs: positions * weights,
        connections: positions * (weights + layer.maps),
        parameters: weights + layer.maps + slopes(layer, output),
      };
    }
    case "subsample": {
      const macs = units * layer.size ** 2;
      return { ...rest, macs, connections: macs + units, parameters: 2 * output[2] + slopes(layer, output) };
    }
    case "local": {
      const macs = units * layer.kernel ** 2 * input[2];
      return { ...rest, macs, connections: macs + units, parameters: macs + units + slopes(layer, output) };
    }
    case "batch_norm": {
      // A scale and a shift for every value; both belong to the maps.
      return { ...rest, macs: units, connections: 2 * units, parameters: 2 * output[2] + slopes(layer, output) };
    }
    case "rbf":
      return { ...rest, macs: inputs * units, connections: inputs * units, parameters: 0 };
    case "max_pool":
    case "average_pool":
    case "l2_pool":
    case "dropout":
      return { ...rest, macs: 0, connections: 0, parameters: 0 };
    case "flatten":
      // A view of the layer before: nothing is computed or stored.
      return { units: 0, activationBytes: 0, macs: 0, connections: 0, parameters: 0 };
  }
}

/** Slopes that the layer's activation learns: one a map or unit. */
function slopes({ activation }: { readonly activation: LayerActivation }, [, , maps]: Shape): number {
  return activation === "prelu" ? maps : 0;
}

/** The layers in one line, e.g. `28x28 - conv 6@5x5 - max pool 2 - dense 100 - dense 10`. */
export function describeArchitecture(spec: ModelSpec): string {
  const layers = spec.layers.flatMap((layer) => {
    switch (layer.kind) {
      case "dense":
        return `dense ${layer.units}`;
      case "conv":
        return `conv ${layer.maps}@${layer.kernel}x${layer.kernel}` + placement(layer);
      case "local":
        return `local ${layer.maps}@${layer.kernel}x${layer.kernel}` + placement(layer);
      case "max_pool":
        return `max pool ${layer.size}` + overlap(layer);
      case "average_pool":
        return `average pool ${layer.size}` + overlap(layer);
      case "l2_pool":
        return `L2 pool ${layer.size}` + overlap(layer);
      case "batch_norm":
        return "batch norm";
      case "dropout":
        return `dropout ${layer.rate}`;
      case "subsample":
        return `subsample ${layer.size}`;
      case "rbf":
        return `RBF ${layer.units}`;
      case "flatten":
        return [];
    }
  });
  const [height, width, maps] = spec.input;
  return [`${height}x${width}${maps === 1 ? "" : `x${maps}`}`, ...layers].join(" - ");
}

function placement({ padding, stride }: { readonly padding: number; readonly stride: number }): string {
  return (padding > 0 ? ` pad ${padding}` : "") + (stride > 1 ? ` stride ${stride}` : "");
}

/** Named where windows overlap or leave gaps. */
function overlap({ size, stride }: PoolLayer): string {
  return stride === size ? "" : ` stride ${stride}`;
}
