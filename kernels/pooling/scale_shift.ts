/**
 * `activation(x * scale * factor + shift)` with a scale and a shift per channel: the last part of trainable
 * subsampling, whose coefficient multiplies a window's sum where `x` is its mean.
 *
 * Backward, the rows of channels are cut into chunks: a thread sums a chunk's gradients by scale and by shift for a
 * vector of channels, in order, and `ColumnSum` adds the chunks.
 *
 * @module
 */
import type { Activation } from "../../models/network/spec.ts";
import { isActivation, storeActivated } from "../wgsl/activation.ts";
import { areFloats, type ProgramKind, runProgram, type TunedKernel } from "../wgsl/program.ts";
import { coordinates, floats, widthOf } from "../wgsl/writer.ts";

type ScaleShift = {
  readonly rows: number;
  readonly channels: number;
  readonly factor: number;
};

type ActivatedScaleShift = ScaleShift & {
  readonly activation: Activation;
  /** The output's shape, joined by commas: a specification holds plain values only. */
  readonly shape: string;
};

const scaleShiftProgram: ProgramKind<ActivatedScaleShift> = {
  name: "scaleShift",
  build({ rows, channels, factor, activation, shape }) {
    const width = widthOf(channels);
    return {
      outputShape: shape.split(",").map(Number),
      outputWidth: width,
      inputs: [{ name: "x", width }, { name: "scale", width }, { name: "shift", width }],
      threads: rows * channels / width,
      body: `let channel = index % ${channels / width};
  ${storeActivated(`x[index] * (${factor} * scale[channel]) + shift[channel]`, { at: "index", activation, width })}`,
    };
  },
};

const inputGradientProgram: ProgramKind<ScaleShift & { readonly shape: string }> = {
  name: "scaleShiftInputGradient",
  build({ rows, channels, factor, shape }) {
    const width = widthOf(channels);
    return {
      outputShape: shape.split(",").map(Number),
      outputWidth: width,
      inputs: [{ name: "dy", width }, { name: "scale", width }],
      threads: rows * channels / width,
      body: `result[index] = dy[index] * (${factor} * scale[index % ${channels / width}]);`,
    };
  },
};

/** Rows that a thread sums. */
const ROWS_PER_CHUNK = 64;

const gradientSlicesProgram: ProgramKind<ScaleShift> = {
  name: "scaleShiftGradientSlices",
  build({ rows, channels, factor }) {
    const width = widthOf(channels);
    const vectors = channels / width;
    const chunks = Math.ceil(rows / ROWS_PER_CHUNK);
    return {
      outputShape: [chunks, 2, channels],
      outputWidth: width,
      inputs: [{ name: "x", width }, { name: "dy", width }],
      threads: chunks * vectors,
      body: `
  ${coordinates("index", [["channel", vectors], ["chunk", chunks]])}
  var byScale = ${floats(width)}(0.0);
  var byShift = ${floats(width)}(0.0);
  let end = min((chunk + 1) * ${ROWS_PER_CHUNK}, ${rows});
  for (var row = chunk * ${ROWS_PER_CHUNK}; row < end; row++) {
    let d = dy[row * ${vectors} + channel];
    byScale += d * x[row * ${vectors} + channel];
    byShift += d;
  }
  result[chunk * ${2 * vectors} + channel] = ${factor} * byScale;
  result[chunk * ${2 * vectors} + ${vectors} + channel] = byShift;`,
    };
  },
};

function sizes({ shape }: { shape: number[] }, factor: unknown): ScaleShift | undefined {
  const channels = shape.at(-1)!;
  const rows = shape.slice(0, -1).reduce((product, n) => product * n, 1);
  return rows * channels > 0 ? { rows, channels, factor: Number(factor) } : undefined;
}

/** Scale and shift [channels] over the last axis of `inputs.x`. */
export const scaleShift: TunedKernel = {
  adds: "ScaleShift",
  run: ({ x, scale, shift }, { factor, activation }, backend) => {
    const size = x && sizes(x, factor);
    if (!size || !scale || !shift || !isActivation(activation) || !areFloats(backend, [x, scale, shift])) return;
    const specification = { ...size, activation, shape: x.shape.join(",") };
    return runProgram(backend, scaleShiftProgram, { specification, inputs: [x, scale, shift] });
  },
};

/** Gradient with respect to `x`, for the gradient `inputs.dy` with respect to the value before the activation. */
export const scaleShiftInputGradient: TunedKernel = {
  adds: "ScaleShiftInputGradient",
  run: ({ dy, scale }, { factor }, backend) => {
    const size = dy && sizes(dy, factor);
    if (!size || !scale || !areFloats(backend, [dy, scale])) return;
    const specification = { ...size, shape: dy.shape.join(",") };
    return runProgram(backend, inputGradientProgram, { specification, inputs: [dy, scale] });
  },
};

/** Chunks of the gradients with respect to scale and shift: [chunks, 2, channels]. */
export const scaleShiftGradientSlices: TunedKernel = {
  adds: "ScaleShiftGradientSlices",
  run: ({ x, dy }, { factor }, backend) => {
    const specification = x && sizes(x, factor);
    if (!specification || !dy || !areFloats(backend, [x, dy])) return;
    return runProgram(backend, gradientSlicesProgram, { specification, inputs: [x, dy] });
  },
};
