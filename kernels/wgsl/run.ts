/** Runs a kernel by its name in TensorFlow.js's registry; each kernel's file has its name. @module */
import * as tf from "@tensorflow/tfjs";
import type { NamedAttrMap, NamedTensorMap } from "./types.ts";

/** The result of `kernel`, differentiable only inside `tf.customGrad`. */
export function run<T extends tf.Tensor>(kernel: string, inputs: NamedTensorMap, attrs: NamedAttrMap): T {
  // No kernel here returns more than one tensor.
  return tf.engine().runKernel(kernel, inputs, attrs) as T;
}
