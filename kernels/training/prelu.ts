/**
 * PReLU with one trained slope per map (He 2015, equation 1): `z` if above 0, else `slope * z`; and its gradients.
 *
 * The slopes' gradient is a sum over all rows: a thread sums a chunk for a vector of channels, in order, and
 * `ColumnSum` adds the chunks.
 *
 * @module
 */
import {
  areFloats,
  isGiven,
  type KernelFunction,
  type ProgramKind,
  runProgram,
  type TunedKernel,
} from "../wgsl/program.ts";
import type { TensorInfo } from "../wgsl/types.ts";
import { coordinates, floats, keepingNaN, widthOf } from "../wgsl/writer.ts";

type Sizes = { readonly rows: number; readonly channels: number };

type Scaling = Sizes & {
  /** The output's shape, joined by commas: a specification holds plain values only. */
  readonly shape: string;
  /** Whether `dy` is scaled instead of `z` itself. */
  readonly isGradient: boolean;
};

/** Multiplies by the slope where `z` is not above 0. */
const scalingProgram: ProgramKind<Scaling> = {
  name: "prelu",
  build({ rows, channels, shape, isGradient }) {
    const width = widthOf(channels);
    return {
      outputShape: shape.split(",").map(Number),
      outputWidth: width,
      inputs: ["z", "slope", ...(isGradient ? ["dy"] : [])].map((name) => ({ name, width })),
      threads: rows * channels / width,
      body: `
  let x = z[index];
  let value = ${isGradient ? "dy[index]" : "x"};
  result[index] = ${
        keepingNaN("x", {
          value: `select(slope[index % ${channels / width}] * value, value, x > ${floats(width)}(0.0))`,
          width,
        })
      };`,
    };
  },
};

/** Rows that a thread sums. */
const ROWS_PER_CHUNK = 64;

const gradientSlicesProgram: ProgramKind<Sizes> = {
  name: "preluGradientSlices",
  build({ rows, channels }) {
    const width = widthOf(channels);
    const vectors = channels / width;
    const chunks = Math.ceil(rows / ROWS_PER_CHUNK);
    const zero = `${floats(width)}(0.0)`;
    return {
      outputShape: [chunks, channels],
      outputWidth: width,
      inputs: [{ name: "z", width }, { name: "dy", width }],
      threads: chunks * vectors,
      body: `
  ${coordinates("index", [["channel", vectors], ["chunk", chunks]])}
  var sum = ${zero};
  let end = min((chunk + 1) * ${ROWS_PER_CHUNK}, ${rows});
  for (var row = chunk * ${ROWS_PER_CHUNK}; row < end; row++) {
    let i = row * ${vectors} + channel;
    let value = z[i];
    sum += select(dy[i] * value, ${zero}, value > ${zero});
  }
  result[index] = sum;`,
    };
  },
};

function sizesOf({ shape }: TensorInfo): Sizes | undefined {
  const channels = shape.at(-1) ?? 0;
  const rows = shape.slice(0, -1).reduce((product, n) => product * n, 1);
  return rows * channels > 0 ? { rows, channels } : undefined;
}

const scaled: KernelFunction = ({ z, slope, dy }, _, backend) => {
  const sizes = z && sizesOf(z);
  if (!sizes || !slope || slope.shape.length !== 1 || slope.shape[0] !== sizes.channels) return;
  if (!areFloats(backend, [z, slope, dy])) return;
  const specification = { ...sizes, shape: z.shape.join(","), isGradient: dy !== undefined };
  return runProgram(backend, scalingProgram, { specification, inputs: [z, slope, dy].filter(isGiven) });
};

/**
 * Prelu with a slope [channels] `inputs.alpha` over the last axis of `inputs.x`; other slopes fall back to the stock
 * kernel.
 */
export const prelu: TunedKernel = {
  replaces: "Prelu",
  run: ({ x, alpha }, attrs, backend) => scaled({ z: x, slope: alpha }, attrs, backend),
};

/** The gradient with respect to `inputs.z`, for the gradient `inputs.dy` with respect to the result. */
export const preluInputGradient: TunedKernel = {
  adds: "PreluInputGradient",
  run: (inputs, attrs, backend) => inputs.dy && scaled(inputs, attrs, backend),
};

/** Chunks of the gradient with respect to the slopes: [chunks, channels]. */
export const preluGradientSlices: TunedKernel = {
  adds: "PreluGradientSlices",
  run: ({ z, dy }, _, backend) => {
    const specification = z && sizesOf(z);
    if (!specification || !dy || !areFloats(backend, [z, dy])) return;
    return runProgram(backend, gradientSlicesProgram, { specification, inputs: [z, dy] });
  },
};
