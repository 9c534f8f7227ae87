/**
 * Tuned WebGPU kernels in TensorFlow.js's kernel registry: some in place of its own, so that whatever runs them does not
 * know, and more that `operations.ts` makes whole layers of. A call that a replacement doesn't cover goes to the stock
 * kernel and is counted.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { conv2d, fusedConv2d } from "./convolution/conv2d.ts";
import { conv2dBackpropFilter, conv2dBackpropFilterAndBiasSlices } from "./convolution/conv2d_backprop_filter.ts";
import { conv2dBackpropInput, conv2dBackpropInputTimesDerivative } from "./convolution/conv2d_backprop_input.ts";
import { local } from "./convolution/local.ts";
import { localInputGradient } from "./convolution/local_input_gradient.ts";
import { localWeightGradient } from "./convolution/local_weight_gradient.ts";
import { avgPool, l2Pool, maxPool } from "./pooling/pool.ts";
import { avgPoolGrad, l2PoolGrad, maxPoolGrad } from "./pooling/pool_gradient.ts";
import { scaleShift, scaleShiftGradientSlices, scaleShiftInputGradient } from "./pooling/scale_shift.ts";
import { columnSums, sum } from "./products/column_sum.ts";
import { fusedMatMul, matMulTimesDerivative } from "./products/matmul.ts";
import { activationGradient } from "./training/activation_gradient.ts";
import { batchMoments, normalise } from "./training/batch_norm.ts";
import {
  batchNormChunkGradients,
  batchNormInputGradient,
  batchNormJoinedGradient,
} from "./training/batch_norm_gradient.ts";
import { distort } from "./training/distort.ts";
import { batchLosses, batchLossesGradient } from "./training/loss.ts";
import { masked } from "./training/masked.ts";
import { prelu, preluGradientSlices, preluInputGradient } from "./training/prelu.ts";
import type { TunedKernel } from "./wgsl/program.ts";
import type { KernelParameters } from "./wgsl/types.ts";

const BACKEND = "webgpu";

/** The tuned kernels by the names of the stock ones that they replace. */
const REPLACEMENTS: Readonly<Record<string, TunedKernel>> = {
  BatchMatMul: fusedMatMul,
  _FusedMatMul: fusedMatMul,
  Conv2D: conv2d,
  FusedConv2D: fusedConv2d,
  Conv2DBackpropFilter: conv2dBackpropFilter,
  Conv2DBackpropInput: conv2dBackpropInput,
  MaxPool: maxPool,
  MaxPoolGrad: maxPoolGrad,
  AvgPool: avgPool,
  AvgPoolGrad: avgPoolGrad,
  Prelu: prelu,
  Sum: sum,
};

/** Kernels that TensorFlow.js has none for, by the names that `operations.ts` runs them under. */
const ADDITIONS: Readonly<Record<string, TunedKernel>> = {
  ActivationGradient: activationGradient,
  BatchLosses: batchLosses,
  BatchLossesGradient: batchLossesGradient,
  BatchMoments: batchMoments,
  BatchNormChunkGradients: batchNormChunkGradients,
  BatchNormInputGradient: batchNormInputGradient,
  BatchNormJoinedGradient: batchNormJoinedGradient,
  ColumnSum: columnSums,
  Conv2DBackpropFilterAndBiasSlices: conv2dBackpropFilterAndBiasSlices,
  Conv2DBackpropInputTimesDerivative: conv2dBackpropInputTimesDerivative,
  Distort: distort,
  L2Pool: l2Pool,
  L2PoolGrad: l2PoolGrad,
  Local: local,
  LocalInputGradient: localInputGradient,
  LocalWeightGradient: localWeightGradient,
  Masked: masked,
  MatMulTimesDerivative: matMulTimesDerivative,
  Normalise: normalise,
  PreluGradientSlices: preluGradientSlices,
  PreluInputGradient: preluInputGradient,
  ScaleShift: scaleShift,
  ScaleShiftGradientSlices: scaleShiftGradientSlices,
  ScaleShiftInputGradient: scaleShiftInputGradient,
};

const stock = new Map<string, tf.KernelConfig>();
const fallbacks = new Map<string, number>();

/**
 * Registers the tuned kernels over the stock ones of the webgpu backend. Does nothing where they already are.
 *
 * @throws {Error} when TensorFlow.js has no stock kernel of that name: another version, another set of names.
 */
export function installTunedKernels(): void {
  for (const [kernelName, tuned] of Object.entries(REPLACEMENTS)) {
    if (stock.has(kernelName)) continue;
    const config = tf.getKernel(kernelName, BACKEND);
    if (!config) {
      throw new Error(`TensorFlow.js has no webgpu kernel "${kernelName}" to replace. Use the version in deno.json.`);
    }
    stock.set(kernelName, config);
    replace({ ...config, kernelFunc: (parameters) => runOrHandOver(tuned, config, parameters) });
  }
  for (const [kernelName, tuned] of Object.entries(ADDITIONS)) {
    if (tf.getKernel(kernelName, BACKEND)) continue;
    tf.registerKernel({
      kernelName,
      backendName: BACKEND,
      kernelFunc: (parameters) => runAlone(tuned, kernelName, parameters),
    });
  }
}

/** Puts the stock kernels back. Does nothing where they already are. */
export function uninstallTunedKernels(): void {
  for (const config of stock.values()) replace(config);
  stock.clear();
  for (const kernelName of Object.keys(ADDITIONS)) {
    if (tf.getKernel(kernelName, BACKEND)) tf.unregisterKernel(kernelName, BACKEND);
  }
}

/** Which kernels the webgpu backend runs now. */
export function installedKernels(): "tuned" | "stock" {
  return stock.size > 0 ? "tuned" : "stock";
}

/**
 * How often a tuned kernel handed a call over to the stock one since the program started, by kernel name. A recorded
 * step counts once, however often it is replayed.
 */
export function fallbackCounts(): ReadonlyMap<string, number> {
  return fallbacks;
}

/** Notes what has been handed over so far; the function returned tells what has been since, e.g. `MaxPoolGrad (2)`. */
export function watchFallbacks(): () => string {
  const before = new Map(fallbacks);
  return () =>
    [...fallbacks].map(([kernel, count]) => ({ kernel, count: count - (before.get(kernel) ?? 0) }))
      .filter(({ count }) => count > 0).map(({ kernel, count }) => `${kernel} (${count})`).join(", ");
}

function runOrHandOver(tuned: TunedKernel, config: tf.KernelConfig, parameters: KernelParameters) {
  const result = runTuned(tuned, parameters);
  if (result !== undefined) return result;
  fallbacks.set(config.kernelName, (fallbacks.get(config.kernelName) ?? 0) + 1);
  return config.kernelFunc(parameters);
}

function runAlone(tuned: TunedKernel, kernelName: string, parameters: KernelParameters) {
  const result = runTuned(tuned, parameters);
  if (result !== undefined) return result;
  const shapes = Object.entries(parameters.inputs).map(([name, info]) => `${name} [${info?.shape}]`).join(", ");
  throw new Error(`Kernel "${kernelName}" does not cover ${shapes}; its operation has to ask before it runs it`);
}

function runTuned(tuned: TunedKernel, { inputs, attrs = {}, backend }: KernelParameters) {
  return backend instanceof WebGPUBackend ? tuned(inputs, attrs, backend) : undefined;
}

function replace(config: tf.KernelConfig): void {
  tf.unregisterKernel(config.kernelName, BACKEND);
  tf.registerKernel(config);
}
