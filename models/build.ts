/**
 * A trainable TensorFlow.js network from its spec.
 *
 * Plain functions over variables in place of `tf.LayersModel`: connection tables and trainable subsampling would need
 * custom layer classes, and the initialisation must come from our own named streams.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { mapsRead, outputShape } from "./count.ts";
import { initialValues } from "./initialise.ts";
import type { Initialisation, ParameterShape, Random } from "./initialise.ts";
import { type InputKind, type Loss, type Operations, PLAIN } from "./operations.ts";
import type {
  Activation,
  BatchNormLayer,
  ConvLayer,
  DropoutLayer,
  LayerActivation,
  LayerSpec,
  LocalLayer,
  ModelSpec,
  Shape,
} from "./spec.ts";

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

/** A network's own tensor, with a name for it. */
export interface NamedVariable {
  /** Layer and role, e.g. `C1/weights`. */
  readonly name: string;
  readonly variable: tf.Variable;
}

/** What the gradients change, layer by layer. */
export interface Parameter extends NamedVariable {
  readonly role: ParameterShape["role"] | "scale" | "shift";
}

/** A layer that drops values in training. */
export interface Dropout {
  /** The layer's. */
  readonly name: string;
  readonly rate: number;
  /** Of what it drops from, for one image. */
  readonly shape: Shape;
}

/**
 * For every {@linkcode Dropout} of a network, by its name, what each value of a batch is multiplied by: 0 or
 * 1 / (1 - rate), [n, height, width, maps].
 */
export type Masks = Readonly<Record<string, tf.Tensor4D>>;

/** A trainable network on the TensorFlow.js backend that it was built on. */
export interface Network {
  readonly spec: ModelSpec;
  readonly parameters: readonly Parameter[];
  /** What training changes without a gradient: the running statistics of batch normalisation, [2, maps] each. */
  readonly statistics: readonly NamedVariable[];
  readonly dropouts: readonly Dropout[];
  /**
   * Images [n, height, width, maps] to outputs [n, units], as outside training: by the running statistics, and with
   * nothing dropped. Gradients are {@linkcode losses}' alone to give.
   */
  forward(images: tf.Tensor4D): tf.Tensor2D;
  /**
   * Each image's loss and whether it is misclassified, [n, 2] as in {@linkcode Operations.losses}; differentiable. As
   * in training: by the batch's statistics, towards which the running ones move, and with values dropped.
   *
   * @param options.masks One for each of {@linkcode dropouts}.
   */
  losses(
    images: tf.Tensor4D,
    labels: tf.Tensor1D,
    options: { readonly loss: Loss; readonly masks?: Masks },
  ): tf.Tensor2D;
  /** Frees the parameters, the statistics and the connection tables. */
  dispose(): void;
}

/** One layer, ready to run. */
interface BuiltLayer {
  readonly parameters: readonly Parameter[];
  readonly constants: readonly tf.Tensor[];
  /** Of its outputs; left out by layers that only rearrange or pool them. */
  readonly activation?: Activation;
  readonly statistics?: NamedVariable;
  readonly dropout?: Dropout;
  forward(x: tf.Tensor4D, input: InputKind): tf.Tensor4D;
  /** What training computes, where that is not the same. */
  train?(x: tf.Tensor4D, options: { readonly input: InputKind; readonly masks: Masks }): tf.Tensor4D;
}

/**
 * Builds `spec` on the current TensorFlow.js backend.
 *
 * @throws {RangeError} for a layer kind that can be counted but not trained.
 */
