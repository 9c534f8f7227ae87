/** Runs a kernel by its name in TensorFlow.js's registry; each kernel's file has its name. @module */
import * as tf from "@tensorflow/tfjs";
import type { NamedAttrMap, NamedTensorMap } from "./types.ts";

/** The result of `kernel`, which returns one; differentiable only inside `tf.customGrad`. */
export function run<T extends tf.Tensor>(kernel: string, inputs: NamedTensorMap, attrs: NamedAttrMap): T {
  return tf.engine().runKernel(kernel, inputs, attrs) as T;
}

/** The results of `kernel`, which returns two. */
export function runForTwo<T extends tf.Tensor = tf.Tensor>(
  kernel: string,
  inputs: NamedTensorMap,
  attrs: NamedAttrMap,
): [T, T] {
  return tf.engine().runKernel(kernel, inputs, attrs) as tf.Tensor[] as [T, T];
}
