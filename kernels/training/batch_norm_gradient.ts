/**
 * Batch normalisation, backward (Ioffe and Szegedy 2015, section 3), for the gradient `dz` with respect to the value
 * before its activation: the scale's gradient is the sum of `dz x^` over a channel's m values, the shift's that of
 * `dz`, and the input's `scale / deviation * (dz - shiftGradient / m - x^ scaleGradient / m)`.
 *
 * `dz` and the input are read twice: once for the two sums, one chunk of rows per thread, and once for the input's
 * gradient.
 *
 * @module
 */
import type { Activation } from "../../models/network/spec.ts";
import { isActivation, storeTimesDerivative } from "../wgsl/activation.ts";
import { areFloats, type ProgramKind, runProgram, type TunedKernel } from "../wgsl/program.ts";
import { coordinates, floats, widthOf } from "../wgsl/writer.ts";
import { inverseDeviation } from "./batch_norm.ts";
import { chunksOf, everyRow, layoutOf, mapThreads, type Matrix, matrixOf, ofChannels } from "./channel_vectors.ts";

const chunkGradientsProgram: ProgramKind<Matrix> = {
  name: "batchNormChunkGradients",
  build(matrix) {
    const layout = layoutOf(matrix);
    const { rows, width, vectors } = layout;
    const { rowsPerChunk, chunks } = chunksOf(layout);
    return {
      outputShape: [chunks, 2, vectors * width],
      outputWidth: width,
      inputs: [{ name: "dy", width }, { name: "x", width }, { name: "moments", width: widthOf(matrix.channels) }],
      threads: chunks * vectors,
      body: `
  ${coordinates("index", [["column", vectors], ["chunk", chunks]])}
  let mean = ${ofChannels("moments", matrix)};
  var byScale = ${floats(width)}(0.0);
  var byShift = ${floats(width)}(0.0);
  let end = min((chunk + 1) * ${rowsPerChunk}, ${rows}) * ${vectors};
  for (var at = chunk * ${rowsPerChunk * vectors} + column; at < end; at += ${vectors}) {
    byScale += dy[at] * (x[at] - mean);
    byShift += dy[at];
  }
  result[chunk * ${2 * vectors} + column] = byScale * ${inverseDeviation("moments", matrix)};
  result[chunk * ${2 * vectors} + ${vectors} + column] = byShift;`,
    };
  },
};

/** One thread per channel, which adds its chunks in order: those of the scale or, from row 1 on, of the shift. */
const joinedGradientProgram: ProgramKind<Matrix & { readonly row: 0 | 1 }> = {
  name: "batchNormJoinedGradient",
  build({ row, ...matrix }) {
    const layout = layoutOf(matrix);
    const { chunks } = chunksOf(layout);
    const { channels } = matrix;
    const places = layout.fold * channels;
    return {
      outputShape: [channels],
      outputWidth: 1,
      inputs: [{ name: "gradients", width: 1 }],
      threads: channels,
      body: `
  var sum = 0.0;
  for (var chunk = 0; chunk < ${chunks}; chunk++) {
    let first = chunk * ${2 * places} + ${row * places};
    for (var part = first + index; part < first + ${places}; part += ${channels}) { sum += gradients[part]; }
  }
  result[index] = sum;`,
    };
  },
};

const inputGradientProgram: ProgramKind<
  Matrix & {
    /**
     * The gradient is multiplied by this activation's derivative, whose values are the input; not at all for
     * `linear`.
     */
    readonly derivativeOf: Activation;
    readonly shape: string;
  }
> = {
  name: "batchNormInputGradient",
  build({ derivativeOf, shape, ...matrix }) {
    const layout = layoutOf(matrix);
    const { width } = layout;
    const perChannel = widthOf(matrix.channels);
    return {
      outputShape: shape.split(",").map(Number),
      outputWidth: width,
      inputs: [
        { name: "dy", width },
        { name: "x", width },
        { name: "moments", width: perChannel },
        { name: "scale", width: perChannel },
        { name: "byScale", width: perChannel },
        { name: "byShift", width: perChannel },
      ],
      threads: mapThreads(layout),
      body: everyRow(layout, {
        first: `let mean = ${ofChannels("moments", matrix)};
  let inverse = ${inverseDeviation("moments", matrix)};
  let factor = ${ofChannels("scale", matrix)} * inverse;
  let slope = inverse * ${ofChannels("byScale", matrix)} / ${matrix.rows}.0;
  let offset = ${ofChannels("byShift", matrix)} / ${matrix.rows}.0;`,
        statements: storeTimesDerivative("factor * (dy[at] - offset - (x[at] - mean) * slope)", {
          at: "at",
          of: derivativeOf,
          activated: "x[at]",
          width,
        }),
      }),
    };
  },
};

/** Chunks of the gradients of scale and shift, for `JoinedGradient`: [chunks, 2, places in a row]. */
export const batchNormChunkGradients: TunedKernel = {
  adds: "BatchNormChunkGradients",
  run: ({ dy, x, moments }, _attrs, backend) => {
    const specification = x && matrixOf(x);
    if (!specification || !dy || !moments || !areFloats(backend, [dy, x, moments])) return;
    return runProgram(backend, chunkGradientsProgram, { specification, inputs: [dy, x, moments] });
  },
};

/** The gradient of the scale (`attrs.row` 0) or shift (1) from `inputs.gradients`, the chunks for `attrs.shape`. */
export const batchNormJoinedGradient: TunedKernel = {
  adds: "BatchNormJoinedGradient",
  run: ({ gradients }, { row, shape }, backend) => {
    const matrix = matrixOf({ shape: shape as number[] });
    if (!matrix || !gradients || !areFloats(backend, [gradients])) return;
    return runProgram(backend, joinedGradientProgram, {
      specification: { ...matrix, row: row === 0 ? 0 : 1 },
      inputs: [gradients],
    });
  },
};

/** The gradient of `inputs.x`, times the derivative of `attrs.activation` where its values are `inputs.x`. */
export const batchNormInputGradient: TunedKernel = {
  adds: "BatchNormInputGradient",
  run: (
    { dy, x, moments, scale, byScale, byShift },
    { activation },
    backend,
  ) => {
    const matrix = x && matrixOf(x);
    if (!matrix || !dy || !moments || !scale || !byScale || !byShift || !isActivation(activation)) return;
    const inputs = [dy, x, moments, scale, byScale, byShift];
    if (!areFloats(backend, inputs)) return;
    return runProgram(backend, inputGradientProgram, {
      specification: { ...matrix, derivativeOf: activation, shape: x.shape.join(",") },
      inputs,
    });
  },
};
