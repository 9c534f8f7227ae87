/**
 * A trainable TensorFlow.js network from its spec.
 *
 * Plain functions over variables instead of `tf.LayersModel`: connection tables and trainable subsampling would need
 * custom layer classes, and the initialisation must come from our own named streams.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { buildChain, runChain } from "./build_layer.ts";
import type { BuildOptions, Masks, Network } from "./network.ts";
import { type InputKind, PLAIN } from "./operations.ts";
import type { ModelSpec } from "./spec.ts";

/**
 * Builds `spec` on the current TensorFlow.js backend.
 *
 * @throws {RangeError} A layer does not fit its input.
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
