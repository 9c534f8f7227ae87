/**
 * The operations of layers and losses as an interface, so that the tuned kernels can replace several TensorFlow.js
 * operations by a whole layer; and the plain form in TensorFlow.js operations, which runs on every backend.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { ACTIVATIONS } from "./activations.ts";
import type { Activation } from "./spec.ts";

/**
 * Where an operation's input comes from: an activation, or `data`, for which no gradient is needed.
 *
 * The operations of one implementation belong together: the input's activation tells an operation that it may pass back
 * the gradient with respect to the input of that activation. Then nothing else may read an operation's result.
 */
export type InputKind = Activation | "data";

/** What training lowers. */
export type Loss = UnitLoss | RbfLoss;

/** The losses of ordinary units, as defined at `Recipe.loss`. */
export type UnitLoss = "softmax_cross_entropy" | "squared_error";

/**
 * The losses of RBF outputs: `rbf_mse` is the squared distance y_D to the right class's code (LeCun 1998, eq. 8).
 * `rbf_map` adds log(exp(-j) + sum_i exp(-y_i)), which pushes the other codes away; the paper does not print its
 * constant j > 0 (eq. 9).
 */
export type RbfLoss = "rbf_mse" | { readonly kind: "rbf_map"; readonly j: number };

/** Whether `loss` is for RBF outputs. */
export function isRbfLoss(loss: Loss): loss is RbfLoss {
  return loss === "rbf_mse" || typeof loss === "object";
}

/** Parameters of a layer with weights. */
export interface WeightsAndBias<W extends tf.Tensor> {
  /** Shape as the operation says. */
  readonly weights: W;
  /** [units or maps] */
  readonly bias: tf.Tensor1D;
}

/** Factors and summands of batch normalisation, one per map. */
export interface ScaleAndShift {
  /** Factors, [maps]. */
  readonly scale: tf.Tensor1D;
  /** Summands, [maps]. */
  readonly shift: tf.Tensor1D;
}

/**
 * Constants of batch normalisation. `epsilon` is added to a variance before its root is taken. After each batch, a
 * running statistic becomes `momentum` times itself plus `1 - momentum` times the batch's. Ioffe and Szegedy 2015 leave
 * both open; these are the defaults of PyTorch, which writes the momentum as 0.1.
 */
export const BATCH_NORM = { epsilon: 1e-5, momentum: 0.9 } as const;

/** How a convolution reads its input, and what follows it. */
export interface ConvolutionOptions {
  readonly stride: number;
  readonly padding: number;
  readonly activation: Activation;
  readonly input: InputKind;
}

