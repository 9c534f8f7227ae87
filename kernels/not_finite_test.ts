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
import { kindOf, NOT_FINITE, values, valuesOn, withTunedKernels } from "./testing.ts";

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

/** A derivative or slope where there is no number is none: the cpu backend takes the one for negative values. */
const hasNoSlope = ({ wrong, actual }: Kinds) => Number.isNaN(wrong) && actual === "NaN";

/** Infinities of both signs, added up in another order, are NaN or infinite. */
const isNotFinite = ({ actual, cpu }: Kinds) => actual !== "finite" && cpu !== "finite";

const CONVOLUTION = { stride: 1, activation: "linear", input: "linear" } as const;

/** Operations that read what another one has rectified. */
const RECTIFIED: readonly (Pick<Case, "name" | "differs"> & {
  readonly follow: (operations: Operations, x: tf.Tensor4D) => tf.Tensor;
})[] = [
  { name: "value()", follow: ({ value }, x) => value(x, { input: "relu" }) },
  ...(["max", "average", "l2"] as const).map((kind) => ({
    name: `pool(), ${kind}`,
    follow: ({ pool }: Operations, x: tf.Tensor4D) => pool(x, { kind, size: 2, stride: 2, padding: 0, input: "relu" }),
    ...(kind === "max" && { differs: keepsNaN }),
  })),
  {
    name: "convolution()",
    follow: ({ convolution }, x) =>
      convolution(x, { weights: values([3, 3, 1, 1], 5) as tf.Tensor4D, bias: tf.zeros([1]) }, {
        ...CONVOLUTION,
        padding: 0,
        input: "relu",
      }),
  },
  {
    name: "local()",
    follow: ({ local }, x) =>
      local(x, { weights: values([9, 4, 1], 5) as tf.Tensor3D, bias: tf.zeros([9, 1]) }, {
        ...CONVOLUTION,
        kernel: 2,
        padding: 0,
        input: "relu",
      }),
    differs: ({ cpu }) => cpu === "NaN",
  },
  {
    name: "dropout()",
    follow: ({ dropout }, x) => dropout(x, values([1, 4, 4, 1], 5) as tf.Tensor4D, { input: "relu" }),
  },
  { name: "batchNorm()", follow: normalised, differs: isNotFinite },
];

/** Batch normalisation of a single map. */
function normalised({ batchNorm }: Operations, x: tf.Tensor4D): tf.Tensor {
  const statistics = tf.variable(tf.tensor2d([0, 1], [2, 1]));
  const parameters = { scale: tf.tensor1d([2]), shift: tf.tensor1d([1]) };
  const y = batchNorm(x, parameters, { statistics, activation: "linear", input: "relu" });
  statistics.dispose();
  return y;
}

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
  // The second layer passes back the gradient with respect to what the first one activates.
  ...(Object.keys(ACTIVATIONS) as Activation[]).map((activation): Case => ({
    name: `dense() and gradients after ${activation}`,
    shapes: [[1, 1], [1, 2], [2], [2, 1], [1]],
    compute: ({ dense }, inputs) =>
      withGradients((x, weights, bias, nextWeights, nextBias) => {
        const first = { weights: weights as tf.Tensor2D, bias: bias as tf.Tensor1D };
        const next = { weights: nextWeights as tf.Tensor2D, bias: nextBias as tf.Tensor1D };
        const hidden = dense(x as tf.Tensor2D, first, { activation, input: "linear" });
        return dense(hidden, next, { activation: "linear", input: activation });
      }, inputs),
    ...(activation === "leaky_relu" && { differs: hasNoSlope }),
    // Where it saturates, its derivative is 0 or what rounding leaves: infinity times that is NaN or infinite.
    ...(activation === "scaled_tanh" && { differs: isNotFinite }),
  })),
  ...RECTIFIED.map(({ name, follow, differs }): Case => ({
    name: `${name} and gradients after relu`,
    shapes: [[1, 4, 4, 1]],
    compute: (operations, inputs) =>
      withGradients((x) => {
        const ones = { weights: tf.ones<tf.Rank.R4>([1, 1, 1, 1]), bias: tf.zeros<tf.Rank.R1>([1]) };
        const options = { ...CONVOLUTION, padding: 0, activation: "relu" } as const;
        return follow(operations, operations.convolution(x as tf.Tensor4D, ones, options));
      }, inputs),
    ...(differs && { differs }),
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
    name: `pooledConvolution() and gradients, ${kind}`,
    shapes: [[1, 5, 5, 1], [2, 2, 1, 1], [1]],
    compute: ({ pooledConvolution }, inputs) =>
      withGradients((x, weights, bias) => {
        const parameters = { weights: weights as tf.Tensor4D, bias: bias as tf.Tensor1D };
        const pooling = { kind, size: 2, stride: 2, padding: 0 };
        const options = { ...CONVOLUTION, padding: 0, activation: "tanh", pooling } as const;
        return pooledConvolution(x as tf.Tensor4D, parameters, options);
      }, inputs),
    differs: (kinds) => multipliesZeros(kinds) || kind === "max" && keepsNaN(kinds),
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
    differs: (kinds) => kinds.input === 0 && kinds.output > 0 && hasNoSlope(kinds),
  },
  {
    name: "dropout()",
    shapes: [[1, 2, 2, 1], [1, 2, 2, 1]],
    compute: ({ dropout }, [x, mask]) => [dropout(x as tf.Tensor4D, mask as tf.Tensor4D, { input: "data" })],
  },
  {
    name: "batchNorm(), gradients and moved statistics",
    shapes: [[1, 2, 3, 2], [2], [2], [2, 2]],
    compute: ({ batchNorm }, [x, scale, shift, start]) => {
      const statistics = tf.variable(tf.abs(start as tf.Tensor2D));
      const outputs = withGradients(
        (x, scale, shift) =>
          batchNorm(x as tf.Tensor4D, { scale: scale as tf.Tensor1D, shift: shift as tf.Tensor1D }, {
            statistics,
            activation: "linear",
            input: "linear",
          }),
        [x!, scale!, shift!],
      );
      const moved = tf.clone(statistics);
      statistics.dispose();
      return [...outputs, moved];
    },
    differs: isNotFinite,
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
          for (const wrong of NOT_FINITE) {
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
