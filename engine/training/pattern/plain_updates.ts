/** Updates pattern by pattern with TensorFlow.js's gradients, on any backend. @module */
import * as tf from "@tensorflow/tfjs";
import { allWorkDone } from "../../../device/device_work.ts";
import type { Network } from "../../../models/network/network.ts";
import type { Loss } from "../../../models/network/operations.ts";
import { emptyBatch, fillBatch } from "../batches.ts";
import { backpropagate, deviceBatch } from "../step/backpropagate.ts";
import { pixelValues } from "../step_size.ts";
import type { PatternUpdates, PatternUpdatesOptions } from "./updates.ts";

/** For networks on TensorFlow.js's current backend. */
export function createPlainUpdates(
  network: Network,
  { set, order, recipe: { loss, pixels }, errorFactor }: PatternUpdatesOptions,
): PatternUpdates {
  const values = pixelValues(pixels);
  const factor = errorFactor / factorOf(loss);
  const variables = network.parameters.map(({ variable }) => variable);
  const pattern = emptyBatch(set, 1);
  let images = set;
  let stepSizes: tf.Tensor[] = [];
  let results: tf.Tensor[] = [];
  const free = () => {
    tf.dispose([stepSizes, results]);
    [stepSizes, results] = [[], []];
  };
  const update = () => {
    const { pixels, labels } = fillBatch(pattern, images, {
      indices: order.subarray(results.length).subarray(0, 1),
      values,
    });
    // Copies: TensorFlow.js keeps its arrays until it has uploaded them.
    const batch = deviceBatch(network, { pixels: pixels.slice(), labels: labels.slice(), masks: [] });
    const { losses, gradients } = backpropagate(network, variables, { batch, loss });
    variables.forEach((w, i) => w.assign(tf.sub(w, tf.mul(tf.mul(gradients[i]!, factor), stepSizes[i]!))));
    return tf.mul(losses, tf.tensor2d([[factor, 1]]));
  };
  return {
    startPass(steps) {
      free();
      let start = 0;
      stepSizes = variables.map(({ shape, size }) => tf.tensor(steps.slice(start, start += size), shape));
    },
    setImages(set) {
      images = set;
    },
    run(count) {
      for (let i = 0; i < count; i++) results.push(tf.tidy(update));
    },
    finished: () => allWorkDone(),
    async finishPass() {
      const all = tf.tidy(() => tf.concat(results));
      const values = await all.data<"float32">();
      all.dispose();
      return results.map((_, i) => ({ loss: values[2 * i]!, wrong: values[2 * i + 1]! }));
    },
    dispose: free,
  };
}

/** What the network's losses multiply the sum of squares by. */
function factorOf(loss: Loss): number {
  return loss === "squared_error" ? 0.5 : 1;
}
