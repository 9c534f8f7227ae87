/**
 * The sets of kernels, and devices to compare them on.
 *
 * @module
 */
import { type Backend, startBackend } from "../../device/backend.ts";
import { finishWork } from "../../device/device_work.ts";
import { type KernelSet, STOCK_KERNELS } from "../../device/kernel_set.ts";
import { TUNED_KERNELS, UNSHARED_KERNELS } from "../../kernels/mod.ts";
import { type TimedWork, timedWork } from "./timed_work.ts";

/** This project's kernels, the same without shared loads, and TensorFlow.js's own. */
export const KERNEL_SETS: readonly KernelSet[] = [TUNED_KERNELS, UNSHARED_KERNELS, STOCK_KERNELS];

/** Work that enqueues itself with the kernels of `set`; what its runs leave behind is cleared off the clock. */
export interface KernelWork {
  readonly backend: Backend;
  readonly set: KernelSet;
  readonly run: () => void;
  readonly settle?: () => Promise<void>;
}

/** Times `work`, after its backend has been told to use its kernels. */
export function timedKernels(name: string, { backend, set, run, settle }: KernelWork): TimedWork {
  const { time } = timedWork(name, async (runs) => {
    for (let i = 0; i < runs; i++) run();
    await finishWork();
  });
  return {
    name,
    async time(runs) {
      backend.useKernels(set);
      const elapsed = await time(runs);
      await settle?.();
      return elapsed;
    },
  };
}

/**
 * Runs `work` on a fresh device that starts with `kernels`, and stops it.
 *
 * @throws {DeviceFault} The device reported an error: what `work` returned would be worthless.
 */
export async function onFreshDevice<T>(kernels: KernelSet, work: (backend: Backend) => Promise<T>): Promise<T> {
  const backend = await startBackend("webgpu", { kernels });
  try {
    const result = await work(backend);
    // Errors arrive as events, a turn after the work that caused them.
    await new Promise((resolve) => setTimeout(resolve, 0));
    backend.check();
    return result;
  } finally {
    backend.stop();
  }
}
