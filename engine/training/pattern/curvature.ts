/**
 * Second derivatives of the error by single weights, from which each gets a step size of its own.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { ACTIVATIONS } from "../../../models/network/activations.ts";
import { buildChain } from "../../../models/network/build_layer.ts";
import { activationOf, type BuiltLayer } from "../../../models/network/built_layer.ts";
import type { Network, Parameter } from "../../../models/network/network.ts";
import { PLAIN } from "../../../models/network/operations.ts";
import type { Activation, LayerSpec, ModelSpec } from "../../../models/network/spec.ts";
import type { Recipe } from "../../../recipes/recipe.ts";

/** What the second derivatives depend on besides the network and the images. */
export interface CurvatureOptions extends Pick<Recipe, "hidden" | "output"> {
  /**
   * The factor of the squares in the error of one pattern, which the paper leaves open: 1 if it is their sum, 0.5 if
   * half of it. They are the outputs' distances to their targets or, with RBF outputs, to the components of a code.
   */
  readonly errorFactor: number;
}

/**
 * Patterns at a time: a loop of TensorFlow.js's own kernels over all pixels of all patterns of LeNet-5's first layer
 * stays below the 65,535 iterations after which Mesa's llvmpipe stops it.
 */
const PART = 50;

/** A layer without its activation, with the network's weights and with their squares. */
interface Stage {
  readonly sums: BuiltLayer;
  readonly squares: BuiltLayer;
  readonly activation: Activation;
}

/**
 * The second derivative of the error by each weight: a diagonal Gauss-Newton approximation, summed over the connections
 * that share the weight, mean over `images` (LeCun 1998, equations 22 to 27).
 *
 * No labels: the second derivative of a squared distance does not depend on the target. RBF outputs count as in
 * equation 8, also for networks trained by equation 9.
 *
 * @param images [n, height, width, maps], on the network's backend.
 * @returns For each of the network's parameters a tensor of its shape, in their order; 0 for unconnected weights.
 * @throws {RangeError} A layer is not dense, a convolution, unshared, subsampling or flattening, or RBF outputs on top.
 */
export function curvature(
  { spec, parameters }: Network,
  images: tf.Tensor4D,
  { hidden, output, errorFactor }: CurvatureOptions,
): tf.Tensor[] {
  const { input } = spec;
  const layers = spec.layers.at(-1)?.kind === "rbf" ? spec.layers.slice(0, -1) : spec.layers;
  const sums = linearLayers({ layers, input });
  const squares = linearLayers({ layers: layers.map(withSquaredBorder), input });
  const stages = layers.map((layer, i): Stage => ({
    sums: sums[i]!,
    squares: squares[i]!,
    activation: "activation" in layer ? activationOf(layer.activation, { hidden, output }) : "linear",
  }));
  const [count] = images.shape;
  try {
    return tf.tidy(() => {
      assign(sums, { parameters, of: (value) => value });
      assign(squares, { parameters, of: tf.square });
      let totals = parameters.map(({ variable }) => tf.zerosLike(variable));
      for (let first = 0; first < count; first += PART) {
        totals = tf.tidy(() => {
          const part = tf.slice(images, first, Math.min(PART, count - first));
          const found = totalsOf(stages, part, 2 * errorFactor);
          return parameters.map(({ name }, k) => tf.add(totals[k]!, found.get(name)!));
        });
      }
      return totals.map((total) => tf.div(total, count));
    });
  } finally {
    for (const { parameters, constants } of [...sums, ...squares]) {
      tf.dispose([...constants, ...parameters.map(({ variable }) => variable)]);
    }
  }
}

/**
 * Sums over `images` by the parameters' names.
 *
 * @param top The second derivatives by the outputs, or by what RBF outputs read: either error is a sum of squares.
 */
function totalsOf(stages: readonly Stage[], images: tf.Tensor4D, top: number): ReadonlyMap<string, tf.Tensor> {
  let x = images;
  const passed = stages.map((stage) => {
    const inputs = x;
    const a = stage.sums.forward(inputs, "linear");
    x = ACTIVATIONS[stage.activation](a);
    return { stage, inputs, a };
  });
  let byOutputs: tf.Tensor = tf.fill(x.shape, top);
  const totals = new Map<string, tf.Tensor>();
  for (const { stage: { squares, activation }, inputs, a } of passed.toReversed()) {
    const squaredInputs = tf.square(inputs);
    // A unit adds up products, whose squares have the gradients that equations 23, 25 and 27 add up.
    const { grads: [byInputs, ...byWeights] } = tf.engine().gradients(
      () => squares.forward(squaredInputs, "linear"),
      [squaredInputs, ...squares.parameters.map(({ variable }) => variable)],
      tf.mul(byOutputs, squaredSlope(a, activation)),
    );
    squares.parameters.forEach(({ name }, k) => totals.set(name, byWeights[k]!));
    byOutputs = byInputs!;
  }
  return totals;
}

/** Layers without activations: with their biases apart, linear in their inputs and in their weights. */
function linearLayers({ layers, input }: Pick<ModelSpec, "layers" | "input">): BuiltLayer[] {
  return buildChain({ layers: layers.map(linear), input }, {
    hidden: "linear",
    output: "linear",
    initialisation: "he",
    random: () => ({ uniform: () => 0, normal: () => 0 }),
    operations: PLAIN,
  });
}

function linear(layer: LayerSpec): LayerSpec {
  switch (layer.kind) {
    case "flatten":
      return layer;
    case "dense":
    case "conv":
    case "local":
    case "subsample":
      if (layer.activation !== "prelu") return { ...layer, activation: "linear" };
      throw new RangeError(`Layer "${layer.name}" learns its activation: no second derivatives for it`);
    default:
      throw new RangeError(`Layer "${layer.name}" is of kind "${layer.kind}": no second derivatives for it`);
  }
}

function withSquaredBorder(layer: LayerSpec): LayerSpec {
  return layer.kind === "conv" && layer.border !== undefined ? { ...layer, border: layer.border ** 2 } : layer;
}

/** Gives each parameter of `layers` what `of` makes of the value of the network's parameter of that name. */
function assign(
  layers: readonly BuiltLayer[],
  { parameters, of }: { parameters: readonly Parameter[]; of: (value: tf.Tensor) => tf.Tensor },
): void {
  const variables = new Map(parameters.map(({ name, variable }) => [name, variable]));
  for (const { name, variable } of layers.flatMap(({ parameters }) => parameters)) {
    variable.assign(of(variables.get(name)!));
  }
}

/** f'(a)^2. */
function squaredSlope(a: tf.Tensor, activation: Activation): tf.Tensor {
  // TensorFlow.js has no gradient of a function that returns its argument.
  if (activation === "linear") return tf.onesLike(a);
  return tf.square(tf.grad((a) => ACTIVATIONS[activation](a))(a));
}
