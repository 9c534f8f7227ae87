/**
 * What is not finite must not be swallowed: the operations get NaN and both infinities in every position of every
 * input, and are finite, infinite or NaN wherever TensorFlow.js's cpu backend is, except as each case says.
 */
import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { ACTIVATIONS } from "../models/network/activations.ts";
import { type Operations, PLAIN } from "../models/network/operations.ts";
import type { Activation } from "../models/network/spec.ts";
import { TUNED } from "./operations.ts";
import { values, valuesOn, withTunedKernels } from "./testing.ts";

/** An operation on tensors of `shapes`, and its gradients if it has any. */
interface Case {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  readonly compute: (operations: Operations, inputs: tf.Tensor[]) => tf.Tensor[];
  /** The outputs, by number, that may be other than on the cpu backend. */
  readonly differs?: (kinds: Kinds) => boolean;
}

/** What an output is when `wrong` is in `input`. */
interface Kinds {
  readonly wrong: number;
  readonly input: number;
  readonly output: number;
  readonly actual: string;
  readonly cpu: string;
}

/** Of an operation of a single input and its gradient. */
function withGradients(f: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]): tf.Tensor[] {
  const { value, grads } = tf.valueAndGrads(f)(inputs, values(f(...inputs).shape, 77));
  return [value, ...grads];
}

/** A maximum is NaN if a value is, and its gradient goes there: the cpu backend leaves that value out. */
const keepsNaN = ({ wrong, output, actual }: Kinds) => Number.isNaN(wrong) && (output > 0 || actual === "NaN");

/** Zeros times a weight that is not finite are NaN: the cpu backend leaves out the padding, which is no value. */
const multipliesZeros = ({ input, output, actual }: Kinds) => input === 1 && output < 2 && actual === "NaN";

const CONVOLUTION = { stride: 1, activation: "linear", input: "linear" } as const;

const CASES: readonly Case[] = [
  ...(Object.keys(ACTIVATIONS) as Activation[]).map((activation): Case => ({
    name: `dense(), ${activation}`,
    shapes: activation === "linear" ? [[2, 3], [3, 2], [2]] : [[1, 1], [1, 2], [2]],
    compute: ({ dense }, [x, weights, bias]) => [
      dense(x as tf.Tensor2D, { weights: weights as tf.Tensor2D, bias: bias as tf.Tensor1D }, {
        activation,
        input: "data",
      }),
    ],
  })),
  {
    name: "dense() and gradients",
    shapes: [[2, 3], [3, 2], [2]],
    compute: ({ dense }, inputs) =>
      withGradients(
        (x, weights, bias) =>
          dense(x as tf.Tensor2D, { weights: weights as tf.Tensor2D, bias: bias as tf.Tensor1D }, {
            activation: "linear",
            input: "linear",
          }),
        inputs,
      ),
  },
  ...(["max", "average", "l2"] as const).flatMap((kind) =>
    [[2, 2, 0], [3, 2, 0], [2, 1, 0], ...(kind === "l2" ? [] : [[3, 2, 1]])].map(([size, stride, padding]): Case => ({
      name: `pool() and gradient, ${kind} of ${size}x${size}, stride ${stride}, padding ${padding}`,
      shapes: [[1, 4, 4, 1]],
      compute: ({ pool }, inputs) =>
        withGradients(
          (x) => pool(x as tf.Tensor4D, { kind, size: size!, stride: stride!, padding: padding!, input: "linear" }),
          inputs,
        ),
      ...(kind === "max" && { differs: keepsNaN }),
    }))
  ),
  ...[0, 1].map((padding): Case => ({
    name: `convolution() and gradients, padding ${padding}`,
    shapes: [[1, 3, 3, 1], [3, 3, 1, 1], [1]],
    compute: ({ convolution }, inputs) =>
      withGradients(
        (x, weights, bias) =>
          convolution(x as tf.Tensor4D, { weights: weights as tf.Tensor4D, bias: bias as tf.Tensor1D }, {
            ...CONVOLUTION,
            padding,
          }),
        inputs,
      ),
    ...(padding > 0 && { differs: multipliesZeros }),
  })),
  ...(["max", "average", "l2"] as const).map((kind): Case => ({
    name: `pooledConvolution(), ${kind}`,
    shapes: [[1, 5, 5, 1], [2, 2, 1, 1], [1]],
    compute: ({ pooledConvolution }, [x, weights, bias]) => [
      pooledConvolution(x as tf.Tensor4D, { weights: weights as tf.Tensor4D, bias: bias as tf.Tensor1D }, {
        ...CONVOLUTION,
        padding: 0,
        activation: "tanh",
        input: "data",
        pooling: { kind, size: 2, stride: 2, padding: 0 },
      }),
    ],
    ...(kind === "max" && { differs: keepsNaN }),
  })),
  {
    name: "local() and gradients",
    shapes: [[1, 3, 3, 1], [4, 4, 1], [4, 1]],
    compute: ({ local }, inputs) =>
      withGradients(
        (x, weights, bias) =>
          local(x as tf.Tensor4D, { weights: weights as tf.Tensor3D, bias: bias as tf.Tensor2D }, {
            kernel: 2,
            stride: 1,
            padding: 0,
            activation: "linear",
            input: "linear",
          }),
        inputs,
      ),
    // The plain form cuts patches out by a convolution, which spreads one value over all of them.
    differs: ({ cpu }) => cpu === "NaN",
  },
  {
    name: "subsample() and gradients",
    shapes: [[1, 4, 4, 1], [1], [1]],
    compute: ({ subsample }, inputs) =>
      withGradients(
        (x, coefficient, bias) =>
          subsample(x as tf.Tensor4D, { coefficient: coefficient as tf.Tensor1D, bias: bias as tf.Tensor1D }, {
            size: 2,
            activation: "linear",
            input: "linear",
          }),
        inputs,
      ),
  },
  {
    name: "prelu() and gradients",
    shapes: [[1, 2, 2, 2], [2]],
    compute: ({ prelu }, inputs) => withGradients((z, slope) => prelu(z as tf.Tensor4D, slope as tf.Tensor1D), inputs),
  },
  {
    name: "dropout() and gradients",
    shapes: [[1, 2, 2, 1], [1, 2, 2, 1]],
    compute: ({ dropout }, [x, mask]) => [dropout(x as tf.Tensor4D, mask as tf.Tensor4D, { input: "data" })],
  },
  {
    name: "normalise()",
    shapes: [[1, 2, 2, 1], [1], [1], [2, 1]],
    compute: ({ normalise }, [x, scale, shift, statistics]) => [
      normalise(x as tf.Tensor4D, { scale: scale as tf.Tensor1D, shift: shift as tf.Tensor1D }, {
        statistics: tf.abs(statistics as tf.Tensor2D),
        activation: "linear",
      }),
    ],
  },
  ...(["softmax_cross_entropy", "squared_error"] as const).map((loss): Case => ({
    name: `losses() and gradient, ${loss}`,
    shapes: [[3, 4]],
    compute: ({ losses }, inputs) =>
      withGradients(
        (outputs) => losses(outputs as tf.Tensor2D, tf.tensor1d([0, 1, 3], "int32"), { loss, input: "linear" }),
        inputs,
      ),
    // The share of a class at minus infinity is 0; the cpu backend makes 0 times infinity of it.
    ...(loss === "softmax_cross_entropy" && { differs: ({ wrong }) => wrong === -Infinity }),
  })),
  { name: "sum()", shapes: [[5, 4]], compute: (_, [x]) => [tf.sum(x!, 0), tf.sum(x!)] },
];

