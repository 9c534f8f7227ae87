/**
 * The operations of batch normalisation and dropout in tuned kernels, by the rule at the top of `operations.ts`.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { Operations } from "../../models/network/operations.ts";
import { run } from "../wgsl/run.ts";
import { moveStatistics } from "./batch_norm.ts";

/** A part of `TUNED`. */
export const REGULARISATION: Pick<Operations, "batchNorm" | "normalise" | "dropout"> = {
  batchNorm(x, { scale, shift }, { statistics, activation, input }) {
    const forward = (x: tf.Tensor, { scale, shift }: { scale: tf.Tensor; shift: tf.Tensor }) => {
      const moments = run("BatchMoments", { x }, {});
      moveStatistics(tf.backend() as WebGPUBackend, statistics, { moments, rows: x.size / scale.size });
      return { moments, y: run("Normalise", { x, statistics: moments, scale, shift }, { activation }) };
    };
    const gradients = (dy: tf.Tensor, { x, moments }: { x: tf.Tensor; moments: tf.Tensor }) => {
      const gradients = run("BatchNormChunkGradients", { dy, x, moments }, {});
      const joined = (row: number) => run("BatchNormJoinedGradient", { gradients }, { row, shape: x.shape });
      return [joined(0), joined(1)] as [tf.Tensor, tf.Tensor];
    };
    // Data is not an input of the differentiable function: TensorFlow.js would ask for its gradient.
    if (input === "data") {
      return tf.customGrad((scale, shift, save) => {
        const { moments, y } = forward(x, { scale: scale as tf.Tensor, shift: shift as tf.Tensor });
        (save as tf.GradSaveFunc)([x, moments]);
        return { value: y, gradFunc: (dy, [x, moments]) => gradients(dy, { x: x!, moments: moments! }) };
      })(scale, shift) as tf.Tensor4D;
    }
    return tf.customGrad((x, scale, shift, save) => {
      const { moments, y } = forward(x as tf.Tensor, { scale: scale as tf.Tensor, shift: shift as tf.Tensor });
      (save as tf.GradSaveFunc)([x as tf.Tensor, moments, scale as tf.Tensor]);
      return {
        value: y,
        gradFunc(dy, saved) {
          const [x, moments, scale] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
          const [byScale, byShift] = gradients(dy, { x, moments });
          const inputs = { dy, x, moments, scale, byScale, byShift };
          return [run("BatchNormInputGradient", inputs, { activation: input }), byScale, byShift];
        },
      };
    })(x, scale, shift) as tf.Tensor4D;
  },

  normalise: (x, { scale, shift }, { statistics, activation }) =>
    run("Normalise", { x, statistics, scale, shift }, { activation }),

  dropout(x, mask, { input }) {
    if (input === "data") return run("Masked", { x, mask }, { activation: "linear" });
    return tf.customGrad((x, save) => {
      (save as tf.GradSaveFunc)([x as tf.Tensor]);
      return {
        value: run("Masked", { x: x as tf.Tensor, mask }, { activation: "linear" }),
        gradFunc: (dy, [x]) => run("Masked", { x: dy, mask, activated: x! }, { activation: input }),
      };
    })(x) as tf.Tensor4D;
  },
};