export function build(spec: ModelSpec, options: BuildOptions): Network {
  const { operations = PLAIN } = options;
  let input = spec.input;
  const layers = spec.layers.map((layer) => {
    const output = outputShape(layer, input);
    const built = buildLayer(layer, input, { ...options, operations });
    input = output;
    return "activation" in layer && layer.activation === "prelu"
      ? withSlopes(built, { name: layer.name, maps: output[2] }, { ...options, operations })
      : built;
  });
  const parameters = layers.flatMap((layer) => layer.parameters);
  const statistics = layers.flatMap((layer) => layer.statistics ?? []);
  const run = (images: tf.Tensor4D, training?: { masks: Masks }) => {
    let x = images;
    let input: InputKind = "data";
    for (const layer of layers) {
      x = training && layer.train ? layer.train(x, { input, ...training }) : layer.forward(x, input);
      // Pooled data is data: there is nothing before it that learns.
      if (input !== "data" || layer.parameters.length > 0) input = layer.activation ?? input;
    }
    return { outputs: tf.reshape(x, [images.shape[0], -1]) as tf.Tensor2D, input };
  };
  return {
    spec,
    parameters,
    statistics,
    dropouts: layers.flatMap((layer) => layer.dropout ?? []),
    forward: (images) => run(images).outputs,
    losses(images, labels, { loss, masks = {} }) {
      const { outputs, input } = run(images, { masks });
      return operations.losses(outputs, labels, { loss, input });
    },
    dispose() {
      for (const { variable } of [...parameters, ...statistics]) variable.dispose();
      for (const layer of layers) tf.dispose([...layer.constants]);
    },
  };
}

type LayerOptions = BuildOptions & { readonly operations: Operations };

function buildLayer(layer: LayerSpec, input: Shape, options: LayerOptions): BuiltLayer {
  const { operations } = options;
  switch (layer.kind) {
    case "flatten":
      return plain((x) => tf.reshape(x, [x.shape[0], 1, 1, -1]));
    case "max_pool":
    case "average_pool":
    case "l2_pool": {
      const { size, stride } = layer;
      const kind = POOLING[layer.kind];
      return {
        parameters: [],
        constants: [],
        // A mean is no activation's value; a maximum is, but its gradient has been taken along already.
        activation: "linear",
        forward: (x, input) => operations.pool(x, { kind, size, stride, input }),
      };
    }
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
    case "batch_norm":
      return buildBatchNorm(layer, input, options);
    case "dropout":
      return buildDropout(layer, input, options);
    case "local":
      return buildLocal(layer, input, options);
    case "rbf":
      throw new RangeError(`Layer "${layer.name}": RBF outputs can be counted but not trained yet`);
  }
}

/** `layer`, which is linear, and a PReLU with a slope a map or unit. */
function withSlopes(
  layer: BuiltLayer,
  { name, maps }: { name: string; maps: number },
  options: LayerOptions,
): BuiltLayer {
  const slope = parameter(name, "slope", [maps], Array.from({ length: maps }, () => 1), options);
  return {
    ...layer,
    parameters: [...layer.parameters, slope],
    forward: (x, input) => options.operations.prelu(layer.forward(x, input), slope.variable as tf.Tensor1D),
  };
}

const POOLING = { max_pool: "max", average_pool: "average", l2_pool: "l2" } as const;

function buildConv(layer: ConvLayer, input: Shape, options: LayerOptions): BuiltLayer {
  const read = mapsRead(layer, input[2]);
  const fanIn = read.map((maps) => maps.length * layer.kernel ** 2);
  const shape: [number, number, number, number] = [layer.kernel, layer.kernel, input[2], layer.maps];
  const weights = parameter(layer.name, "weights", shape, fanIn, options);
  const bias = parameter(layer.name, "bias", [layer.maps], fanIn, options);
  const activation = activationOf(layer.activation, options);
  const { stride, padding } = layer;
  // A connection table becomes a mask of the full kernel: the unconnected weights are multiplied by 0, so their
  // gradient is 0 too, and one ordinary convolution serves.
  const mask = layer.connections && connectionMask(read, shape);
  if (mask) tf.tidy(() => weights.variable.assign(tf.mul(weights.variable, mask)));
  return {
    parameters: [weights, bias],
    constants: mask ? [mask] : [],
    activation,
    forward(x, input) {
      const kernel = (mask ? tf.mul(weights.variable, mask) : weights.variable) as tf.Tensor4D;
      const parameters = { weights: kernel, bias: bias.variable as tf.Tensor1D };
      return options.operations.convolution(x, parameters, { stride, padding, activation, input });
    },
  };
}

