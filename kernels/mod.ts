/**
 * The tuned WebGPU kernels as a set that a backend runs. Some replace TensorFlow.js's own in its registry, so that
 * callers need not know about them; others are new, and `operations.ts` builds whole layers from them.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { type KernelSet, type KernelSetName, STOCK_KERNELS } from "../device/kernel_set.ts";
import * as list from "./list.ts";
import type { KernelFunction, TunedKernel } from "./wgsl/program.ts";
import type { KernelParameters, TensorInfo } from "./wgsl/types.ts";

export { STOCK_KERNELS } from "../device/kernel_set.ts";

const BACKEND = "webgpu";

/** Of a kernel with one result or several. */
type AnyKernelFunction = KernelFunction<TensorInfo | TensorInfo[]>;

const KERNELS: readonly TunedKernel<TensorInfo | TensorInfo[]>[] = Object.values(list);

/** This project's kernels; calls that they don't cover fall back to TensorFlow.js's own. */
export const TUNED_KERNELS: KernelSet = { name: "tuned", sharesLoads: true, install };

/** The same kernels when every thread loads for itself: the same results, for comparison and for doubtful drivers. */
export const UNSHARED_KERNELS: KernelSet = { name: "unshared", sharesLoads: false, install };

/** The sets by their names. */
export const KERNEL_SETS: Readonly<Record<KernelSetName, KernelSet>> = {
  tuned: TUNED_KERNELS,
  unshared: UNSHARED_KERNELS,
  stock: STOCK_KERNELS,
};

function install(onFallback: (kernelName: string) => void): () => void {
  if (KERNELS.some((kernel) => "adds" in kernel && tf.getKernel(kernel.adds, BACKEND))) {
    throw new Error("The tuned kernels are registered already. Stop the backend that runs them first.");
  }
  const undo = KERNELS.map((kernel) =>
    "replaces" in kernel ? replaceStock(kernel.replaces, kernel.run, onFallback) : add(kernel.adds, kernel.run)
  );
  return () => undo.forEach((restore) => restore());
}

function replaceStock(
  kernelName: string,
  run: AnyKernelFunction,
  onFallback: (kernelName: string) => void,
): () => void {
  const stock = tf.getKernel(kernelName, BACKEND);
  if (!stock) {
    throw new Error(`TensorFlow.js has no webgpu kernel "${kernelName}" to replace. Use the version in deno.json.`);
  }
  register({
    ...stock,
    kernelFunc(parameters) {
      const result = runTuned(run, parameters);
      if (result !== undefined) return result;
      onFallback(kernelName);
      return stock.kernelFunc(parameters);
    },
  });
  return () => register(stock);
}

function add(kernelName: string, run: AnyKernelFunction): () => void {
  tf.registerKernel({
    kernelName,
    backendName: BACKEND,
    kernelFunc(parameters) {
      const result = runTuned(run, parameters);
      if (result !== undefined) return result;
      const shapes = Object.entries(parameters.inputs).map(([name, info]) => `${name} [${info?.shape}]`).join(", ");
      throw new Error(`Kernel "${kernelName}" does not cover ${shapes}; its operation has to ask before it runs it`);
    },
  });
  return () => tf.unregisterKernel(kernelName, BACKEND);
}

function runTuned(run: AnyKernelFunction, { inputs, attrs = {}, backend }: KernelParameters) {
  return backend instanceof WebGPUBackend ? run(inputs, attrs, backend) : undefined;
}

/** TensorFlow.js warns of a kernel that is registered over another. */
function register(config: tf.KernelConfig): void {
  tf.unregisterKernel(config.kernelName, BACKEND);
  tf.registerKernel(config);
}
