/**
 * Trainable networks, and what they are built with.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { Initialisation, ParameterShape, Random } from "./initialise.ts";
import type { InputKind, Loss, Operations } from "./operations.ts";
import type { Activation, ModelSpec, Shape } from "./spec.ts";

/** What a recipe adds to a spec. */
export interface BuildOptions {
  /** What `hidden` and `output` stand for in the spec. */
  readonly hidden: Activation;
  /** What `output` stands for. */
  readonly output: Activation;
  /** How the first weights are drawn. */
  readonly initialisation: Initialisation;
  /** The random stream for a parameter's name, e.g. `C1/weights`. */
  readonly random: (name: string) => Random;
  /** Operations of the layers; TensorFlow.js's own if left out. */
  readonly operations?: Operations;
}

/** A named tensor that belongs to a network. */
export interface NamedVariable {
  /** Layer and role, e.g. `C1/weights`. */
  readonly name: string;
  /** The tensor, freed with the network. */
  readonly variable: tf.Variable;
}

/** What the gradients change, layer by layer. */
export interface Parameter extends NamedVariable {
  /** What it does in its layer. */
  readonly role: ParameterShape["role"] | "scale" | "shift";
}

/** A layer that drops values in training. */
export interface Dropout {
  /** Name of the layer. */
  readonly name: string;
  /** Share of the values that are dropped. */
  readonly rate: number;
  /** Shape of the values that it drops, for one image. */
  readonly shape: Shape;
}

/**
 * For every {@linkcode Dropout} of a network, by its name, what each value of a batch is multiplied by: 0 or
 * 1 / (1 - rate), [n, height, width, maps].
 */
export type Masks = Readonly<Record<string, tf.Tensor4D>>;

/** A trainable network on the TensorFlow.js backend that it was built on. */
export interface Network {
  /** The spec that it was built from. */
  readonly spec: ModelSpec;
  /** In the order of the layers. */
  readonly parameters: readonly Parameter[];
  /** What training changes without a gradient: the running statistics of batch normalisation, [2, maps] each. */
  readonly statistics: readonly NamedVariable[];
  /** The layers that drop values in training, in order. */
  readonly dropouts: readonly Dropout[];
  /**
   * Images [n, height, width, maps] to outputs [n, units], as outside training: by the running statistics, and with
   * nothing dropped. Only {@linkcode losses} has gradients, unless `input` says which activation the images come from;
   * then their gradient is with respect to the input of that activation, and so are the outputs'.
   */
  forward(images: tf.Tensor4D, input?: InputKind): tf.Tensor2D;
  /**
   * Each image's loss and whether it is misclassified, [n, 2] as in {@linkcode Operations.losses}; differentiable. As
   * in training: with the batch's statistics, towards which the running ones move, and with dropped values.
   *
   * @param options.masks One per {@linkcode dropouts}.
   */
  losses(
    images: tf.Tensor4D,
    labels: tf.Tensor1D,
    options: { readonly loss: Loss; readonly masks?: Masks },
  ): tf.Tensor2D;
  /** Frees the parameters, the statistics and the connection tables. */
  dispose(): void;
}
