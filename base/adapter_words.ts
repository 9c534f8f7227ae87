/**
 * An adapter in words.
 *
 * @module
 */

/**
 * The adapter of that name and the graphics API through which it answered, if that is known: for example
 * `llvmpipe (LLVM 15.0.6, 256 bits) through Vulkan`.
 */
export function adapterWords({ adapter, api }: { readonly adapter: string; readonly api: string }): string {
  return api === "" ? adapter : `${adapter} through ${api}`;
}
