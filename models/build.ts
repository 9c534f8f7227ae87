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
import { type InputKind, type Loss, type Operations, PLAIN } from "./operations.ts";
import type { Activation, BranchesLayer, ConvLayer, LayerActivation, LayerSpec, ModelSpec, Shape } from "./spec.ts";

/** What a recipe adds to a spec. */
export interface BuildOptions {
  /** What `hidden` and `output` stand for in the spec. */
  readonly hidden: Activation;
  readonly output: Activation;
  readonly initialisation: Initialisation;
  /** The random stream for a parameter's name, e.g. `C1/weights`. */
  readonly random: (name: string) => Random;
  /** What layers are made of; TensorFlow.js's own operations when left out. */
  readonly operations?: Operations;
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
  /**
   * Images [n, height, width, maps] to outputs [n, units]. Gradients are {@linkcode losses}' alone to give, unless `input`
   * says what the images are, so that their gradient is one before that activation; so are the outputs'.
   */
  forward(images: tf.Tensor4D, input?: InputKind): tf.Tensor2D;
  /** Each image's loss and whether it is misclassified, [n, 2] as in {@linkcode Operations.losses}; differentiable. */
  losses(images: tf.Tensor4D, labels: tf.Tensor1D, options: { readonly loss: Loss }): tf.Tensor2D;
  /** Frees the parameters and the connection tables. */
  dispose(): void;
}

/** One layer, ready to run. */
interface BuiltLayer {
  readonly parameters: readonly Parameter[];
  readonly constants: readonly tf.Tensor[];
  /** Of its outputs; left out by layers that only rearrange or pool them. */
  readonly activation?: Activation;
  forward(x: tf.Tensor4D, input: InputKind): tf.Tensor4D;
}

/**
 * Builds `spec` on the current TensorFlow.js backend.
 *
 * @throws {RangeError} for a layer kind that can be counted but not trained.
 */
export function build(spec: ModelSpec, options: BuildOptions): Network {
  const { operations = PLAIN } = options;
  const layers = buildChain(spec, { ...options, operations });
  const parameters = layers.flatMap((layer) => layer.parameters);
  const run = (images: tf.Tensor4D, of: InputKind = "data") => {
    const { x, input } = runChain(layers, { x: images, input: of });
    return { outputs: tf.reshape(x, [images.shape[0], -1]) as tf.Tensor2D, input };
  };
  return {
    spec,
    parameters,
    forward: (images, input) => run(images, input).outputs,
    losses(images, labels, { loss }) {
      const { outputs, input } = run(images);
      return operations.losses(outputs, labels, { loss, input });
    },
    dispose() {
      for (const { variable } of parameters) variable.dispose();
      for (const layer of layers) tf.dispose([...layer.constants]);
    },
  };
}

type LayerOptions = BuildOptions & { readonly operations: Operations };

function buildChain({ layers, input }: Pick<ModelSpec, "layers" | "input">, options: LayerOptions): BuiltLayer[] {
  return layers.map((layer) => {
    const built = buildLayer(layer, input, options);
    input = outputShape(layer, input);
    return built;
  });
}

/** A tensor and what its values are. */
interface Stage {
  readonly x: tf.Tensor4D;
  readonly input: InputKind;
}

function runChain(layers: readonly BuiltLayer[], { x, input }: Stage): Stage {
  for (const layer of layers) {
    x = layer.forward(x, input);
    // Pooled data is data: there is nothing before it that learns.
    if (input !== "data" || layer.parameters.length > 0) input = layer.activation ?? input;
  }
  return { x, input };
}

