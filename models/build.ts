/**
 * A trainable TensorFlow.js network from its spec.
 *
 * Plain functions over variables in place of `tf.LayersModel`: connection tables and trainable subsampling would need
 * custom layer classes, and the initialisation must come from our own named streams.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { ACTIVATIONS } from "./activations.ts";
import { mapsRead, outputShape } from "./count.ts";
import { initialValues } from "./initialise.ts";
import type { Initialisation, Random } from "./initialise.ts";
import type { Activation, ConvLayer, LayerActivation, LayerSpec, ModelSpec, Shape } from "./spec.ts";

/** What a recipe adds to a spec. */
export interface BuildOptions {
  /** What `hidden` and `output` stand for in the spec. */
  readonly hidden: Activation;
  readonly output: Activation;
  readonly initialisation: Initialisation;
  /** The random stream for a parameter's name, e.g. `C1/weights`. */
  readonly random: (name: string) => Random;
}

/** What training changes, layer by layer. */
export interface Parameter {
  /** Layer and role, e.g. `C1/weights`. */
  readonly name: string;
  readonly variable: tf.Variable;
}

/** A trainable network on the TensorFlow.js backend that it was built on. */
export interface Network {
  readonly spec: ModelSpec;
  readonly parameters: readonly Parameter[];
  /** Images [n, height, width, maps] to outputs [n, units]; differentiable. */
  forward(images: tf.Tensor4D): tf.Tensor2D;
  /** Frees the parameters and the connection tables. */
  dispose(): void;
}

/** One layer, ready to run. */
interface BuiltLayer {
  readonly parameters: readonly Parameter[];
  readonly constants: readonly tf.Tensor[];
  forward(x: tf.Tensor4D): tf.Tensor4D;
}

/**
 * Builds `spec` on the current TensorFlow.js backend.
 *
 * @throws {RangeError} for a layer kind that can be counted but not trained.
 */
export function build(spec: ModelSpec, options: BuildOptions): Network {
  let input = spec.input;
  const layers = spec.layers.map((layer) => {
    const built = buildLayer(layer, input, options);
    input = outputShape(layer, input);
    return built;
  });
  const parameters = layers.flatMap((layer) => layer.parameters);
  return {
    spec,
    parameters,
    forward(images) {
      const outputs = layers.reduce((x, layer) => layer.forward(x), images);
      return tf.reshape(outputs, [images.shape[0], -1]) as tf.Tensor2D;
    },
    dispose() {
      for (const { variable } of parameters) variable.dispose();
      for (const layer of layers) tf.dispose([...layer.constants]);
    },
  };
}

function buildLayer(layer: LayerSpec, input: Shape, options: BuildOptions): BuiltLayer {
  switch (layer.kind) {
    case "flatten":
      return plain((x) => tf.reshape(x, [x.shape[0], 1, 1, -1]));
    case "max_pool":
      return plain((x) => tf.maxPool(x, layer.size, layer.stride, "valid"));
    case "average_pool":
      return plain((x) => tf.avgPool(x, layer.size, layer.stride, "valid"));
    case "dense": {
      const inputs = input[0] * input[1] * input[2];
      const fanIn = Array.from({ length: layer.units }, () => inputs);
      const weights = parameter(layer.name, "weights", [inputs, layer.units], fanIn, options);
      const bias = parameter(layer.name, "bias", [layer.units], fanIn, options);
      const activate = activation(layer.activation, options);
      return {
        parameters: [weights, bias],
        constants: [],
        forward(x) {
          const product = tf.matMul(tf.reshape(x, [x.shape[0], inputs]), weights.variable as tf.Tensor2D);
          return tf.reshape(activate(tf.add(product, bias.variable)), [x.shape[0], 1, 1, layer.units]);
        },
      };
    }
    case "conv":
      return buildConv(layer, input, options);
    case "subsample": {
      const maps = input[2];
      const fanIn = Array.from({ length: maps }, () => layer.size ** 2);
      const coefficient = parameter(layer.name, "coefficient", [maps], fanIn, options);
      const bias = parameter(layer.name, "bias", [maps], fanIn, options);
      const activate = activation(layer.activation, options);
      return {
        parameters: [coefficient, bias],
        constants: [],
        forward(x) {
          // The coefficient multiplies the window's sum: size^2 times its mean.
          const scale = tf.mul(coefficient.variable, layer.size ** 2);
          const mean = tf.avgPool(x, layer.size, layer.size, "valid");
          return activate(tf.add(tf.mul(mean, scale), bias.variable));
        },
      };
    }
    case "rbf":
      throw new RangeError(`Layer "${layer.name}": RBF outputs can be counted but not trained yet`);
  }
}

function buildConv(layer: ConvLayer, input: Shape, options: BuildOptions): BuiltLayer {
  const read = mapsRead(layer, input[2]);
  const fanIn = read.map((maps) => maps.length * layer.kernel ** 2);
  const shape: [number, number, number, number] = [layer.kernel, layer.kernel, input[2], layer.maps];
  const weights = parameter(layer.name, "weights", shape, fanIn, options);
  const bias = parameter(layer.name, "bias", [layer.maps], fanIn, options);
  const activate = activation(layer.activation, options);
  // A connection table becomes a mask of the full kernel: the unconnected weights are multiplied by 0, so their
  // gradient is 0 too, and one ordinary convolution serves.
  const mask = layer.connections && connectionMask(read, shape);
  if (mask) tf.tidy(() => weights.variable.assign(tf.mul(weights.variable, mask)));
  return {
    parameters: [weights, bias],
    constants: mask ? [mask] : [],
    forward(x) {
      const kernel = (mask ? tf.mul(weights.variable, mask) : weights.variable) as tf.Tensor4D;
      return activate(tf.add(tf.conv2d(x, kernel, layer.stride, layer.padding), bias.variable));
    },
  };
}

/** 1 where output map `o` reads input map `i`, else 0; shape of the kernel. */
function connectionMask(read: readonly (readonly number[])[], shape: [number, number, number, number]): tf.Tensor4D {
  const [, , inputs, outputs] = shape;
  const values = new Float32Array(tf.util.sizeFromShape(shape));
  for (let k = 0; k < values.length; k++) {
    const input = Math.floor(k / outputs) % inputs;
    values[k] = read[k % outputs]!.includes(input) ? 1 : 0;
  }
  return tf.keep(tf.tensor4d(values, shape));
}

function parameter(
  layer: string,
  role: "weights" | "bias" | "coefficient",
  shape: number[],
  fanIn: readonly number[],
  { initialisation, random }: BuildOptions,
): Parameter {
  const name = `${layer}/${role}`;
  const values = initialValues({ role, shape, fanIn }, { initialisation, random: random(name) });
  return { name, variable: tf.tidy(() => tf.variable(tf.tensor(values, shape))) };
}

function activation(of: LayerActivation, { hidden, output }: BuildOptions) {
  return ACTIVATIONS[of === "hidden" ? hidden : of === "output" ? output : of];
}

function plain(forward: (x: tf.Tensor4D) => tf.Tensor4D): BuiltLayer {
  return { parameters: [], constants: [], forward };
}
