/**
 * Builds the layers of a network, each from its record.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { ACTIVATIONS } from "./activations.ts";
import { buildConv } from "./build_conv.ts";
import { activationOf, type BuiltLayer, type LayerOptions, parameter } from "./built_layer.ts";
import { outputShape } from "./count.ts";
import type { Masks, NamedVariable, Parameter } from "./network.ts";
import type { InputKind, Windows } from "./operations.ts";
import type {
  BatchNormLayer,
  BranchesLayer,
  DropoutLayer,
  LayerSpec,
  LocalLayer,
  ModelSpec,
  RbfLayer,
  Shape,
  SubsampleLayer,
} from "./spec.ts";

/** A tensor and what its values are. */
export interface Stage {
  readonly x: tf.Tensor4D;
  readonly input: InputKind;
}

/**
 * Builds a chain of layers, the first with an input of shape `input`.
 *
 * @throws {RangeError} A layer does not fit its input.
 */
export function buildChain(
  { layers, input }: Pick<ModelSpec, "layers" | "input">,
  options: LayerOptions,
): BuiltLayer[] {
  return layers.map((layer) => {
    const output = outputShape(layer, input);
    const built = buildLayer(layer, input, options);
    input = output;
    return "activation" in layer && layer.activation === "prelu"
      ? withSlopes(built, { name: layer.name, maps: output[2] }, options)
      : built;
  });
}

/** Runs `layers` one after the other; as in training if there are masks. */
export function runChain(layers: readonly BuiltLayer[], { x, input }: Stage, masks?: Masks): Stage {
  for (let i = 0; i < layers.length; i++) {
    const layer = layers[i]!;
    const pooling = layers[i + 1]?.windows;
    if (layer.forwardPooled && pooling) {
      x = layer.forwardPooled(x, { input, pooling });
      input = layers[++i]!.activation!;
      continue;
    }
    x = masks && layer.train ? layer.train(x, { input, masks }) : layer.forward(x, input);
    // Pooled data are data: nothing before them learns.
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
    case "average_pool":
    case "l2_pool": {
      const { size, stride, padding = 0 } = layer;
      const windows: Windows = { kind: POOLING[layer.kind], size, stride, padding };
      return {
        windows,
        parameters: [],
        constants: [],
        // A mean is not the value of an activation; a maximum is, but the pooling already includes its gradient.
        activation: "linear",
        forward: (x, input) => operations.pool(x, { ...windows, input }),
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
    case "subsample":
      return buildSubsample(layer, input, options);
    case "batch_norm":
      return buildBatchNorm(layer, input, options);
    case "dropout":
      return buildDropout(layer, input, options);
    case "local":
      return buildLocal(layer, input, options);
    case "rbf":
      return buildRbf(layer, options);
  }
}

/** `layer`, which is linear, and a PReLU with one slope per map or unit. */
function withSlopes(
  layer: BuiltLayer,
  { name, maps }: { name: string; maps: number },
  options: LayerOptions,
): BuiltLayer {
  const slope = parameter(name, "slope", [maps], Array.from({ length: maps }, () => 1), options);
  const prelu = (z: tf.Tensor4D) => options.operations.prelu(z, slope.variable as tf.Tensor1D);
  const { train } = layer;
  return {
    ...layer,
    parameters: [...layer.parameters, slope],
    forward: (x, input) => prelu(layer.forward(x, input)),
    ...(train && { train: (x, how) => prelu(train(x, how)) }),
  };
}

const POOLING = { max_pool: "max", average_pool: "average", l2_pool: "l2" } as const;

function buildSubsample(layer: SubsampleLayer, [height, width, inputMaps]: Shape, options: LayerOptions): BuiltLayer {
  const { name, size, copies = 1 } = layer;
  if (copies > 1) {
    const subsample = buildSubsample({ ...layer, copies: 1 }, [height, width, copies * inputMaps], options);
    return {
      ...subsample,
      forward(x, input) {
        const copied = tf.tile(options.operations.value(x, { input }), [1, 1, 1, copies]);
        return subsample.forward(copied, input === "data" ? "data" : "linear");
      },
    };
  }
  const fanIn = Array.from({ length: inputMaps }, () => size ** 2);
  const coefficient = parameter(name, "coefficient", [inputMaps], fanIn, options);
  const bias = parameter(name, "bias", [inputMaps], fanIn, options);
  const activation = activationOf(layer.activation, options);
  return {
    parameters: [coefficient, bias],
    constants: [],
    activation,
    forward(x, input) {
      const parameters = { coefficient: coefficient.variable as tf.Tensor1D, bias: bias.variable as tf.Tensor1D };
      return options.operations.subsample(x, parameters, { size, activation, input });
    },
  };
}

function buildRbf({ codes }: RbfLayer, { operations }: LayerOptions): BuiltLayer {
  const centres = tf.keep(tf.tensor3d(codes.flat(), [1, codes.length, codes[0]!.length]));
  return {
    parameters: [],
    constants: [centres],
    activation: "linear",
    forward(x, input) {
      const values = tf.reshape(operations.value(x, { input }), [x.shape[0], 1, -1]);
      // Not `squaredDifference`, whose gradient is wrong for shapes that differ.
      const distances = tf.sum(tf.square(tf.sub(values, centres)), 2);
      return tf.reshape(tf.neg(distances), [x.shape[0], 1, 1, codes.length]);
    },
  };
}

/** Everything that branches, joins or activates here takes and returns gradients with respect to values. */
function buildBranches({ branches, join, activation }: BranchesLayer, input: Shape, options: LayerOptions): BuiltLayer {
  const { operations } = options;
  const chains = branches.map((layers) => buildChain({ layers, input }, options));
  const activate = ACTIVATIONS[activationOf(activation, options)];
  const run = (x: tf.Tensor4D, input: InputKind, masks?: Masks): tf.Tensor4D => {
    const start: Stage = { x: operations.value(x, { input }), input: input === "data" ? "data" : "linear" };
    const ends = chains.map((layers) => runChain(layers, start, masks)).map(({ x, input }) =>
      operations.value(x, { input })
    );
    return activate(join === "concatenate" ? tf.concat(ends, 3) : tf.addN(ends));
  };
  const layers = chains.flat();
  return {
    parameters: layers.flatMap((layer) => layer.parameters),
    constants: layers.flatMap((layer) => layer.constants),
    statistics: layers.flatMap((layer) => layer.statistics ?? []),
    dropouts: layers.flatMap((layer) => layer.dropouts ?? []),
    activation: "linear",
    forward: (x, input) => run(x, input),
    train: (x, { input, masks }) => run(x, input, masks),
  };
}

function buildBatchNorm(layer: BatchNormLayer, [, , maps]: Shape, options: LayerOptions): BuiltLayer {
  const { operations } = options;
  // No random numbers: the layer starts as plain normalisation, and its statistics as those of normalised data.
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
    statistics: [statistics],
    forward: (x) => operations.normalise(x, parameters, { statistics: running, activation }),
    train: (x, { input }) => operations.batchNorm(x, parameters, { statistics: running, activation, input }),
  };
}

function buildDropout({ name, rate }: DropoutLayer, shape: Shape, { operations }: LayerOptions): BuiltLayer {
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`Layer "${name}" drops "${rate}", which is not from 0 to below 1`);
  return {
    parameters: [],
    constants: [],
    // A product with a mask is not the value of an activation.
    activation: "linear",
    dropouts: [{ name, rate, shape }],
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

function plain(forward: (x: tf.Tensor4D) => tf.Tensor4D): BuiltLayer {
  return { parameters: [], constants: [], forward };
}