for (const { name, shapes, compute, differs = () => false } of CASES) {
  Deno.test(`${name}: what is not finite is not swallowed, in any position`, () =>
    withTunedKernels(async () => {
      const sizes = shapes.map((shape) => tf.util.sizeFromShape([...shape]));
      for (const [input, size] of sizes.entries()) {
        for (let at = 0; at < size; at++) {
          for (const wrong of [NaN, Infinity, -Infinity]) {
            const on = (operations: Operations) => () =>
              compute(
                operations,
                shapes.map((shape, i) => {
                  const data = values(shape, i + 1).dataSync();
                  return tf.tensor(i === input ? data.with(at, wrong) : data, [...shape]);
                }),
              );
            const actual = await valuesOn("webgpu", on(TUNED));
            const expected = await valuesOn("cpu", on(PLAIN));
            actual.forEach(({ data }, output) =>
              data.forEach((value, i) => {
                const [actual, cpu] = [kindOf(value), kindOf(expected[output]!.data[i]!)];
                if (actual === cpu || differs({ wrong, input, output, actual, cpu })) return;
                assert.fail(`${wrong} at ${at} of input ${input}: output ${output} is ${value}, cpu ${cpu}`);
              })
            );
          }
        }
      }
    }));
}

function kindOf(value: number): string {
  return Number.isFinite(value) ? "finite" : `${value}`;
}

Deno.test("pool() of a window with a NaN in any place is NaN, and of infinities the larger", () =>
  withTunedKernels(async () => {
    const pool = async (row: number[]) => {
      const [pooled] = await valuesOn("webgpu", () => [
        TUNED.pool(tf.tensor4d(row, [1, 2, 2, 1]), { kind: "max", size: 2, stride: 2, padding: 0, input: "data" }),
      ]);
      return pooled!.data[0];
    };
    for (let at = 0; at < 4; at++) {
      assert.equal(await pool([1, 2, 3, 4].with(at, NaN)), NaN);
      assert.equal(await pool(Array(4).fill(-Infinity).with(at, NaN)), NaN);
      assert.equal(await pool(Array(4).fill(Infinity).with(at, NaN)), NaN);
      assert.equal(await pool([1, 2, 3, 4].with(at, Infinity)), Infinity);
      assert.equal(await pool(Array(4).fill(-Infinity).with(at, -5)), -5);
    }
    assert.equal(await pool(Array(4).fill(NaN)), NaN);
    assert.equal(await pool(Array(4).fill(-Infinity)), -Infinity);
  }));
