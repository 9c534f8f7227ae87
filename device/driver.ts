/**
 * Which driver runs the adapter.
 *
 * WebGPU in Deno reports the adapter's name, which on Mesa includes LLVM's version, but not the driver's own version.
 * Debian and its like have that in the list of installed packages.
 *
 * @module
 */

import type { GraphicsApi } from "../base/graphics_api.ts";

/** Debian's list of installed packages. */
export const PACKAGES_FILE = "/var/lib/dpkg/status";

const PACKAGE = "mesa-vulkan-drivers";

/** Mesa's package `installed` if its software adapter answered through Vulkan, and empty for others. */
export function driverOf(
  { adapter, api }: { readonly adapter: string; readonly api: GraphicsApi },
  installed: string,
): string {
  return adapter.startsWith("llvmpipe") && api !== "OpenGL" ? installed : "";
}

/** For example `mesa-vulkan-drivers 22.3.6-1+deb12u1`, the installed package; empty when the system does not say. */
export function readDriver(): string {
  try {
    return driverIn(Deno.readTextFileSync(PACKAGES_FILE));
  } catch {
    return ""; // Another system, or no permission to ask.
  }
}

/** The driver in a list of packages; empty if it is not in it. */
export function driverIn(packages: string): string {
  const paragraph = packages.split("\n\n").find((text) => text.startsWith(`Package: ${PACKAGE}\n`));
  const version = paragraph?.match(/^Version: (\S+)$/m)?.[1];
  return version === undefined ? "" : `${PACKAGE} ${version}`;
}
