/**
 * A dense layer that reads the image, and touches only the weights of pixels with ink.
 *
 * Four of five pixels of a digit are background, with the same input `b` in every image. Write a pixel's input as `b`
 * plus its ink `d`: the background's part of a unit's sum is `b` times the sum of its weights, and the background's
 * part of a weight's change is `b` times its step size and the unit's gradient, which the layer adds up over the pass
 * and subtracts at its end. So with the unit's gradients `g`, the steps `e` and the pending sum `D` of the gradients:
 *
 * - weight = u - b e D, where the buffer has `u`, and `u` falls by `e g d` for pixels with ink;
 * - the unit's sum = bias + b S + sum of d u - b D T over the ink, with the sum of weights S and T = the sum of d e;
 * - S falls by g (b E + T), with the sum of steps E.
 *
 * These are the same updates as those of {@linkcode denseLayer}, apart from rounding.
 *
 * @module
 */
import { sharedBlock } from "../wgsl/shared.ts";
import { float, floats, unroll } from "../wgsl/writer.ts";
import {
  forItems,
  ifOwn,
  type LayerPlaces,
  type Numbers,
  numbersAt,
  type NumbersWidth,
  type PatternLayer,
  storeValue,
  type Threads,
  unitsOfThread,
  update,
  vectorsOfThread,
  widthFor,
} from "./layer.ts";
import { placeOf } from "./plane.ts";

/** Entries of a list of ink are a multiple of this, which the threads load together; the last ones have no ink. */
export const INK_BLOCK = 8;

/** Where a layer's sums are, each [units] in the scratch buffer, and what they are made of. */
export interface InkSums {
  readonly inputs: number;
  readonly units: number;
  /** Where the layer's parameters begin: weights [inputs, units], then biases. */
  readonly parameters: number;
  /** The input of a pixel without ink. */
  readonly background: number;
  /** S, per unit. */
  readonly weightSums: number;
  /** E, per unit. */
  readonly stepSums: number;
  /** D, per unit: 0 at the start of a pass. */
  readonly pending: number;
  /** T, per unit: of the current pattern. */
  readonly inkSteps: number;
}

/**
 * An image's ink in words of `pixel * 256 + byte`, in the order of the pixels, and filled up with words of 0; before
 * them, their number.
 */
export function inkOf(image: Uint8Array): Uint32Array<ArrayBuffer> {
  let entries = 0;
  for (const byte of image) if (byte !== 0) entries++;
  const words = new Uint32Array(1 + Math.ceil(entries / INK_BLOCK) * INK_BLOCK);
  words[0] = words.length - 1;
  let at = 1;
  for (let pixel = 0; pixel < image.length; pixel++) {
    if (image[pixel] !== 0) words[at++] = pixel * 256 + image[pixel]!;
  }
  return words;
}

/** The layer; `scale` turns a byte into ink. */
export function inkLayer(
  places: Omit<LayerPlaces, "input" | "inputDeltas" | "inputActivation"> & {
    readonly sums: InkSums;
    readonly scale: number;
  },
  threads: Threads,
): PatternLayer {
  return { forward: [forward(places, threads)], backward: [backward(places, threads)] };
}

type InkPlaces = Parameters<typeof inkLayer>[0];

/** WGSL of the numbers at `of` in the scratch buffer of the units from `unit` on. */
function sumsAt(
  of: number,
  { unit, ...access }: { unit: string; width: NumbersWidth; threads: Threads },
): string {
  return numbersAt("scratch", { index: `scratchAt + ${of} + ${unit}`, ...access });
}

/** The loop over the ink: `body` reads an entry's ink `d` and the index `row` of the weights of its pixel. */
function inkLoop(
  { sums: { units, parameters }, scale }: InkPlaces,
  { threads, body }: { threads: Threads; body: string },
): { readonly offsets: string; readonly loop: string } {
  const words = sharedBlock({
    name: "ink",
    buffer: "images",
    rows: 1,
    columns: INK_BLOCK,
    width: 1,
    lanes: threads.lanes,
    place: (_, column) => column,
  });
  return {
    offsets: words.offsets,
    loop: `for (var entry = 0; entry < entries; entry += ${INK_BLOCK}) {
    ${words.loads("imageAt + 1 + entry")}
    ${
      unroll(INK_BLOCK, (i) =>
        `{ let word = ${words.element({ row: 0, column: i, at: 0 })};
      let d = f32(word & 255u) * ${float(scale)};
      let row = parametersAt + ${parameters} + i32(word >> 8u) * ${units};
      ${body} }`)
    }
  }`,
  };
}