/** Windows of size x size that are pooled. */
export interface Windows {
  readonly kind: "max" | "average" | "l2";
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
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
    options: ConvolutionOptions,
  ): tf.Tensor4D;

  /** The {@linkcode convolution}, then {@linkcode pool} of its result. */
  pooledConvolution(
    x: tf.Tensor4D,
    parameters: WeightsAndBias<tf.Tensor4D>,
    options: ConvolutionOptions & { readonly pooling: Windows },
  ): tf.Tensor4D;

  /**
   * A convolution of kernel x kernel taps with weights of their own for every output position: weights [positions,
   * kernel x kernel x maps in, maps out] and bias [positions, maps out], the positions row by row; activated.
   */
  local(
    x: tf.Tensor4D,
    parameters: { readonly weights: tf.Tensor3D; readonly bias: tf.Tensor2D },
    options: {
      readonly kernel: number;
      readonly stride: number;
      readonly padding: number;
      readonly activation: Activation;
      readonly input: InputKind;
    },
  ): tf.Tensor4D;

  /**
   * Maximum, mean, or root mean square of windows, only over what lies inside the image; incomplete windows are
   * dropped.
   */
  pool(
    x: tf.Tensor4D,
    options: Windows & { readonly input: InputKind },
  ): tf.Tensor4D;

  /** Sum of non-overlapping windows, times one coefficient per map, plus one bias per map, activated. */
  subsample(
    x: tf.Tensor4D,
    parameters: { readonly coefficient: tf.Tensor1D; readonly bias: tf.Tensor1D },
    options: { readonly size: number; readonly activation: Activation; readonly input: InputKind },
  ): tf.Tensor4D;

  /** `x` for a reader that is not an operation of this interface, and passes back the gradient with respect to `x`. */
  value(x: tf.Tensor4D, options: { readonly input: InputKind }): tf.Tensor4D;

  /**
   * Each map to mean 0 and variance 1 over the batch and all positions, times its scale, plus its shift, activated.
   * Moves the running `statistics`, a row of means and one of variances [2, maps], towards the batch's: its variance
   * as an estimate, with one degree of freedom less (Ioffe and Szegedy 2015, algorithms 1 and 2).
   */
  batchNorm(
    x: tf.Tensor4D,
    parameters: ScaleAndShift,
    options: {
      readonly statistics: tf.Variable<tf.Rank.R2>;
      readonly activation: Activation;
      readonly input: InputKind;
    },
  ): tf.Tensor4D;

  /** {@linkcode batchNorm} with given `statistics`, which it does not change: for use outside training. */
  normalise(
    x: tf.Tensor4D,
    parameters: ScaleAndShift,
    options: { readonly statistics: tf.Tensor2D; readonly activation: Activation },
  ): tf.Tensor4D;

  /** Each value times the value of `mask` at its place; both have the same shape. */
  dropout(x: tf.Tensor4D, mask: tf.Tensor4D, options: { readonly input: InputKind }): tf.Tensor4D;

  /**
   * `z` if it is above 0, else `slope` [maps] times `z`: an activation that is an operation of its own, since it
   * learns. The operation that returns `z` has the activation `linear`, and so has the result for its readers.
   */
  prelu(z: tf.Tensor4D, slope: tf.Tensor1D): tf.Tensor4D;

  /**
   * Each image's loss, and 1 if its largest output belongs to another class, else 0: [n, 2]. The first column is
   * differentiable.
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

/** The operations, made of TensorFlow.js's own. */
export const PLAIN: Operations = {
  dense: (x, { weights, bias }, { activation }) => ACTIVATIONS[activation](tf.add(tf.matMul(x, weights), bias)),

  convolution: (x, { weights, bias }, { stride, padding, activation }) =>
    ACTIVATIONS[activation](tf.add(tf.conv2d(x, weights, stride, padding), bias)),

  pooledConvolution: (x, parameters, { pooling, ...options }) =>
    PLAIN.pool(PLAIN.convolution(x, parameters, options), { ...pooling, input: options.activation }),

  local(x, { weights, bias }, { kernel, stride, padding, activation }) {
    const maps = x.shape[3];
    const taps = kernel ** 2;
    // A convolution of every map with one kernel per tap, which copies it, puts the inputs of a position side by side.
    const copies = tf.tile(tf.reshape(tf.eye(taps), [kernel, kernel, 1, taps]), [1, 1, maps, 1]) as tf.Tensor4D;
    const patches = tf.depthwiseConv2d(x, copies, stride, padding);
    const [n, height, width] = patches.shape;
    const byPosition = tf.transpose(tf.reshape(patches, [n, height * width, maps, taps]), [1, 0, 3, 2]);
    const inputs = tf.reshape(byPosition, [height * width, n, taps * maps]);
    const products = tf.transpose(tf.matMul(inputs, weights), [1, 0, 2]);
    return ACTIVATIONS[activation](tf.reshape(tf.add(products, bias), [n, height, width, -1])) as tf.Tensor4D;
  },

  pool(x, { kind, size, stride, padding }) {
    switch (kind) {
      case "max":
        return tf.maxPool(x, size, stride, padding);
      case "average":
        return tf.avgPool(x, size, stride, padding);
      case "l2":
        return root(tf.avgPool(tf.square(x), size, stride, padding));
    }
  },

  value: (x) => x,

  subsample(x, { coefficient, bias }, { size, activation }) {
    // The coefficient multiplies the window's sum: size^2 times its mean.
    const scale = tf.mul(coefficient, size ** 2);
    return ACTIVATIONS[activation](tf.add(tf.mul(tf.avgPool(x, size, size, "valid"), scale), bias));
  },

  batchNorm(x, parameters, { statistics, activation }) {
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    const values = x.size / mean.size;
    const estimates = tf.stack([mean, tf.mul(variance, values / Math.max(values - 1, 1))]);
    const step = tf.mul(tf.sub(estimates, statistics), 1 - BATCH_NORM.momentum);
    statistics.assign(tf.add(statistics, step));
    return ACTIVATIONS[activation](normalised(x, parameters, { mean, variance }));
  },

  normalise(x, parameters, { statistics, activation }) {
    const [mean, variance] = tf.unstack(statistics) as [tf.Tensor, tf.Tensor];
    return ACTIVATIONS[activation](normalised(x, parameters, { mean, variance }));
  },

  dropout: (x, mask) => tf.mul(x, mask),
  prelu: (z, slope) => tf.prelu<tf.Tensor>(z, slope) as tf.Tensor4D,

  losses(outputs, labels, { loss }) {
    // Without inputs, as far as gradients are concerned: comparisons have none.
    const wrong = tf.customGrad(() => ({
      value: tf.cast(tf.notEqual(tf.argMax(outputs, 1), labels), "float32"),
      gradFunc: () => [],
    }))();
    return tf.stack(
      [lossesOf(outputs, { oneHot: tf.oneHot(labels, outputs.shape[1]), loss }), wrong],
      1,
    ) as tf.Tensor2D;
  },
};

function normalised(
  x: tf.Tensor4D,
  { scale, shift }: ScaleAndShift,
  { mean, variance }: { mean: tf.Tensor; variance: tf.Tensor },
): tf.Tensor4D {
  const inverseDeviation = tf.rsqrt(tf.add(variance, BATCH_NORM.epsilon));
  return tf.add(tf.mul(tf.sub(x, mean), tf.mul(inverseDeviation, scale)), shift);
}

/** The square root, with gradient 0 instead of infinity at 0. */
function root(x: tf.Tensor4D): tf.Tensor4D {
  return tf.customGrad((x, save) => {
    const value = tf.sqrt(x as tf.Tensor);
    (save as tf.GradSaveFunc)([value]);
    return { value, gradFunc: (dy, [value]) => tf.divNoNan(dy, tf.mul(value!, 2)) };
  })(x) as tf.Tensor4D;
}

/** An image's loss for outputs and one-hot targets [n, classes]: [n]. */
function lossesOf(outputs: tf.Tensor2D, { oneHot, loss }: { oneHot: tf.Tensor; loss: Loss }): tf.Tensor {
  switch (loss) {
    case "softmax_cross_entropy":
      return tf.losses.softmaxCrossEntropy(oneHot, outputs, undefined, 0, tf.Reduction.NONE);
    case "squared_error":
      return tf.mul(tf.sum(tf.squaredDifference(outputs, tf.sub(tf.mul(oneHot, 2), 1)), 1), 0.5);
    case "rbf_mse":
      return tf.neg(tf.sum(tf.mul(outputs, oneHot), 1));
    default: {
      // RBF outputs are minus the distances, so the rubbish class at distance j is one more output of -j.
      const rubbish = tf.fill([outputs.shape[0], 1], -loss.j);
      return tf.sub(tf.logSumExp(tf.concat([outputs, rubbish], 1), 1), tf.sum(tf.mul(outputs, oneHot), 1));
    }
  }
}
