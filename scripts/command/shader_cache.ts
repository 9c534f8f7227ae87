/**
 * Where Mesa keeps compiled shaders, so that only the first process waits for them.
 *
 * Its entries are machine code that later processes execute, so no task's program may write there, only Mesa does. It
 * knows each entry by its own build and by the processor, and several versions can share the folder. Mesa 22, 25 and 26
 * take it from the same variable; 22 does not make the folders above it.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** Names the folder; Mesa reads it when the first adapter is requested. */
export const SHADER_CACHE_VARIABLE = "MESA_SHADER_CACHE_DIR";

/**
 * The variables that make a process, and those that it starts, keep their shaders in `.cache/mesa` of the project. None
 * if the user has named another folder, or if it can't be made: then Mesa decides.
 */
export function shaderCacheVariables(): Record<string, string> {
  if (Deno.env.get(SHADER_CACHE_VARIABLE)) return {};
  const folder = fileURLToPath(new URL("../../.cache/mesa", import.meta.url));
  try {
    Deno.mkdirSync(folder, { recursive: true });
  } catch {
    return {};
  }
  return { [SHADER_CACHE_VARIABLE]: folder };
}

/**
 * Makes Mesa compile every shader in this process, or the first step of a second run would look fast. Has to come
 * before the first adapter. What the user has set already stays.
 */
export function disableShaderCache(): void {
  if (!Deno.env.get("MESA_SHADER_CACHE_DISABLE")) Deno.env.set("MESA_SHADER_CACHE_DISABLE", "true");
}