function forward(places: InkPlaces, threads: Threads): string {
  const { output, activation, sums } = places;
  const { inputs, units, parameters, background, weightSums, pending, inkSteps } = sums;
  const width = widthFor([units, parameters], threads);
  const own = vectorsOfThread(units / width, threads);
  const isFlat = background === 0;
  const ofRow = (buffer: Numbers, u: number) => numbersAt(buffer, { index: `row + unit${u}`, width, threads });
  const ofUnit = (of: number, u: number) => sumsAt(of, { unit: `unit${u}`, width, threads });
  const { offsets, loop } = inkLoop(places, {
    threads,
    body: unroll(
      own,
      (u) => `sum${u} += d * ${ofRow("parameters", u)};${isFlat ? "" : ` inkSteps${u} += d * ${ofRow("steps", u)};`}`,
    ),
  });
  const whole = (u: number) =>
    isFlat
      ? `sum${u}`
      : `sum${u} + ${float(background)} * (${ofUnit(weightSums, u)} - ${ofUnit(pending, u)} * inkSteps${u})`;
  const bias = (u: number) =>
    numbersAt("parameters", { index: `parametersAt + ${parameters + inputs * units} + unit${u}`, width, threads });
  return `let entries = i32(images[imageAt]);
${offsets}
for (var first = 0; first < ${units}; first += ${threads.count * own * width}) {
  ${unitsOfThread({ own, units, width, threads })}
  ${
    unroll(own, (u) =>
      `var sum${u} = ${bias(u)};
  ${isFlat ? "" : `var inkSteps${u} = ${floats(width)}(0.0);`}`)
  }
  ${loop}
  ${
    unroll(own, (u) =>
      `if (isOwn${u}) {
    ${isFlat ? "" : `${ofUnit(inkSteps, u)} = inkSteps${u};`}
    let value = ${whole(u)};
    ${storeValue("value", { at: placeOf(output, `unit${u}`), activation, width, threads })}
  }`)
  }
}`;
}

function backward(places: InkPlaces, threads: Threads): string {
  const { outputDeltas, sums } = places;
  const { inputs, units, parameters, background, weightSums, stepSums, pending, inkSteps } = sums;
  const width = widthFor([units, parameters], threads);
  const items = { count: units / width, threads };
  const ofRow = (buffer: Numbers) => numbersAt(buffer, { index: "row + unit", width, threads });
  const ofUnit = (of: number) => sumsAt(of, { unit: "unit", width, threads });
  const { offsets, loop } = inkLoop(places, {
    threads,
    body: ifOwn(`${ofRow("parameters")} -= ${ofRow("steps")} * (d * delta);`, items),
  });
  const kept = background === 0
    ? ""
    : `${ofUnit(weightSums)} -= delta * (${float(background)} * ${ofUnit(stepSums)} + ${ofUnit(inkSteps)});
    ${ofUnit(pending)} += delta;`;
  return `let entries = i32(images[imageAt]);
${offsets}
${
    forItems(items.count, {
      threads,
      body: `let unit = item * ${width};
  let delta = ${numbersAt("scratch", { index: placeOf(outputDeltas, "unit"), width, threads })};
  ${loop}
  ${ifOwn(`${update(`${parameters + inputs * units} + unit`, "delta", { width, threads })} ${kept}`, items)}`,
    })
  }`;
}

/**
 * Brings the sums of a seed up to date for a pass that begins.
 *
 * @param options.parameters All parameters of the seed.
 * @param options.steps Their step sizes.
 * @param options.scratch The seed's scratch, which is changed.
 */
export function startSums(
  { inputs, units, parameters: start, weightSums, stepSums, pending }: InkSums,
  { parameters, steps, scratch }: Record<"parameters" | "steps" | "scratch", Float32Array>,
): void {
  for (let unit = 0; unit < units; unit++) {
    let [weights, sizes] = [0, 0];
    for (let i = 0; i < inputs; i++) {
      weights += parameters[start + i * units + unit]!;
      sizes += steps[start + i * units + unit]!;
    }
    scratch[weightSums + unit] = weights;
    scratch[stepSums + unit] = sizes;
    scratch[pending + unit] = 0;
  }
}

/** Subtracts from a seed's `parameters` what is pending in its `scratch`. */
export function settleSums(
  { inputs, units, parameters: start, background, pending }: InkSums,
  { parameters, steps, scratch }: Record<"parameters" | "steps" | "scratch", Float32Array>,
): void {
  for (let k = 0; k < inputs * units; k++) {
    parameters[start + k]! -= background * steps[start + k]! * scratch[pending + k % units]!;
  }
}