function buildBatchNorm(layer: BatchNormLayer, [, , maps]: Shape, options: LayerOptions): BuiltLayer {
  const { operations } = options;
  // No random numbers: the layer starts as the plain normalisation, and its statistics as what that makes of data.
  const filled = (value: number) => tf.tidy(() => tf.variable(tf.fill([maps], value)));
  const scale: Parameter = { name: `${layer.name}/scale`, role: "scale", variable: filled(1) };
  const shift: Parameter = { name: `${layer.name}/shift`, role: "shift", variable: filled(0) };
  const statistics: NamedVariable = {
    name: `${layer.name}/statistics`,
    variable: tf.tidy(() => tf.variable(tf.stack([tf.zeros([maps]), tf.ones([maps])]), false)),
  };
  const activation = activationOf(layer.activation, options);
  const parameters = { scale: scale.variable as tf.Tensor1D, shift: shift.variable as tf.Tensor1D };
  const running = statistics.variable as tf.Variable<tf.Rank.R2>;
  return {
    parameters: [scale, shift],
    constants: [],
    activation,
    statistics,
    forward: (x) => operations.normalise(x, parameters, { statistics: running, activation }),
    train: (x, { input }) => operations.batchNorm(x, parameters, { statistics: running, activation, input }),
  };
}

function buildDropout({ name, rate }: DropoutLayer, shape: Shape, { operations }: LayerOptions): BuiltLayer {
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`Layer "${name}" drops "${rate}", which is not from 0 to below 1`);
  return {
    parameters: [],
    constants: [],
    // A product with a mask is no activation's value.
    activation: "linear",
    dropout: { name, rate, shape },
    forward: (x) => x,
    train(x, { input, masks }) {
      const mask = masks[name];
      if (!mask) throw new RangeError(`Layer "${name}" drops values in training and needs a mask`);
      return operations.dropout(x, mask, { input });
    },
  };
}

function buildLocal(layer: LocalLayer, input: Shape, options: LayerOptions): BuiltLayer {
  const [height, width, maps] = outputShape(layer, input);
  const taps = layer.kernel ** 2 * input[2];
  const fanIn = Array.from({ length: maps }, () => taps);
  const weights = parameter(layer.name, "weights", [height * width, taps, maps], fanIn, options);
  const bias = parameter(layer.name, "bias", [height * width, maps], fanIn, options);
  const activation = activationOf(layer.activation, options);
  const { kernel, stride, padding } = layer;
  return {
    parameters: [weights, bias],
    constants: [],
    activation,
    forward(x, input) {
      const parameters = { weights: weights.variable as tf.Tensor3D, bias: bias.variable as tf.Tensor2D };
      return options.operations.local(x, parameters, { kernel, stride, padding, activation, input });
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
  role: ParameterShape["role"],
  shape: number[],
  fanIn: readonly number[],
  { initialisation, random }: BuildOptions,
): Parameter {
  const name = `${layer}/${role}`;
  const values = initialValues({ role, shape, fanIn }, { initialisation, random: random(name) });
  return { name, role, variable: tf.tidy(() => tf.variable(tf.tensor(values, shape))) };
}

function activationOf(of: LayerActivation, { hidden, output }: BuildOptions): Activation {
  // PReLU is an operation of its own, after a linear layer.
  if (of === "prelu") return "linear";
  return of === "hidden" ? hidden : of === "output" ? output : of;
}

function plain(forward: (x: tf.Tensor4D) => tf.Tensor4D): BuiltLayer {
  return { parameters: [], constants: [], forward };
}
