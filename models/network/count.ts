/**
 * What a network costs, computed from its spec: shapes, parameters, connections, units, multiply-accumulates, bytes.
 *
 * @module
 */
import type {
  BranchesLayer,
  ConvLayer,
  LayerActivation,
  LayerSpec,
  ModelSpec,
  PoolLayer,
  RbfLayer,
  Shape,
} from "./spec.ts";

/** Counts of one layer, or summed over a network. */
export interface Counts {
  /** Free parameters: weights and biases that training changes. */
  readonly parameters: number;
  /**
   * Weight uses in one forward pass, biases included, as the papers count connections; 0 for parameter-free pooling.
   */
  readonly connections: number;
  /** Number of values computed. */
  readonly units: number;
  /** Multiply-accumulates of one image's forward pass: the connections without the biases. */
  readonly macs: number;
  /** Bytes of the layer's output for one image, 4 per value. */
  readonly activationBytes: number;
}

/** Counts of one layer, and the shape of its output. */
export interface LayerCounts extends Counts {
  /** Name in the spec, unique in the network. */
  readonly name: string;
  /** Kind of the layer. */
  readonly kind: LayerSpec["kind"];
  /** Shape of the output for one image. */
  readonly output: Shape;
}

const BYTES_PER_VALUE = 4;

/**
 * Shape of a layer's output for an input of shape `input`.
 *
 * @throws {RangeError} A window or an RBF code does not fit its input.
 */
export function outputShape(layer: LayerSpec, input: Shape): Shape {
  const [height, width, maps] = input;
  switch (layer.kind) {
    case "dense":
      return [1, 1, layer.units];
    case "rbf":
      return rbfShape(layer, height * width * maps);
    case "flatten":
      return [1, 1, height * width * maps];
    case "conv":
    case "local":
      return [windows(height + 2 * layer.padding, layer), windows(width + 2 * layer.padding, layer), layer.maps];
    case "batch_norm":
    case "dropout":
    case "response_norm":
      return input;
    case "branches":
      return joinedShape(layer, input);
    case "max_pool":
    case "average_pool":
    case "l2_pool": {
      const added = 2 * (layer.padding ?? 0);
      return [windows(height + added, layer), windows(width + added, layer), maps];
    }
    case "subsample":
      return [windows(height, layer), windows(width, layer), maps * (layer.copies ?? 1)];
  }
}

function rbfShape({ name, codes }: RbfLayer, inputs: number): Shape {
  const other = codes.find(({ length }) => length !== inputs);
  if (other) throw new RangeError(`Layer "${name}" has a code of ${other.length} values for an input of ${inputs}`);
  return [1, 1, codes.length];
}

/** All branches have outputs of the same height and width; if they are added, also of the same number of maps. */
function joinedShape({ name, branches, join }: BranchesLayer, input: Shape): Shape {
  const shapes = branches.map((layers) => layers.reduce((shape, layer) => outputShape(layer, shape), input));
  const [first = input] = shapes;
  const alike = join === "add" ? first : first.slice(0, 2);
  if (shapes.some((shape) => alike.some((size, axis) => size !== shape[axis]))) {
    throw new RangeError(`Layer "${name}" can't join branches of ${shapes.map((shape) => shape.join("x")).join(", ")}`);
  }
  const maps = join === "add" ? first[2] : shapes.reduce((sum, shape) => sum + shape[2], 0);
  return [first[0], first[1], maps];
}

/** How many windows fit along a side of `length` pixels. */
function windows(length: number, layer: { name: string; kernel?: number; size?: number; stride?: number }): number {
  const size = layer.kernel ?? layer.size ?? 1;
  if (size > length) throw new RangeError(`Layer "${layer.name}" has a window of ${size} on an input of ${length}`);
  return Math.floor((length - size) / (layer.stride ?? size)) + 1;
}

/**
 * The input maps that each output map of a convolution reads: its connection table, its group's, or all of them.
 *
 * @throws {RangeError} The groups do not divide the maps, or a connection table is given as well.
 */
export function mapsRead(layer: ConvLayer, inputMaps: number): readonly (readonly number[])[] {
  const { name, maps, connections, groups = 1 } = layer;
  if (maps % groups !== 0 || inputMaps % groups !== 0 || (groups > 1 && connections)) {
    throw new RangeError(`Layer "${name}" can't be cut into ${groups} groups`);
  }
  const read = inputMaps / groups;
  const byGroup = Array.from({ length: groups }, (_, g) => Array.from({ length: read }, (_, i) => g * read + i));
  return connections ?? Array.from({ length: maps }, (_, o) => byGroup[Math.floor(o * groups / maps)]!);
}

