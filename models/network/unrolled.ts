/**
 * Networks connection by connection, in plain loops over float64: what the tests compare TensorFlow.js's results with.
 * Not part of the library.
 *
 * @module
 */
import { activationOf } from "./built_layer.ts";
import { mapsRead, outputShape } from "./count.ts";
import type { BuildOptions } from "./network.ts";
import type {
  Activation,
  ConvLayer,
  DenseLayer,
  LayerSpec,
  LocalLayer,
  ModelSpec,
  RbfLayer,
  Shape,
  SubsampleLayer,
} from "./spec.ts";

/** From a value of the layer below, or from a constant: a pixel of the border, or 1 for a bias. */
export interface Connection {
  /** Index of the value. */
  readonly from?: number;
  /** In place of a value. */
  readonly constant?: number;
  /** Index of the weight among all parameters of the network. */
  readonly weight: number;
}

/** Units that add up their connections, and an activation. */
export interface UnrolledLayer {
  /** By unit, in row-major order of [height, width, maps]. */
  readonly units: readonly (readonly Connection[])[];
  readonly activation: Activation;
}

/** A network's layers and its parameters in one array, each in row-major order of its shape. */
export interface Unrolled {
  readonly layers: readonly UnrolledLayer[];
  /** Centres of the RBF outputs, if these are the network's. */
  readonly codes?: RbfLayer["codes"];
  /** Number of values before those of a parameter, by its name. */
  readonly offsets: ReadonlyMap<string, number>;
}

/** What a network computes for one image. */
export interface Values {
  /** What each layer reads. */
  readonly inputs: readonly (readonly number[])[];
  /** What the units of each layer add up. */
  readonly sums: readonly (readonly number[])[];
  /** What RBF outputs read, or the outputs. */
  readonly top: readonly number[];
  readonly outputs: readonly number[];
}

/** The connections of a network of the kinds of layers that the papers train. */
export function unroll(
  { layers, input }: Pick<ModelSpec, "layers" | "input">,
  activations: Pick<BuildOptions, "hidden" | "output"> = { hidden: "linear", output: "linear" },
): Unrolled {
  const offsets = new Map<string, number>();
  let size = 0;
  const unrolled: UnrolledLayer[] = [];
  let codes: RbfLayer["codes"] | undefined;
  /** Where a parameter's values begin. */
  const place = (name: string, count: number) => {
    offsets.set(name, size);
    size += count;
    return size - count;
  };
  for (const layer of layers) {
    const output = outputShape(layer, input);
    const units = unitsOf(layer, { input, output, place });
    if (units && "activation" in layer) {
      unrolled.push({ units, activation: activationOf(layer.activation, activations) });
    }
    if (layer.kind === "rbf") codes = layer.codes;
    input = output;
  }
  return { layers: unrolled, offsets, ...(codes && { codes }) };
}

/** What the network computes for an image, its pixels in row-major order. */
export function run({ layers, codes }: Unrolled, weights: ArrayLike<number>, image: readonly number[]): Values {
  const inputs: (readonly number[])[] = [];
  const sums: number[][] = [];
  let top = image;
  for (const { units, activation } of layers) {
    inputs.push(top);
    const from = top;
    const added = units.map((connections) =>
      connections.reduce((sum, connection) => sum + weights[connection.weight]! * valueOf(connection, from), 0)
    );
    sums.push(added);
    top = added.map(scalar(activation)[0]);
  }
  const outputs = codes ? codes.map((code) => -code.reduce((sum, c, j) => sum + (top[j]! - c) ** 2, 0)) : top;
  return { inputs, sums, top, outputs };
}

/** f(a) and f'(a) of an activation. */
export function scalar(activation: Activation): readonly [of: (a: number) => number, slope: (a: number) => number] {
  switch (activation) {
    case "linear":
      return [(a) => a, () => 1];
    case "tanh":
      return [Math.tanh, (a) => 1 - Math.tanh(a) ** 2];
    case "scaled_tanh":
      return [(a) => 1.7159 * Math.tanh(2 * a / 3), (a) => 1.7159 * 2 / 3 * (1 - Math.tanh(2 * a / 3) ** 2)];
    default:
      throw new RangeError(`Activation "${activation}" is not written out here`);
  }
}

