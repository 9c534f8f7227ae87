/**
 * The kernels that a backend runs. Which sets there are is decided above this room, by `kernels/mod.ts`.
 *
 * @module
 */

/** This project's kernels, the same without loads shared by subgroups, or TensorFlow.js's own. */
export type KernelSetName = "tuned" | "unshared" | "stock";

/** Kernels for the webgpu backend. */
export interface KernelSet {
  /** As rows name it. */
  readonly name: KernelSetName;
  /** Whether the threads of a subgroup share loads, on a device where they can. */
  readonly sharesLoads: boolean;
  /**
   * Registers the kernels with TensorFlow.js, in place of or next to the stock ones.
   *
   * @param onFallback Called with a kernel's name whenever a call falls back to the stock kernel.
   * @returns Registers the stock kernels again.
   */
  readonly install: (onFallback: (kernelName: string) => void) => () => void;
}

/** TensorFlow.js's own kernels. */
export const STOCK_KERNELS: KernelSet = { name: "stock", sharesLoads: false, install: () => () => {} };

/** The set that a backend runs, and the calls that fell back to stock kernels. */
export class InstalledKernels {
  /** Number of fallbacks by kernel name. A recorded step counts once, however often it is replayed. */
  readonly fallbacks = new Map<string, number>();
  #name = STOCK_KERNELS.name;
  #uninstall = () => {};

  get name(): KernelSetName {
    return this.#name;
  }

  /** Replaces the set that runs now. When the new one can't be installed, the stock kernels are left. */
  use({ name, install }: KernelSet): void {
    if (name === this.#name) return;
    this.#uninstall();
    this.#uninstall = () => {};
    this.#name = STOCK_KERNELS.name;
    this.#uninstall = install((kernelName) =>
      this.fallbacks.set(kernelName, (this.fallbacks.get(kernelName) ?? 0) + 1)
    );
    this.#name = name;
  }
}

/** Notes the fallbacks so far; the function returned describes those since then, e.g. `MaxPoolGrad (2)`. */
export function watchFallbacks({ fallbacks }: { readonly fallbacks: ReadonlyMap<string, number> }): () => string {
  const before = new Map(fallbacks);
  return () =>
    [...fallbacks].map(([kernel, count]) => ({ kernel, count: count - (before.get(kernel) ?? 0) }))
      .filter(({ count }) => count > 0).map(({ kernel, count }) => `${kernel} (${count})`).join(", ");
}
