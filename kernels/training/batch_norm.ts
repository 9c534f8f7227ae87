/**
 * Batch normalisation, forward: the moments of every channel, and with them `activation(scale * x^ + shift)`, where
 * `x^` is `x` less the mean, over the root of the variance.
 *
 * The input is read twice. The first time a thread keeps the mean of a chunk of rows and the sum of squares about it as
 * it goes (Welford 1962, Technometrics 4, 419-420), and a second pass joins the chunks (Chan, Golub and LeVeque 1983,
 * The American Statistician 37, 242-247): no large sums are subtracted from each other, however large a mean is.
 *
 * @module
 */
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { BATCH_NORM } from "../../models/network/operations.ts";
import type { Activation } from "../../models/network/spec.ts";
import { isActivation, storeActivated } from "../wgsl/activation.ts";
import { areFloats, type ProgramKind, runProgram, type TunedKernel } from "../wgsl/program.ts";
import type { TensorInfo } from "../wgsl/types.ts";
import { coordinates, floats, widthOf } from "../wgsl/writer.ts";
import { chunksOf, everyRow, layoutOf, mapThreads, type Matrix, matrixOf, ofChannels } from "./channel_vectors.ts";

/** Each chunk's mean and sum of squares about it, for every place of a row: [chunks, 2, fold * channels]. */
const chunkMomentsProgram: ProgramKind<Matrix> = {
  name: "chunkMoments",
  build(matrix) {
    const layout = layoutOf(matrix);
    const { rows, width, vectors } = layout;
    const { rowsPerChunk, chunks } = chunksOf(layout);
    return {
      outputShape: [chunks, 2, vectors * width],
      outputWidth: width,
      inputs: [{ name: "x", width }],
      threads: chunks * vectors,
      body: `
  ${coordinates("index", [["column", vectors], ["chunk", chunks]])}
  var mean = ${floats(width)}(0.0);
  var squares = ${floats(width)}(0.0);
  let count = min(${rowsPerChunk}, ${rows} - chunk * ${rowsPerChunk});
  let first = chunk * ${rowsPerChunk * vectors} + column;
  for (var i = 0; i < count; i++) {
    let value = x[first + i * ${vectors}];
    let distance = value - mean;
    mean += distance / f32(i + 1);
    squares += distance * (value - mean);
  }
  result[chunk * ${2 * vectors} + column] = mean;
  result[chunk * ${2 * vectors} + ${vectors} + column] = squares;`,
    };
  },
};

/** One thread per channel, which joins its chunks in order. */
const joinedMomentsProgram: ProgramKind<Matrix> = {
  name: "joinedMoments",
  build(matrix) {
    const layout = layoutOf(matrix);
    const { rowsPerChunk, chunks } = chunksOf(layout);
    const { channels } = matrix;
    const places = layout.fold * channels;
    const everyPart = (statements: string) => `
  for (var chunk = 0; chunk < ${chunks}; chunk++) {
    let count = f32(min(${rowsPerChunk}, ${layout.rows} - chunk * ${rowsPerChunk}));
    for (var part = chunk * ${2 * places} + index; part < chunk * ${2 * places} + ${places}; part += ${channels}) {
      ${statements}
    }
  }`;
    return {
      outputShape: [2, channels],
      outputWidth: 1,
      inputs: [{ name: "moments", width: 1 }],
      threads: channels,
      body: `
  var offset = 0.0;
  ${everyPart("offset += count * (moments[part] - moments[index]);")}
  let mean = moments[index] + offset / ${matrix.rows}.0;
  var squares = 0.0;
  ${
        everyPart(`let distance = moments[part] - mean;
      squares += moments[part + ${places}] + count * distance * distance;`)
      }
  result[index] = mean;
  result[${channels} + index] = squares / ${matrix.rows}.0;`,
    };
  },
};

const normaliseProgram: ProgramKind<Matrix & { readonly activation: Activation; readonly shape: string }> = {
  name: "normalise",
  build({ activation, shape, ...matrix }) {
    const layout = layoutOf(matrix);
    const { width } = layout;
    const perChannel = widthOf(matrix.channels);
    return {
      outputShape: shape.split(",").map(Number),
      outputWidth: width,
      inputs: [
        { name: "x", width },
        { name: "statistics", width: perChannel },
        { name: "scale", width: perChannel },
        { name: "shift", width: perChannel },
      ],
      threads: mapThreads(layout),
      body: everyRow(layout, {
        first: `let mean = ${ofChannels("statistics", matrix)};
  let factor = ${ofChannels("scale", matrix)} * ${inverseDeviation("statistics", matrix)};
  let term = ${ofChannels("shift", matrix)};`,
        statements: storeActivated("(x[at] - mean) * factor + term", { at: "at", activation, width }),
      }),
    };
  },
};

/** WGSL: one over the root of the variances in the second row of `statistics`, for a thread's channels. */
export function inverseDeviation(statistics: string, matrix: Matrix): string {
  return `inverseSqrt(${ofChannels(statistics, matrix, 1)} + ${BATCH_NORM.epsilon})`;
}

const movedStatisticsProgram: ProgramKind<Matrix> = {
  name: "movedStatistics",
  build: ({ rows, channels }) => ({
    outputShape: [2, channels],
    outputWidth: 1,
    inputs: [{ name: "moments", width: 1 }],
    threads: 2 * channels,
    body: `
  let estimate = select(1.0, ${rows / Math.max(rows - 1, 1)}, index >= ${channels}) * moments[index];
  result[index] += ${1 - BATCH_NORM.momentum} * (estimate - result[index]);`,
  }),
};

/** Mean and variance (over the number of values) of `inputs.x` for every channel: [2, channels]. */
export const batchMoments: TunedKernel = {
  adds: "BatchMoments",
  run: ({ x }, _attrs, backend) => {
    const specification = x && matrixOf(x);
    if (!specification || !areFloats(backend, [x])) return;
    const chunks = runProgram(backend, chunkMomentsProgram, { specification, inputs: [x] });
    const moments = runProgram(backend, joinedMomentsProgram, { specification, inputs: [chunks] });
    backend.disposeData(chunks.dataId);
    return moments;
  },
};

/** `inputs.x` by `inputs.statistics` [2, channels], times `inputs.scale`, plus `inputs.shift`, activated. */
export const normalise: TunedKernel = {
  adds: "Normalise",
  run: ({ x, statistics, scale, shift }, { activation }, backend) => {
    const matrix = x && matrixOf(x);
    if (!matrix || !statistics || !scale || !shift || !isActivation(activation)) return;
    const inputs = [x, statistics, scale, shift];
    if (!areFloats(backend, inputs)) return;
    return runProgram(backend, normaliseProgram, {
      specification: { ...matrix, activation, shape: x.shape.join(",") },
      inputs,
    });
  },
};

/**
 * Moves `statistics` [2, channels] towards the `moments` of a batch in place, as `Operations.batchNorm` says. Not in
 * the registry: its result is a tensor that exists already.
 *
 * @param rows How many values a channel had.
 */
export function moveStatistics(
  backend: WebGPUBackend,
  statistics: TensorInfo,
  { moments, rows }: { moments: TensorInfo; rows: number },
): void {
  const specification = { rows, channels: statistics.shape[1]! };
  runProgram(backend, movedStatisticsProgram, { specification, inputs: [moments], output: statistics });
}
