/**
 * Layers and losses in as few dispatches as the tuned kernels allow: bias and activation are applied where a product or
 * convolution is stored, and an activation's derivative where the gradient with respect to its value is stored.
 *
 * For the second, an operation passes back the gradient with respect to the value *before* its input's activation,
 * and takes the gradient that it receives as the one before its own: so the gradient of an activation never needs a
 * separate dispatch. The convention holds between these operations only ({@linkcode InputKind}).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { ACTIVATIONS } from "../models/network/activations.ts";
import { type InputKind, isRbfLoss, type Operations, PLAIN } from "../models/network/operations.ts";
import type { Activation } from "../models/network/spec.ts";
import { coversPooledConvolution } from "./convolution/conv2d.ts";
import { coversConvolution } from "./convolution/conv2d_backprop_filter.ts";
import { localGeometry } from "./convolution/local_geometry.ts";
import { coversPooling } from "./pooling/pool_gradient.ts";
import { REGULARISATION } from "./training/regularisation_operations.ts";
import { run, runForTwo } from "./wgsl/run.ts";

/** The operations on the webgpu backend, with the tuned kernels installed. */
export const TUNED: Operations = {
  dense(x, parameters, { activation, input }) {
    const layer: Layer<tf.Tensor2D, tf.Tensor2D> = {
      forward: (x, { weights, bias }) => [run("_FusedMatMul", { a: x, b: weights, bias }, { activation })],
      gradients: (dz, x) => runForTwo("DenseParameterGradients", { x, dy: dz }, {}),
      inputGradient: (dz, { x, weights, activation }) =>
        run("MatMulTimesDerivative", { a: dz, b: weights, activated: x }, { transposeB: true, activation }),
    };
    return differentiable(layer, x, { parameters, input });
  },

  convolution(x, parameters, { stride, padding, activation, input }) {
    const { weights, bias } = parameters;
    const attrs = convolutionAttributes({ stride, padding });
    if (!coversConvolution(x.shape, weights.shape, attrs)) {
      return activate(tf.add(tf.conv2d(beforeActivation(x, input), weights, stride, padding), bias), activation);
    }
    return differentiable(convolutionLayer(x, weights, { ...attrs, activation }), x, { parameters, input });
  },

  pooledConvolution(x, parameters, { pooling, ...options }) {
    const { stride, padding, activation, input } = options;
    const { kind, size } = pooling;
    const attrs = convolutionAttributes({ stride, padding });
    const isCovered = pooling.stride === size && pooling.padding === 0 &&
      coversPooledConvolution(x.shape, parameters.weights.shape, { ...attrs, window: size });
    if (!isCovered) {
      return TUNED.pool(TUNED.convolution(x, parameters, options), { ...pooling, input: activation });
    }
    const layer: Layer<tf.Tensor4D, tf.Tensor4D> = {
      ...convolutionLayer(x, parameters.weights, { ...attrs, activation }),
      forward(x, { weights, bias }) {
        const how = { ...attrs, activation, window: size, pooling: kind };
        const [convolved, pooled] = runForTwo<tf.Tensor4D>("PooledConv2D", { x, filter: weights, bias }, how);
        return [pooled, convolved, pooled];
      },
      unpooled: (dy, [convolved, pooled]) =>
        run(POOLING[kind].gradient, { dy, input: convolved!, output: pooled! }, {
          filterSize: size,
          strides: size,
          pad: 0,
          activation,
        }),
    };
    return differentiable(layer, x, { parameters, input });
  },

  local(x, parameters, { kernel, stride, padding, activation, input }) {
    const attrs = { kernel, strides: stride, pad: padding };
    if (!localGeometry(x.shape, parameters.weights.shape, attrs)) {
      const options = { kernel, stride, padding, activation: "linear", input } as const;
      return activate(PLAIN.local(beforeActivation(x, input), parameters, options), activation);
    }
    const { weights, bias } = parameters;
    const layer: Layer<tf.Tensor4D, tf.Tensor3D> = {
      forward: (x, { weights, bias }) => [run("Local", { x, weights, bias }, { ...attrs, activation })],
      gradients: (dz, x) => [
        run("LocalWeightGradient", { x, dy: dz }, { ...attrs, weightsShape: weights.shape }),
        run("ColumnSum", { x: dz }, { offset: 0, outputShape: bias.shape }),
      ],
      inputGradient: (dz, { x, weights, activation }) =>
        run("LocalInputGradient", { dy: dz, weights, activated: x }, { ...attrs, activation }),
    };
    return differentiable(layer, x, { parameters, input });
  },

  value: (x, { input }) => beforeActivation(x, input),

  pool(x, { kind, size, stride, padding, input }) {
    const attrs = { filterSize: size, strides: stride, pad: padding };
    if (!coversPooling(x.shape, attrs)) {
      return PLAIN.pool(beforeActivation(x, input), { kind, size, stride, padding, input });
    }
    const { forward, gradient } = POOLING[kind];
    if (input === "data") return run(forward, { x }, attrs);
    return tf.customGrad((x, save) => {
      const output = run(forward, { x: x as tf.Tensor }, attrs);
      (save as tf.GradSaveFunc)([x as tf.Tensor, output]);
      return {
        value: output,
        gradFunc: (dy, [input_, output]) =>
          run(gradient, { dy, input: input_!, output: output! }, { ...attrs, activation: input }),
      };
    })(x) as tf.Tensor4D;
  },

  subsample(x, { coefficient, bias }, { size, activation, input }) {
    const mean = TUNED.pool(x, { kind: "average", size, stride: size, padding: 0, input });
    const factor = size ** 2;
    return tf.customGrad((x, scale, shift, save) => {
      (save as tf.GradSaveFunc)([x as tf.Tensor, scale as tf.Tensor]);
      return {
        value: run("ScaleShift", { x, scale, shift } as tf.NamedTensorMap, { factor, activation }),
        gradFunc(dz, [x, scale]) {
          const slices = run("ScaleShiftGradientSlices", { x: x!, dy: dz }, { factor });
          const { shape } = scale!;
          return [
            run("ScaleShiftInputGradient", { dy: dz, scale: scale! }, { factor }),
            ...runForTwo("SplitColumnSum", { x: slices }, { firstShape: shape, secondShape: shape }),
          ];
        },
      };
    })(mean, coefficient, bias) as tf.Tensor4D;
  },

  ...REGULARISATION,
  prelu: (z, slope) =>
    tf.customGrad((z, slope, save) => {
      (save as tf.GradSaveFunc)([z as tf.Tensor, slope as tf.Tensor]);
      return {
        value: run("Prelu", { x: z, alpha: slope } as tf.NamedTensorMap, {}),
        gradFunc: (dy, [z, slope]) => [
          run("PreluInputGradient", { z: z!, slope: slope!, dy }, {}),
          run("ColumnSum", { x: run("PreluGradientSlices", { z: z!, dy }, {}) }, {
            offset: 0,
            outputShape: slope!.shape,
          }),
        ],
      };
    })(z, slope) as tf.Tensor4D,

  losses(outputs, labels, { loss, input }) {
    if (isRbfLoss(loss)) return PLAIN.losses(beforeActivation(outputs, input), labels, { loss, input });
    return tf.customGrad((outputs, save) => {
      (save as tf.GradSaveFunc)([outputs as tf.Tensor]);
      return {
        value: run("BatchLosses", { outputs: outputs as tf.Tensor, labels }, { loss }),
        gradFunc: (dy, [outputs]) =>
          run("BatchLossesGradient", { outputs: outputs!, labels, dy }, { loss, activation: activationOf(input) }),
      };
    })(outputs) as tf.Tensor2D;
  },
};

