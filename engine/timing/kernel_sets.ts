/**
 * The two sets of kernels, and devices to compare them on.
 *
 * @module
 */
import { type AdapterDescription, startBackend } from "../../device/backend.ts";
import { finishWork } from "../../device/device_work.ts";
import { installTunedKernels, uninstallTunedKernels } from "../../kernels/mod.ts";
import { type Contender, contender } from "./contenders.ts";

/** This project's kernels, and TensorFlow.js's own. */
export const KERNEL_SETS = ["tuned", "stock"] as const;
export type KernelSet = (typeof KERNEL_SETS)[number];

/** Makes the webgpu backend run `set` from now on; pipelines that were compiled before stay. */
export function useKernels(set: KernelSet): void {
  if (set === "tuned") installTunedKernels();
  else uninstallTunedKernels();
}

/** Work that enqueues itself with the kernels of `set`; what its runs leave behind is cleared off the clock. */
export interface KernelWork {
  readonly set: KernelSet;
  readonly run: () => void;
  readonly settle?: () => Promise<void>;
}

/** Takes the time of `work`. */
export function kernelContender(name: string, { set, run, settle }: KernelWork): Contender {
  const { time } = contender(name, async (runs) => {
    for (let i = 0; i < runs; i++) run();
    await finishWork();
  });
  return {
    name,
    async time(runs) {
      useKernels(set);
      const ms = await time(runs);
      await settle?.();
      return ms;
    },
  };
}

/**
 * Runs `work` on a fresh device, with the stock kernels, and gives the device back. `work` gets the adapter, and
 * {@linkcode Backend.check} to call where it wants to know of errors before its end.
 *
 * @throws {DeviceFault} The device reported an error: what `work` returned would be worthless.
 */
export async function onFreshDevice<T>(
  work: (adapter: AdapterDescription, check: () => void) => Promise<T>,
): Promise<T> {
  const backend = await startBackend("webgpu");
  try {
    const result = await work(backend.adapter, backend.check);
    // Errors arrive as events, a turn after the work that caused them.
    await new Promise((resolve) => setTimeout(resolve, 0));
    backend.check();
    return result;
  } finally {
    useKernels("stock");
    backend.stop();
  }
}