function buildLayer(layer: LayerSpec, input: Shape, options: LayerOptions): BuiltLayer {
  const { operations } = options;
  switch (layer.kind) {
    case "flatten":
      return plain((x) => tf.reshape(x, [x.shape[0], 1, 1, -1]));
    case "max_pool":
    case "average_pool": {
      const { size, stride, padding = 0 } = layer;
      const kind = layer.kind === "max_pool" ? "max" : "average";
      return {
        parameters: [],
        constants: [],
        // A mean is no activation's value; a maximum is, but its gradient has been taken along already.
        activation: "linear",
        forward: (x, input) => operations.pool(x, { kind, size, stride, padding, input }),
      };
    }
    case "response_norm": {
      const { size, k, alpha, beta } = layer;
      return {
        parameters: [],
        constants: [],
        activation: "linear",
        forward: (x, input) =>
          tf.localResponseNormalization(operations.value(x, { input }), (size - 1) / 2, k, alpha, beta),
      };
    }
    case "branches":
      return buildBranches(layer, input, options);
    case "dense": {
      const inputs = input[0] * input[1] * input[2];
      const fanIn = Array.from({ length: layer.units }, () => inputs);
      const weights = parameter(layer.name, "weights", [inputs, layer.units], fanIn, options);
      const bias = parameter(layer.name, "bias", [layer.units], fanIn, options);
      const activation = activationOf(layer.activation, options);
      return {
        parameters: [weights, bias],
        constants: [],
        activation,
        forward(x, input) {
          const parameters = { weights: weights.variable as tf.Tensor2D, bias: bias.variable as tf.Tensor1D };
          const y = operations.dense(tf.reshape(x, [x.shape[0], inputs]), parameters, { activation, input });
          return tf.reshape(y, [x.shape[0], 1, 1, layer.units]);
        },
      };
    }
    case "conv":
      return buildConv(layer, input, options);
    case "subsample": {
      const maps = input[2];
      const { size } = layer;
      const fanIn = Array.from({ length: maps }, () => size ** 2);
      const coefficient = parameter(layer.name, "coefficient", [maps], fanIn, options);
      const bias = parameter(layer.name, "bias", [maps], fanIn, options);
      const activation = activationOf(layer.activation, options);
      return {
        parameters: [coefficient, bias],
        constants: [],
        activation,
        forward(x, input) {
          const parameters = {
            coefficient: coefficient.variable as tf.Tensor1D,
            bias: bias.variable as tf.Tensor1D,
          };
          return operations.subsample(x, parameters, { size, activation, input });
        },
      };
    }
    case "l2_pool":
    case "local":
    case "batch_norm":
    case "dropout":
      throw new RangeError(`Layer "${layer.name}" of kind "${layer.kind}" can be counted but not trained yet`);
    case "rbf":
      throw new RangeError(`Layer "${layer.name}": RBF outputs can be counted but not trained yet`);
  }
}

function buildConv(layer: ConvLayer, input: Shape, options: LayerOptions): BuiltLayer {
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
  return {
    parameters: bias ? [weights, bias] : [weights],
    constants: [...mask ? [mask] : [], ...zeros ? [zeros] : []],
    activation,
    forward(x, input) {
      const kernel = (mask ? tf.mul(weights.variable, mask) : weights.variable) as tf.Tensor4D;
      const shifts = bias ? bias.variable as tf.Tensor1D : zeros!;
      const how = { stride, padding, activation, input };
      if (groups === 1) return options.operations.convolution(x, { weights: kernel, bias: shifts }, how);
      const images = tf.split(x, groups, 3) as tf.Tensor4D[];
      const kernels = tf.split(kernel, groups, 3) as tf.Tensor4D[];
      const biases = tf.split(shifts, groups) as tf.Tensor1D[];
      const outputs = images.map((x, g) =>
        options.operations.convolution(x, { weights: kernels[g]!, bias: biases[g]! }, how)
      );
      return tf.concat(outputs, 3);
    },
  };
}

/** Everything that branches, joins or activates here takes and gives gradients with respect to values. */
function buildBranches({ branches, join, activation }: BranchesLayer, input: Shape, options: LayerOptions): BuiltLayer {
  const { operations } = options;
  const chains = branches.map((layers) => buildChain({ layers, input }, options));
  const activate = ACTIVATIONS[activationOf(activation, options)];
  return {
    parameters: chains.flat().flatMap((layer) => layer.parameters),
    constants: chains.flat().flatMap((layer) => layer.constants),
    activation: "linear",
    forward(x, input) {
      const start: Stage = { x: operations.value(x, { input }), input: input === "data" ? "data" : "linear" };
      const ends = chains.map((layers) => runChain(layers, start)).map(({ x, input }) =>
        operations.value(x, { input })
      );
      return activate(join === "concatenate" ? tf.concat(ends, 3) : tf.addN(ends));
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

function activationOf(of: LayerActivation, { hidden, output }: BuildOptions): Activation {
  if (of === "prelu") throw new RangeError("PReLU can be counted but not trained yet");
  return of === "hidden" ? hidden : of === "output" ? output : of;
}

function plain(forward: (x: tf.Tensor4D) => tf.Tensor4D): BuiltLayer {
  return { parameters: [], constants: [], forward };
}
