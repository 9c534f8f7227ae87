/**
 * Adds regularising layers to networks.
 *
 * @module
 */
import type { LayerSpec, ModelSpec } from "./network/spec.ts";

/** Dropout of `rate` after every hidden dense layer, as in Srivastava 2014; other layers stay as they are. */
export function withDropout(model: ModelSpec, rate: number): ModelSpec {
  const { input, fit, source } = model;
  return {
    id: `${model.id}-dropout`,
    title: `${model.title}, dropout ${rate}`,
    layers: model.layers.flatMap((layer): LayerSpec[] =>
      layer.kind === "dense" && layer.activation === "hidden"
        ? [layer, { kind: "dropout", name: `${layer.name}-dropout`, rate }]
        : [layer]
    ),
    input,
    fit,
    source,
  };
}

/**
 * Batch normalisation of each convolution and its pooling, in the slides' two orders: `last` convolution, activation,
 * pooling, normalisation; `before_activation` convolution, pooling, normalisation, activation.
 *
 * @param model Must have a pooling layer after each convolution.
 */
export function withBatchNorm(model: ModelSpec, order: "last" | "before_activation"): ModelSpec {
  const isLast = order === "last";
  const { input, fit, source } = model;
  return {
    id: `${model.id}-batch-norm${isLast ? "-last" : ""}`,
    title: isLast ? `${model.title}, conv-ReLU-pool-BN` : `${model.title}, conv-pool-BN-ReLU`,
    layers: model.layers.flatMap((layer): LayerSpec[] => {
      switch (layer.kind) {
        case "conv":
          return [isLast ? layer : { ...layer, activation: "linear" }];
        case "max_pool":
        case "average_pool":
        case "l2_pool":
          return [layer, {
            kind: "batch_norm",
            name: `${layer.name}-norm`,
            activation: isLast ? "linear" : "hidden",
          }];
        default:
          return [layer];
      }
    }),
    input,
    fit,
    source,
  };
}
