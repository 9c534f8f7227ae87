/**
 * How large the gradient of the loss is, parameter by parameter: whether it vanishes on its way to the first layers.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { ImageSet } from "../../data/dataset.ts";
import { firstImages } from "../../data/treatment.ts";
import type { Network } from "../../models/network/network.ts";
import type { Loss } from "../../models/network/operations.ts";
import { emptyBatch, fillBatch } from "./batches.ts";
import { backpropagate, deviceBatch } from "./step/backpropagate.ts";
import type { MaskValues } from "./step/dropout.ts";

/** Number of images in the mean loss, or all if there are fewer. */
const IMAGES = 1000;

/** The gradient's size for one parameter. */
export interface GradientNorm {
  /** Layer and role, e.g. `C1/weights`. */
  readonly parameter: string;
  /** Place in the network, from 0. */
  readonly position: number;
  /** Root of the mean of the squares over its elements. */
  readonly rms: number;
}

/**
 * Root mean squares of the gradient of the mean loss over the first images of `set`.
 *
 * @param values The input value of each byte.
 * @returns One per parameter, in the network's order; read back from the device once.
 */
export async function gradientNorms(
  network: Network,
  set: ImageSet,
  { loss, values }: { loss: Loss; values: Float32Array },
): Promise<GradientNorm[]> {
  const few = firstImages(set, Math.min(IMAGES, set.count));
  const squares = tf.tidy(() => {
    const indices = Uint32Array.from({ length: few.count }, (_, i) => i);
    const { pixels, labels } = fillBatch(emptyBatch(few, few.count), few, { indices, values });
    // Nothing is dropped: the norm is that of one gradient, not of a sample of it.
    const masks: MaskValues = network.dropouts.map(({ name, shape }) => [
      name,
      new Float32Array(few.count * tf.util.sizeFromShape([...shape])).fill(1),
    ]);
    const { gradients } = backpropagate(network, network.parameters.map(({ variable }) => variable), {
      batch: deviceBatch(network, { pixels, labels, masks }),
      loss,
    });
    return tf.stack(gradients.map((gradient) => tf.mean(tf.square(gradient))));
  });
  const means = await squares.data<"float32">();
  squares.dispose();
  return network.parameters.map(({ name }, i) => ({ parameter: name, position: i, rms: Math.sqrt(means[i]!) }));
}