/** As TensorFlow.js's kernels take them. */
function convolutionAttributes({ stride, padding }: { stride: number; padding: number }) {
  return { strides: stride, pad: padding, dataFormat: "NHWC", dilations: 1 };
}

const POOLING = {
  max: { forward: "MaxPool", gradient: "MaxPoolGrad" },
  average: { forward: "AvgPool", gradient: "AvgPoolGrad" },
  l2: { forward: "L2Pool", gradient: "L2PoolGrad" },
} as const;

/** A layer with weights and a bias. `dz` is the gradient with respect to the value before its activation. */
interface Layer<X extends tf.Tensor, W extends tf.Tensor> {
  /** The layer's value, and what its gradient needs besides the input. */
  forward(x: X, parameters: { weights: W; bias: tf.Tensor }): readonly [value: X, ...kept: tf.Tensor[]];
  /** `dz`, if that is not the gradient `dy` that the layer receives. */
  unpooled?(dy: tf.Tensor, kept: readonly tf.Tensor[]): tf.Tensor;
  /** With respect to weights and bias. */
  gradients(dz: tf.Tensor, x: X): [tf.Tensor, tf.Tensor];
  /** With respect to the value before the input's activation. */
  inputGradient(dz: tf.Tensor, of: { x: X; weights: W; activation: Activation }): X;
}

