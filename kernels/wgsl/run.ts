/** Runs a kernel by its name in TensorFlow.js's registry; `mod.ts` lists the names. @module */
import * as tf from "@tensorflow/tfjs";
import type { NamedAttrMap, NamedTensorMap } from "./types.ts";

/** The result of `kernel`, differentiable only inside `tf.customGrad`. */
export function run<T extends tf.Tensor>(kernel: string, inputs: NamedTensorMap, attrs: NamedAttrMap): T {
  // None of the kernels named in this folder returns more than one tensor.
  return tf.engine().runKernel(kernel, inputs, attrs) as T;
}
