/**
 * Tuned WebGPU kernels, put in place of TensorFlow.js's own through its kernel registry, so that models, gradients and
 * optimisers run them without knowing. A call that a tuned kernel doesn't cover goes to the stock kernel and is counted.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { TunedKernel } from "./program.ts";
import type { KernelParameters } from "./types.ts";
import { sum } from "./column_sum.ts";
import { conv2dBackpropFilter } from "./conv2d_backprop_filter.ts";
import { conv2dBackpropInput } from "./conv2d_backprop_input.ts";
import { avgPool, avgPoolGrad, maxPool, maxPoolGrad } from "./pool.ts";
import { conv2d, fusedConv2d } from "./conv2d.ts";
import { batchMatMul, fusedMatMul } from "./matmul.ts";

const BACKEND = "webgpu";

/** The tuned kernels by the registry's names. */
const TUNED: Readonly<Record<string, TunedKernel>> = {
  BatchMatMul: batchMatMul,
  _FusedMatMul: fusedMatMul,
  Conv2D: conv2d,
  FusedConv2D: fusedConv2d,
  Conv2DBackpropFilter: conv2dBackpropFilter,
  Conv2DBackpropInput: conv2dBackpropInput,
  MaxPool: maxPool,
  MaxPoolGrad: maxPoolGrad,
  AvgPool: avgPool,
  AvgPoolGrad: avgPoolGrad,
  Sum: sum,
};

const stock = new Map<string, tf.KernelConfig>();
const fallbacks = new Map<string, number>();

/**
 * Registers the tuned kernels over the stock ones of the webgpu backend. Does nothing where they already are.
 *
 * @throws {Error} when TensorFlow.js has no stock kernel of that name: another version, another set of names.
 */
export function installTunedKernels(): void {
  for (const [kernelName, tuned] of Object.entries(TUNED)) {
    if (stock.has(kernelName)) continue;
    const config = tf.getKernel(kernelName, BACKEND);
    if (!config) {
      throw new Error(`TensorFlow.js has no webgpu kernel "${kernelName}" to replace. Use the version in deno.json.`);
    }
    stock.set(kernelName, config);
    replace({ ...config, kernelFunc: (parameters) => runOrHandOver(tuned, config, parameters) });
  }
}

/** Puts the stock kernels back. Does nothing where they already are. */
export function uninstallTunedKernels(): void {
  for (const config of stock.values()) replace(config);
  stock.clear();
}

/** Which kernels the webgpu backend runs now. */
export function installedKernels(): "tuned" | "stock" {
  return stock.size > 0 ? "tuned" : "stock";
}

/** How often a tuned kernel handed a call over to the stock one since the program started, by kernel name. */
export function fallbackCounts(): ReadonlyMap<string, number> {
  return fallbacks;
}

function runOrHandOver(tuned: TunedKernel, config: tf.KernelConfig, parameters: KernelParameters) {
  const { inputs, attrs = {}, backend } = parameters;
  const result = backend instanceof WebGPUBackend ? tuned(inputs, attrs, backend) : undefined;
  if (result !== undefined) return result;
  fallbacks.set(config.kernelName, (fallbacks.get(config.kernelName) ?? 0) + 1);
  return config.kernelFunc(parameters);
}

function replace(config: tf.KernelConfig): void {
  tf.unregisterKernel(config.kernelName, BACKEND);
  tf.registerKernel(config);
}