/** The value at the far end of a connection. */
export function valueOf({ from, constant }: Omit<Connection, "weight">, values: readonly number[]): number {
  return from === undefined ? constant! : values[from]!;
}

interface Place {
  readonly input: Shape;
  readonly output: Shape;
  readonly place: (name: string, count: number) => number;
}

type Units = readonly (readonly Connection[])[];

function unitsOf(layer: LayerSpec, place: Place): Units | undefined {
  switch (layer.kind) {
    case "dense":
      return denseUnits(layer, place);
    case "conv":
      return convUnits(layer, place);
    case "local":
      return localUnits(layer, place);
    case "subsample":
      return subsampleUnits(layer, place);
    case "flatten":
    case "rbf":
      return undefined;
    default:
      throw new RangeError(`Layer "${layer.name}" has no connections`);
  }
}

function denseUnits({ name, units }: DenseLayer, { input, place }: Place): Units {
  const inputs = input[0] * input[1] * input[2];
  const weights = place(`${name}/weights`, inputs * units);
  const bias = place(`${name}/bias`, units);
  return range(units).map((unit) => [
    ...range(inputs).map((from) => ({ from, weight: weights + from * units + unit })),
    { constant: 1, weight: bias + unit },
  ]);
}

function convUnits(layer: ConvLayer, { input, output, place }: Place): Units {
  const { name, kernel, maps } = layer;
  const weights = place(`${name}/weights`, kernel ** 2 * input[2] * maps);
  const perUnit = layer.bias === "per_unit";
  const bias = place(`${name}/bias`, perUnit ? output[0] * output[1] * maps : maps);
  const read = mapsRead(layer, input[2]);
  return positions(output).flatMap((at) =>
    range(maps).map((map) => [
      ...taps(layer, at, input).filter(({ inputMap }) => read[map]!.includes(inputMap))
        .map(({ tap, source }) => ({ ...source, weight: weights + tap * maps + map })),
      { constant: 1, weight: bias + (perUnit ? (at.row * output[1] + at.column) * maps : 0) + map },
    ])
  );
}

function localUnits(layer: LocalLayer, { input, output, place }: Place): Units {
  const { name, kernel, maps } = layer;
  const size = kernel ** 2 * input[2] * maps;
  const weights = place(`${name}/weights`, output[0] * output[1] * size);
  const bias = place(`${name}/bias`, output[0] * output[1] * maps);
  return positions(output).flatMap((at, position) =>
    range(maps).map((map) => [
      ...taps(layer, at, input)
        .map(({ tap, source }) => ({ ...source, weight: weights + position * size + tap * maps + map })),
      { constant: 1, weight: bias + position * maps + map },
    ])
  );
}

function subsampleUnits({ name, size }: SubsampleLayer, { input, output, place }: Place): Units {
  const maps = output[2];
  const coefficient = place(`${name}/coefficient`, maps);
  const bias = place(`${name}/bias`, maps);
  return positions(output).flatMap((at) =>
    range(maps).map((map) => [
      ...taps({ kernel: size, stride: size, padding: 0 }, at, input).filter(({ inputMap }) =>
        inputMap === map % input[2]
      )
        .map(({ source }) => ({ ...source, weight: coefficient + map })),
      { constant: 1, weight: bias + map },
    ])
  );
}

interface Position {
  readonly row: number;
  readonly column: number;
}

function positions([height, width]: Shape): Position[] {
  return range(height).flatMap((row) => range(width).map((column) => ({ row, column })));
}

/** The inputs of a window in the order of its weights. */
function taps(
  { kernel, stride, padding, border = 0 }: Pick<ConvLayer, "kernel" | "stride" | "padding" | "border">,
  at: Position,
  [height, width, maps]: Shape,
): { tap: number; inputMap: number; source: Omit<Connection, "weight"> }[] {
  return range(kernel ** 2 * maps).map((tap) => {
    const inputMap = tap % maps;
    const row = at.row * stride - padding + Math.floor(tap / maps / kernel);
    const column = at.column * stride - padding + Math.floor(tap / maps) % kernel;
    const isInside = row >= 0 && row < height && column >= 0 && column < width;
    return {
      tap,
      inputMap,
      source: isInside ? { from: (row * width + column) * maps + inputMap } : { constant: border },
    };
  });
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
