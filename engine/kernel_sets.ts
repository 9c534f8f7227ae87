/**
 * The two sets of kernels, and devices to compare them on.
 *
 * @module
 */
import { installTunedKernels, uninstallTunedKernels } from "../kernels/mod.ts";
import { type AdapterDescription, startBackend } from "./backend.ts";

/** This project's kernels, and TensorFlow.js's own. */
export const KERNEL_SETS = ["tuned", "stock"] as const;
export type KernelSet = (typeof KERNEL_SETS)[number];

/** Makes the webgpu backend run `set` from now on; pipelines that were compiled before stay. */
export function useKernels(set: KernelSet): void {
  if (set === "tuned") installTunedKernels();
  else uninstallTunedKernels();
}

/**
 * Runs `work` on a fresh device, with the stock kernels, and gives the device back.
 *
 * @throws {DeviceFault} The device reported an error: what `work` returned would be worthless.
 */
export async function onFreshDevice<T>(work: (adapter: AdapterDescription) => Promise<T>): Promise<T> {
  const backend = await startBackend("webgpu");
  try {
    const result = await work(backend.adapter);
    // Errors arrive as events, a turn after the work that caused them.
    await new Promise((resolve) => setTimeout(resolve, 0));
    backend.check();
    return result;
  } finally {
    useKernels("stock");
    backend.stop();
  }
}
