/**
 * Builds convolutions.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { ACTIVATIONS } from "./activations.ts";
import { activationOf, type BuiltLayer, type LayerOptions, parameter } from "./built_layer.ts";
import { mapsRead, outputShape } from "./count.ts";
import type { InputKind, WeightsAndBias, Windows } from "./operations.ts";
import type { ConvLayer, Shape } from "./spec.ts";

/** Of whatever kind: with groups, a connection table, a border, biases of single units or none. */
export function buildConv(layer: ConvLayer, input: Shape, options: LayerOptions): BuiltLayer {
  if (layer.bias === "per_unit") return buildWithUnitBiases(layer, input, options);
  if (layer.border !== undefined) return buildWithBorder(layer, input, options);
  const { stride, padding, groups = 1 } = layer;
  const read = mapsRead(layer, input[2]);
  const fanIn = read.map((maps) => maps.length * layer.kernel ** 2);
  const shape: [number, number, number, number] = [layer.kernel, layer.kernel, input[2] / groups, layer.maps];
  const weights = parameter(layer.name, "weights", shape, fanIn, options);
  const bias = layer.bias === false ? undefined : parameter(layer.name, "bias", [layer.maps], fanIn, options);
  const zeros = bias ? undefined : tf.keep(tf.zeros<tf.Rank.R1>([layer.maps]));
  const activation = activationOf(layer.activation, options);
  // A connection table becomes a mask of the full kernel: the unconnected weights are multiplied by 0, so their
  // gradient is 0 too, and one ordinary convolution serves.
  const mask = layer.connections && connectionMask(read, shape);
  if (mask) tf.tidy(() => weights.variable.assign(tf.mul(weights.variable, mask)));
  const parametersNow = (): WeightsAndBias<tf.Tensor4D> => ({
    weights: (mask ? tf.mul(weights.variable, mask) : weights.variable) as tf.Tensor4D,
    bias: bias ? bias.variable as tf.Tensor1D : zeros!,
  });
  const how = { stride, padding, activation };
  return {
    parameters: bias ? [weights, bias] : [weights],
    constants: [...mask ? [mask] : [], ...zeros ? [zeros] : []],
    activation,
    forward(x, input) {
      const all = parametersNow();
      if (groups === 1) return options.operations.convolution(x, all, { ...how, input });
      const images = tf.split(x, groups, 3) as tf.Tensor4D[];
      const kernels = tf.split(all.weights, groups, 3) as tf.Tensor4D[];
      const biases = tf.split(all.bias, groups) as tf.Tensor1D[];
      const outputs = images.map((x, g) =>
        options.operations.convolution(x, { weights: kernels[g]!, bias: biases[g]! }, { ...how, input })
      );
      return tf.concat(outputs, 3);
    },
    ...(groups === 1 && layer.activation !== "prelu" && {
      forwardPooled: (x: tf.Tensor4D, of: { readonly input: InputKind; readonly pooling: Windows }) =>
        options.operations.pooledConvolution(x, parametersNow(), { ...how, ...of }),
    }),
  };
}

/** A convolution without bias, and what follows it: both take and return gradients with respect to values. */
function buildWithUnitBiases(layer: ConvLayer, input: Shape, options: LayerOptions): BuiltLayer {
  const conv = buildConv({ ...layer, bias: false, activation: "linear" }, input, options);
  const fanIn = mapsRead(layer, input[2]).map((maps) => maps.length * layer.kernel ** 2);
  const bias = parameter(layer.name, "bias", [...outputShape(layer, input)], fanIn, options);
  const activate = ACTIVATIONS[activationOf(layer.activation, options)];
  return {
    ...conv,
    parameters: [...conv.parameters, bias],
    activation: "linear",
    forward(x, input) {
      const sums = options.operations.value(conv.forward(x, input), { input: "linear" });
      return activate(tf.add<tf.Tensor4D>(sums, bias.variable));
    },
  };
}

/** A convolution without padding, of an image that has its border already. */
function buildWithBorder(layer: ConvLayer, [height, width, maps]: Shape, options: LayerOptions): BuiltLayer {
  const { padding, border, ...rest } = layer;
  const conv = buildConv({ ...rest, padding: 0 }, [height + 2 * padding, width + 2 * padding, maps], options);
  const sides: [number, number] = [padding, padding];
  return {
    ...conv,
    forward(x, input) {
      const values = options.operations.value(x, { input });
      const bordered = tf.pad(values, [[0, 0], sides, sides, [0, 0]], border);
      return conv.forward(bordered, input === "data" ? "data" : "linear");
    },
  };
}

/** 1 if output map `o` reads input map `i`, else 0; of the kernel's shape. */
function connectionMask(read: readonly (readonly number[])[], shape: [number, number, number, number]): tf.Tensor4D {
  const [, , inputs, outputs] = shape;
  const values = new Float32Array(tf.util.sizeFromShape(shape));
  for (let k = 0; k < values.length; k++) {
    const input = Math.floor(k / outputs) % inputs;
    values[k] = read[k % outputs]!.includes(input) ? 1 : 0;
  }
  return tf.keep(tf.tensor4d(values, shape));
}
