/**
 * A WGSL program that trains a network pattern by pattern, each in a single dispatch.
 *
 * A pattern's update is a few hundred thousand multiply-adds and takes less time than the dispatches of a step in which
 * every operation is one. Here a workgroup does all of it, forward, backward and the change of the weights; the
 * dispatch's other workgroups train the same network with other seeds. All numbers of a seed are in three buffers: its
 * parameters, their step sizes, and its scratch with the values and gradients of all layers (`layout.ts`).
 *
 * @module
 */
import { isRbfLoss, type Loss } from "../../models/network/operations.ts";
import { float, floats, roundUp } from "../wgsl/writer.ts";
import { convolutionLayer } from "./convolution.ts";
import { denseLayer } from "./dense.ts";
import { inkLayer, type InkSums } from "./ink.ts";
import { elementWidth, forItems, ifOwn, numberAt, type PatternLayer, type Threads, VECTOR } from "./layer.ts";
import { type Layout, layOut, type PatternNetwork, type PlacedLayer, unsupported } from "./layout.ts";
import { rbfError, squaredError } from "./outputs.ts";
import { countIn, placeOf, type Plane } from "./plane.ts";
import { subsampleLayer } from "./subsample.ts";

/** A program and the sizes of its buffers. */
export interface PatternProgram {
  readonly code: string;
  /** Numbers per seed. */
  readonly parameters: number;
  /** From a seed's parameters to the next's in their buffers: whole vectors. */
  readonly stride: number;
  /** What a seed's scratch contains at the start. */
  readonly scratch: Float32Array<ArrayBuffer>;
  /** If the first layer reads nothing but the images' ink. */
  readonly inkSums?: InkSums;
}

/**
 * The program of `network` for `threads` per seed.
 *
 * @throws {RangeError} when a layer or the loss is not among those of the papers that were trained pattern by pattern.
 */
export function patternProgram(network: PatternNetwork, threads: Threads): PatternProgram {
  const layout = layOut(network);
  const { image, layers, parameters, scratch } = layout;
  const { pixels, model, loss, errorFactor } = network;
  const stride = roundUp(parameters, VECTOR);
  const built = layers.map((placed) => patternLayer(placed, { pixels, threads }));
  const phases = [
    ...image ? [readImage(image, { pixels, threads })] : [],
    ...built.flatMap(({ forward }) => forward),
    ...outputPhases(layout, { model, loss, errorFactor, threads }),
    ...built.toReversed().flatMap(({ backward }) => backward),
  ];
  const numbers = floats(elementWidth(threads));
  const code = `
@group(0) @binding(0) var<storage, read_write> parameters : array<${numbers}>;
@group(0) @binding(1) var<storage, read> steps : array<${numbers}>;
@group(0) @binding(2) var<storage, read_write> scratch : array<${numbers}>;
@group(0) @binding(3) var<storage, read> images : array<u32>;
@group(0) @binding(4) var<storage, read> labels : array<vec2<u32>>;
@group(0) @binding(5) var<storage, read> orders : array<u32>;
@group(0) @binding(6) var<storage, read_write> metrics : array<vec2<f32>>;
@group(0) @binding(7) var<storage, read_write> next : array<u32>;
@compute @workgroup_size(${threads.count})
fn main(@builtin(workgroup_id) workgroup : vec3<u32>, @builtin(local_invocation_index) local : u32) {
  let seed = i32(workgroup.x);
  let thread = i32(local);
  ${threads.lanes === 1 ? "" : `let lane = thread % ${threads.lanes};`}
  let parametersAt = seed * ${stride};
  let scratchAt = seed * ${scratch.length};
  let position = i32(next[seed]);
  let metricsAt = seed * i32(arrayLength(&orders) / arrayLength(&next)) + position;
  let labelled = vec2<i32>(labels[orders[metricsAt]]);
  let label = labelled.x;
  let imageAt = labelled.y;
${phases.map((phase) => `{\n${phase}\n}`).join(threads.inStep ? "\n" : "\nstorageBarrier();\n")}
  if (thread == 0) { next[seed] = u32(position + 1); }
}`;
  const inkSums = layers[0]!.ink;
  return { code, parameters, stride, scratch, ...(inkSums && { inkSums }) };
}

function patternLayer(
  { layer, isDense, inputDeltas, ink, ...places }: PlacedLayer,
  { pixels: { background, foreground }, threads }: { pixels: PatternNetwork["pixels"]; threads: Threads },
): PatternLayer {
  if (ink) return inkLayer({ ...places, sums: ink, scale: (foreground - background) / 255 }, threads);
  if (isDense && inputDeltas) return denseLayer({ ...places, inputDeltas }, threads);
  const all = { ...places, ...(inputDeltas && { inputDeltas }) };
  switch (layer.kind) {
    case "conv": {
      const { kernel, stride, bias } = layer;
      return convolutionLayer({ ...all, kernel, stride, biases: bias === "per_unit" ? bias : "per_map" }, threads);
    }
    case "subsample":
      return subsampleLayer({ ...all, size: layer.size }, threads);
    default:
      throw unsupported(layer);
  }
}

/** The phases between the last layer's values and their gradients. */
function outputPhases(
  { layers, centres, distances }: Layout,
  { model, loss, errorFactor, threads }: {
    model: PatternNetwork["model"];
    loss: Loss;
    errorFactor: number;
    threads: Threads;
  },
): string[] {
  const { output: values, outputDeltas: deltas, activation } = layers.at(-1)!;
  const places = { values, deltas, activation, factor: errorFactor };
  const outputs = model.layers.at(-1)!;
  if (outputs.kind === "rbf" && isRbfLoss(loss)) {
    const j = loss === "rbf_mse" ? {} : { j: loss.j };
    return rbfError({ ...places, ...j, classes: outputs.codes.length, centres, distances }, threads);
  }
  if (outputs.kind !== "rbf" && loss === "squared_error") return squaredError(places, threads);
  throw new RangeError(
    `Pattern by pattern, loss "${JSON.stringify(loss)}" doesn't suit outputs of kind "${outputs.kind}"`,
  );
}

/** Four bytes in a word, the first in its lowest bits. */
function readImage(
  image: Plane,
  { pixels: { background, foreground }, threads }: { pixels: PatternNetwork["pixels"]; threads: Threads },
): string {
  const count = countIn(image);
  return forItems(count, {
    threads,
    body: `let word = images[imageAt + item / 4];
  let byte = f32((word >> (8u * u32(item % 4))) & 255u);
  ${
      ifOwn(
        `${numberAt("scratch", { index: placeOf(image, "item"), threads })} = ${float(background)} + byte * ${
          float((foreground - background) / 255)
        };`,
        {
          count,
          threads,
        },
      )
    }`,
  });
}