function convolutionLayer(
  x: tf.Tensor4D,
  weights: tf.Tensor4D,
  { activation, ...attrs }: ReturnType<typeof convolutionAttributes> & { activation: Activation },
): Layer<tf.Tensor4D, tf.Tensor4D> {
  const filterShape = weights.shape;
  const inputShape = x.shape;
  return {
    forward: (x, { weights, bias }) => [run("FusedConv2D", { x, filter: weights, bias }, { ...attrs, activation })],
    gradients: (dz, x) => runForTwo("Conv2DParameterGradients", { x, dy: dz }, { ...attrs, filterShape }),
    inputGradient: (dz, { x, weights, activation }) =>
      run("Conv2DBackpropInputTimesDerivative", { dy: dz, filter: weights, activated: x }, {
        ...attrs,
        inputShape,
        activation,
      }),
  };
}

function differentiable<X extends tf.Tensor, W extends tf.Tensor>(
  { forward, unpooled = (dy) => dy, gradients, inputGradient }: Layer<X, W>,
  x: X,
  { parameters: { weights, bias }, input }: { parameters: { weights: W; bias: tf.Tensor }; input: InputKind },
): X {
  // Data is not an input of the differentiable function: TensorFlow.js would ask for its gradient.
  if (input === "data") {
    return tf.customGrad((weights, bias, save) => {
      const [value, ...kept] = forward(x, { weights: weights as W, bias: bias as tf.Tensor });
      (save as tf.GradSaveFunc)([x, ...kept]);
      return { value, gradFunc: (dy, [x, ...kept]) => gradients(unpooled(dy, kept), x as X) };
    })(weights, bias) as X;
  }
  return tf.customGrad((x, weights, bias, save) => {
    const [value, ...kept] = forward(x as X, { weights: weights as W, bias: bias as tf.Tensor });
    (save as tf.GradSaveFunc)([x as X, weights as W, ...kept]);
    return {
      value,
      gradFunc(dy, [x, weights, ...kept]) {
        const dz = unpooled(dy, kept);
        return [
          inputGradient(dz, { x: x as X, weights: weights as W, activation: input }),
          ...gradients(dz, x as X),
        ];
      },
    };
  })(x, weights, bias) as X;
}

/** `x` itself; its gradient is multiplied by the derivative of the activation whose values `x` are. */
function beforeActivation<T extends tf.Tensor>(x: T, input: InputKind): T {
  if (input === "data" || input === "linear") return x;
  return tf.customGrad((x, save) => {
    (save as tf.GradSaveFunc)([x as tf.Tensor]);
    return {
      value: tf.clone(x as tf.Tensor),
      gradFunc: (dy, [x]) => run("ActivationGradient", { dy, activated: x! }, { activation: input }),
    };
  })(x) as T;
}

/** The activation of `z`, whose gradient is computed by the operation that reads it. */
function activate<T extends tf.Tensor>(z: T, activation: Activation): T {
  // Not a function that returns its argument: TensorFlow.js would count its gradient twice.
  if (activation === "linear") return z;
  return tf.customGrad((z) => ({ value: ACTIVATIONS[activation](z as tf.Tensor), gradFunc: (dz) => dz }))(z) as T;
}

function activationOf(input: InputKind): Activation {
  return input === "data" ? "linear" : input;
}
