/**
 * What layers and losses are made of, as an interface, so that the tuned kernels can put whole layers in place of
 * single TensorFlow.js operations; and its plain form in TensorFlow.js operations, which runs on every backend.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { ACTIVATIONS } from "./activations.ts";
import type { Activation } from "./spec.ts";

/**
 * What an operation's input is: the values of an activation, or `data`, for which no gradient is wanted.
 *
 * The operations of one implementation belong together: the input's activation tells an operation that it may pass back
 * the gradient with respect to what stands before that activation. Nothing else may read an operation's result then.
 */
export type InputKind = Activation | "data";

/** `softmax_cross_entropy` or `squared_error`, as defined at `Recipe.loss` in `suites/suite.ts`. */
export type Loss = "softmax_cross_entropy" | "squared_error";

export interface WeightsAndBias<W extends tf.Tensor> {
  readonly weights: W;
  /** [units or maps] */
  readonly bias: tf.Tensor1D;
}

/** Layers and losses over batches; images are [n, height, width, maps]. */
export interface Operations {
  /** [n, inputs] times weights [inputs, units] plus bias, activated. */
  dense(
    x: tf.Tensor2D,
    parameters: WeightsAndBias<tf.Tensor2D>,
    options: { readonly activation: Activation; readonly input: InputKind },
  ): tf.Tensor2D;

  /** Cross-correlation with weights [kernel, kernel, maps in, maps out] plus bias, activated. */
  convolution(
    x: tf.Tensor4D,
    parameters: WeightsAndBias<tf.Tensor4D>,
    options: {
      readonly stride: number;
      readonly padding: number;
      readonly activation: Activation;
      readonly input: InputKind;
    },
  ): tf.Tensor4D;

  /** Maximum or mean of windows, of what lies inside the image; incomplete windows dropped. */
  pool(
    x: tf.Tensor4D,
    options: {
      readonly kind: "max" | "average";
      readonly size: number;
      readonly stride: number;
      readonly padding: number;
      readonly input: InputKind;
    },
  ): tf.Tensor4D;

  /** Sum of non-overlapping windows, times a coefficient a map, plus a bias a map, activated. */
  subsample(
    x: tf.Tensor4D,
    parameters: { readonly coefficient: tf.Tensor1D; readonly bias: tf.Tensor1D },
    options: { readonly size: number; readonly activation: Activation; readonly input: InputKind },
  ): tf.Tensor4D;

  /** `x` for a reader that is no operation of this interface: one that passes back the gradient with respect to `x`. */
  value(x: tf.Tensor4D, options: { readonly input: InputKind }): tf.Tensor4D;

  /**
   * Each image's loss, and 1 where its largest output is another class's, else 0: [n, 2]. Differentiable in the first
   * column.
   *
   * @param outputs [n, classes]
   * @param labels [n], int32
   */
  losses(
    outputs: tf.Tensor2D,
    labels: tf.Tensor1D,
    options: { readonly loss: Loss; readonly input: InputKind },
  ): tf.Tensor2D;
}

/** The operations in TensorFlow.js's own. */
export const PLAIN: Operations = {
  dense: (x, { weights, bias }, { activation }) => ACTIVATIONS[activation](tf.add(tf.matMul(x, weights), bias)),

  convolution: (x, { weights, bias }, { stride, padding, activation }) =>
    ACTIVATIONS[activation](tf.add(tf.conv2d(x, weights, stride, padding), bias)),

  pool: (x, { kind, size, stride, padding }) => (kind === "max" ? tf.maxPool : tf.avgPool)(x, size, stride, padding),

  value: (x) => x,

  subsample(x, { coefficient, bias }, { size, activation }) {
    // The coefficient multiplies the window's sum: size^2 times its mean.
    const scale = tf.mul(coefficient, size ** 2);
    return ACTIVATIONS[activation](tf.add(tf.mul(tf.avgPool(x, size, size, "valid"), scale), bias));
  },

  losses(outputs, labels, { loss }) {
    // A function of nothing, as far as gradients go: comparisons have none.
    const wrong = tf.customGrad(() => ({
      value: tf.cast(tf.notEqual(tf.argMax(outputs, 1), labels), "float32"),
      gradFunc: () => [],
    }))();
    return tf.stack([LOSSES[loss](outputs, tf.oneHot(labels, outputs.shape[1])), wrong], 1) as tf.Tensor2D;
  },
};

/** An image's loss for outputs and one-hot targets [n, classes]: [n]. */
const LOSSES: Readonly<Record<Loss, (outputs: tf.Tensor2D, oneHot: tf.Tensor) => tf.Tensor>> = {
  softmax_cross_entropy: (outputs, oneHot) =>
    tf.losses.softmaxCrossEntropy(oneHot, outputs, undefined, 0, tf.Reduction.NONE),
  squared_error: (outputs, oneHot) =>
    tf.mul(tf.sum(tf.squaredDifference(outputs, tf.sub(tf.mul(oneHot, 2), 1)), 1), 0.5),
};
