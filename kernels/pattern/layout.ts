/**
 * Which numbers of a seed are where when it is trained pattern by pattern.
 *
 * @module
 */
import { outputShape } from "../../models/network/count.ts";
import type { Loss } from "../../models/network/operations.ts";
import type { Activation, ConvLayer, LayerActivation, LayerSpec, ModelSpec, Shape } from "../../models/network/spec.ts";
import { deltaPlane } from "./convolution.ts";
import type { InkSums } from "./ink.ts";
import { type LayerPlaces, VECTOR } from "./layer.ts";
import { countIn, type Plane, sizeOf, valuePlane } from "./plane.ts";

/** What a program is made from. */
export interface PatternNetwork {
  readonly model: Pick<ModelSpec, "layers" | "input">;
  /** What `hidden` and `output` stand for in the model. */
  readonly hidden: Activation;
  readonly output: Activation;
  readonly loss: Loss;
  /** What the loss's sum of squares is multiplied by. */
  readonly errorFactor: number;
  /** Input values of the bytes 0 and 255. */
  readonly pixels: { readonly background: number; readonly foreground: number };
}

/** A layer and its numbers; `ink` if it is a dense one that reads the images' ink, see `ink.ts`. */
export type PlacedLayer = LayerPlaces & {
  readonly layer: TrainedLayer;
  readonly isDense: boolean;
  readonly ink?: InkSums;
};

/** Layers that have gradients of their own. */
export type TrainedLayer = Extract<LayerSpec, { readonly activation: LayerActivation }>;

/** A network's numbers in the buffers of a seed. */
export interface Layout {
  /** Where the image's values are; left out if the first layer reads only its ink. */
  readonly image?: Plane;
  readonly layers: readonly PlacedLayer[];
  /** Where RBF outputs have their centres and their distances; the same place without them. */
  readonly centres: number;
  readonly distances: number;
  /** Parameters per seed. */
  readonly parameters: number;
  /** What the scratch contains at the start. */
  readonly scratch: Float32Array<ArrayBuffer>;
}

/** @throws {RangeError} when a layer is not among those of the papers that were trained pattern by pattern. */
export function layOut({ model, hidden, output, pixels }: PatternNetwork): Layout {
  const activation = (of: LayerActivation): Activation => {
    if (of === "prelu") throw new RangeError("Pattern by pattern, PReLU can't be trained");
    return of === "hidden" ? hidden : of === "output" ? output : of;
  };
  const layers = model.layers.filter(({ kind }) => kind !== "flatten" && kind !== "rbf");
  const scratch = new Scratch();
  const placed: PlacedLayer[] = [];
  let shape = model.input;
  let parameters = 0;
  const isInk = isDense(layers[0]!, shape);
  const first = valuePlane(shape, { offset: scratch.size, ...borderOf(layers[0]) });
  const image = isInk ? undefined : scratch.add(first);
  let last = {
    output: image ?? first,
    activation: "linear" as Activation,
    outputDeltas: undefined as Plane | undefined,
  };
  layers.forEach((layer, l) => {
    if (!("activation" in layer)) throw unsupported(layer);
    const inputShape = shape;
    shape = outputShape(layer, shape);
    const { output: input, outputDeltas: inputDeltas, activation: inputActivation } = last;
    const output = scratch.add(valuePlane(shape, { offset: scratch.size, ...borderOf(layers[l + 1]) }));
    const dense = isDense(layer, inputShape);
    const offset = scratch.size;
    const outputDeltas = scratch.add(
      layer.kind === "conv" && !dense
        ? deltaPlane(output, { offset, input, kernel: layer.kernel, stride: layer.stride })
        : valuePlane(shape, { offset, margin: 0, around: 0 }),
    );
    const size = { inputs: countIn(input), units: countIn(output), parameters };
    placed.push({
      layer,
      isDense: dense,
      input,
      output,
      ...(inputDeltas && { inputDeltas }),
      outputDeltas,
      inputActivation,
      activation: activation(layer.activation),
      parameters,
      ...(isInk && l === 0 && { ink: inkSums(scratch, { ...size, background: pixels.background }) }),
    });
    parameters += parametersOf(layer, { input: inputShape, output: shape });
    last = placed.at(-1)!;
  });
  const outputs = model.layers.at(-1)!;
  const codes = outputs.kind === "rbf" ? outputs.codes : [];
  const centres = scratch.room(codes.flat());
  const distances = scratch.room(codes.map(() => 0));
  return { ...(image && { image }), layers: placed, centres, distances, parameters, scratch: scratch.values() };
}

/** The scratch of a seed, as it is given out piece by piece. */
class Scratch {
  #values: number[] = [];

  /** Numbers given out so far: where the next piece begins. */
  get size(): number {
    return this.#values.length;
  }

  /** Gives out `plane`, which begins at the end of the others. */
  add(plane: Plane): Plane {
    this.room(Array.from({ length: sizeOf(plane) }, () => plane.around));
    return plane;
  }

  /** Gives out room for numbers that are `values` at the start, in whole vectors, and returns where it is. */
  room(values: readonly number[]): number {
    const start = this.size;
    for (const value of values) this.#values.push(value);
    while (this.size % VECTOR !== 0) this.#values.push(0);
    return start;
  }

  values(): Float32Array<ArrayBuffer> {
    return Float32Array.from(this.#values);
  }
}

function inkSums(
  scratch: Scratch,
  sizes: Pick<InkSums, "inputs" | "units" | "parameters" | "background">,
): InkSums {
  const room = () => scratch.room(Array.from({ length: sizes.units }, () => 0));
  return { ...sizes, weightSums: room(), stepSums: room(), pending: room(), inkSteps: room() };
}

/** Dense layers, and convolutions with one value per output map, whose weights are in the same order. */
function isDense(layer: LayerSpec, [height, width]: Shape): boolean {
  if (layer.kind === "dense") return true;
  return layer.kind === "conv" && layer.kernel === height && layer.kernel === width && layer.padding === 0;
}

/** The error for a layer that the programs do not cover. */
export function unsupported({ kind, name }: LayerSpec): RangeError {
  return new RangeError(`Pattern by pattern, layer "${name}" of kind "${kind}" can't be trained`);
}

/** Numbers of a layer's variables, also of weights that a connection table leaves out. */
function parametersOf(layer: TrainedLayer, { input, output }: { input: Shape; output: Shape }): number {
  const [inputs, outputs] = [input, output].map(([height, width, maps]) => height * width * maps) as [number, number];
  switch (layer.kind) {
    case "dense":
      return (inputs + 1) * outputs;
    case "conv":
      return kernelsOf(layer, input) + (layer.bias === "per_unit" ? outputs : layer.maps);
    case "subsample":
      return 2 * output[2];
    default:
      throw unsupported(layer);
  }
}

function kernelsOf({ kernel, maps }: ConvLayer, [, , inputMaps]: Shape): number {
  return kernel ** 2 * inputMaps * maps;
}

/** What surrounds the maps that `layer` reads. */
function borderOf(layer: LayerSpec | undefined): { margin: number; around: number } {
  return layer?.kind === "conv" ? { margin: layer.padding, around: layer.border ?? 0 } : { margin: 0, around: 0 };
}
