/**
 * A trainable TensorFlow.js network from its spec.
 *
 * Plain functions over variables in place of `tf.LayersModel`: connection tables and trainable subsampling would need
 * custom layer classes, and the initialisation must come from our own named streams.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { buildChain, runChain } from "./build_layer.ts";
import type { Initialisation, ParameterShape, Random } from "./initialise.ts";
import { type InputKind, type Loss, type Operations, PLAIN } from "./operations.ts";
import type { Activation, ModelSpec, Shape } from "./spec.ts";

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
   * nothing dropped. Gradients are {@linkcode losses}' alone to give, unless `input` says what the images are, so that
   * their gradient is one before that activation; so are the outputs'.
   */
  forward(images: tf.Tensor4D, input?: InputKind): tf.Tensor2D;
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

/**
 * Builds `spec` on the current TensorFlow.js backend.
 *
 * @throws {RangeError} for a layer kind that can be counted but not trained.
 */
export function build(spec: ModelSpec, options: BuildOptions): Network {
  const { operations = PLAIN } = options;
  const layers = buildChain(spec, { ...options, operations });
  const parameters = layers.flatMap((layer) => layer.parameters);
  const statistics = layers.flatMap((layer) => layer.statistics ?? []);
  const run = (images: tf.Tensor4D, { of = "data", masks }: { of?: InputKind; masks?: Masks }) => {
    const { x, input } = runChain(layers, { x: images, input: of }, masks);
    return { outputs: tf.reshape(x, [images.shape[0], -1]) as tf.Tensor2D, input };
  };
  return {
    spec,
    parameters,
    statistics,
    dropouts: layers.flatMap((layer) => layer.dropouts ?? []),
    forward: (images, input) => run(images, input === undefined ? {} : { of: input }).outputs,
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
