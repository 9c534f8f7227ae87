/**
 * Prints the WebGPU adapter's name; exits with 1 if none answers. For `setup.sh`, so it imports nothing.
 *
 * @module
 */
const adapter = await navigator.gpu?.requestAdapter();
if (!adapter) Deno.exit(1);
console.log(adapter.info.description || adapter.info.vendor || "unnamed");