/** A layer without branches, and the shape of its input. */
export interface PlacedLayer {
  readonly layer: LayerSpec;
  readonly input: Shape;
}

/** All layers in order, with the layers of its branches instead of a branching layer. */
export function placedLayers({ layers, input }: Pick<ModelSpec, "layers" | "input">): PlacedLayer[] {
  return layers.flatMap((layer) => {
    const from = input;
    input = outputShape(layer, from);
    return layer.kind === "branches"
      ? layer.branches.flatMap((branch) => placedLayers({ layers: branch, input: from }))
      : [{ layer, input: from }];
  });
}

/** Counts of every layer, in order. */
export function countLayers(spec: Pick<ModelSpec, "layers" | "input">): LayerCounts[] {
  let input = spec.input;
  return spec.layers.map((layer) => {
    const counts = countPlacedLayer({ layer, input });
    input = counts.output;
    return counts;
  });
}

/** Counts of one layer. */
export function countPlacedLayer({ layer, input }: PlacedLayer): LayerCounts {
  const output = outputShape(layer, input);
  return { name: layer.name, kind: layer.kind, output, ...countLayer(layer, input, output) };
}

/** Counts of the whole network; the input's pixels are not units here (the papers add them, and one for the bias). */
export function countModel(spec: ModelSpec): Counts {
  return sumOf(countLayers(spec));
}

function sumOf(counts: readonly Counts[]): Counts {
  const sum = { parameters: 0, connections: 0, units: 0, macs: 0, activationBytes: 0 };
  for (const each of counts) {
    for (const key of Object.keys(sum) as (keyof Counts)[]) sum[key] += each[key];
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
      const biases = layer.bias === false ? 0 : layer.bias === "per_unit" ? units : layer.maps;
      return {
        ...rest,
        macs: positions * weights,
        connections: positions * weights + (layer.bias === false ? 0 : units),
        parameters: weights + biases + slopes(layer, output),
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
    case "response_norm":
      return { ...rest, macs: 0, connections: 0, parameters: 0 };
    case "branches": {
      const inner = sumOf(layer.branches.flatMap((layers) => countLayers({ layers, input })));
      // Concatenated maps are the branches' own, so nothing is computed; a sum is.
      const joined = layer.join === "add" ? rest : { units: 0, activationBytes: 0 };
      return {
        ...inner,
        units: inner.units + joined.units,
        activationBytes: inner.activationBytes + joined.activationBytes,
        parameters: inner.parameters + slopes(layer, output),
      };
    }
    case "flatten":
      // A view of the layer before: nothing is computed or stored.
      return { units: 0, activationBytes: 0, macs: 0, connections: 0, parameters: 0 };
  }
}

/** Number of slopes that the layer's activation learns: one per map or unit. */
function slopes({ activation }: { readonly activation: LayerActivation }, [, , maps]: Shape): number {
  return activation === "prelu" ? maps : 0;
}

/** The layers in one line, e.g. `28x28 - conv 6@5x5 - max pool 2 - dense 100 - dense 10`. */
export function describeArchitecture(spec: ModelSpec): string {
  const [height, width, maps] = spec.input;
  return [`${height}x${width}${maps === 1 ? "" : `x${maps}`}`, ...describeLayers(spec.layers)].join(" - ");
}

function describeLayers(layers: readonly LayerSpec[]): string[] {
  return layers.flatMap((layer) => {
    switch (layer.kind) {
      case "dense":
        return `dense ${layer.units}`;
      case "conv":
        return `conv ${layer.maps}@${layer.kernel}x${layer.kernel}` + placement(layer) +
          (layer.bias === "per_unit" ? ", a bias per unit" : "");
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
        return `subsample ${layer.size}` + (layer.copies === undefined ? "" : ` to ${layer.copies} maps each`);
      case "rbf":
        return `RBF ${layer.codes.length}`;
      case "flatten":
        return [];
      case "response_norm":
        return "response norm";
      case "branches":
        return `${layer.join} (${layer.branches.map((branch) => describeLayers(branch).join(" - ")).join(" | ")})`;
    }
  });
}

type Placement = Pick<ConvLayer, "padding" | "border" | "stride" | "groups">;

function placement({ padding, border = 0, stride, groups = 1 }: Placement): string {
  return (padding > 0 ? ` pad ${padding}` : "") + (border === 0 ? "" : ` of ${border}`) +
    (stride > 1 ? ` stride ${stride}` : "") +
    (groups > 1 ? ` in ${groups} groups` : "");
}

/** The stride, if windows overlap or leave gaps. */
function overlap({ size, stride, padding = 0 }: PoolLayer): string {
  return (padding > 0 ? ` pad ${padding}` : "") + (stride === size ? "" : ` stride ${stride}`);
}
