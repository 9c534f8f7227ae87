/**
 * A batch on the device, and the gradients of its loss.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Masks, Network } from "../../../models/network/network.ts";
import type { Recipe } from "../../../recipes/recipe.ts";
import type { MaskValues } from "./dropout.ts";

/** What a batch is made of, on the host. */
export interface BatchValues {
  readonly pixels: Float32Array<ArrayBuffer>;
  readonly labels: Int32Array<ArrayBuffer>;
  readonly masks: MaskValues;
}

/** A batch, what dropout leaves of it, and the weight of each image's loss in the mean, on the device. */
export interface DeviceBatch {
  readonly images: tf.Tensor4D;
  readonly labels: tf.Tensor1D;
  readonly masks: Masks;
  /** [n, 2]: the gradient of the mean loss with respect to the network's losses. */
  readonly weights: tf.Tensor2D;
}

/** Uploads a batch for {@linkcode backpropagate}. */
export function deviceBatch(
  { spec, dropouts }: Network,
  { pixels, labels, masks }: BatchValues,
): DeviceBatch {
  const images = labels.length;
  return {
    images: tf.tensor4d(pixels, [images, ...spec.input]),
    labels: tf.tensor1d(labels, "int32"),
    masks: Object.fromEntries(
      masks.map(([layer, values], i) => [layer, tf.tensor4d(values.slice(), [images, ...dropouts[i]!.shape])]),
    ),
    weights: tf.tensor2d(lossWeights(images, images), [images, 2]),
  };
}

/**
 * The weights of the losses in their mean over `images` images, [places, 2]: the first column is for the losses, and
 * places past the last image have none.
 */
export function lossWeights(images: number, places: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: 2 * places }, (_, i) => i % 2 === 0 && i < 2 * images ? 1 / images : 0);
}

/** Losses [n, 2] of a batch and the gradients of their mean with respect to `variables`. */
export function backpropagate(
  network: Network,
  variables: tf.Variable[],
  { batch, loss }: { batch: DeviceBatch; loss: Recipe["loss"] },
): { losses: tf.Tensor2D; gradients: tf.Tensor[]; bytes: number } {
  let bytes = 0;
  const { value, grads } = tf.engine().gradients(
    () => {
      const losses = network.losses(batch.images, batch.labels, { loss, masks: batch.masks });
      bytes = tf.memory().numBytes;
      return losses;
    },
    variables,
    batch.weights,
  );
  return { losses: value, gradients: grads, bytes };
}
