/**
 * The graphics APIs through which WebGPU reaches adapters, and an adapter in words.
 *
 * @module
 */

/** A graphics API by its name, empty if it is not known. */
export type GraphicsApi = "Vulkan" | "Metal" | "DX12" | "OpenGL" | "";

/** All values, the empty one included. */
export const GRAPHICS_APIS: readonly GraphicsApi[] = ["Vulkan", "Metal", "DX12", "OpenGL", ""];

/**
 * The adapter of that name and the graphics API through which it answered, if that is known: for example
 * `llvmpipe (LLVM 15.0.6, 256 bits) through Vulkan`.
 */
export function adapterWords({ adapter, api }: { readonly adapter: string; readonly api: string }): string {
  return api === "" ? adapter : `${adapter} through ${api}`;
}
