/** The kernel registry's types, from TensorFlow.js. @module */
import type { KernelConfig } from "@tensorflow/tfjs";

export type KernelParameters = Parameters<KernelConfig["kernelFunc"]>[0];
export type NamedTensorInfoMap = KernelParameters["inputs"];
export type NamedAttrMap = NonNullable<KernelParameters["attrs"]>;
export type { NamedTensorMap, TensorInfo } from "@tensorflow/tfjs";
