/**
 * The graphics API through which Deno's WebGPU reaches an adapter.
 *
 * The same adapter may answer through several, under one name: Mesa's software adapter through OpenGL is far slower
 * than through Vulkan. Deno lets the variable DENO_WEBGPU_BACKEND choose among them and does not say which one
 * answered.
 *
 * @module
 */
import { UserError } from "../base/errors.ts";
import type { GraphicsApi } from "../base/graphics_api.ts";

/** Deno's variable: one value, or several separated by commas, in any case. */
export const API_VARIABLE = "DENO_WEBGPU_BACKEND";

/** Variables of the Vulkan loader and of Mesa that decide which adapters there are. */
export const DRIVER_VARIABLES = [
  "VK_DRIVER_FILES",
  "VK_ICD_FILENAMES",
  "VK_LOADER_DRIVERS_SELECT",
  "VK_LOADER_DRIVERS_DISABLE",
  "MESA_VK_DEVICE_SELECT",
] as const;

/** The APIs by the values of {@linkcode API_VARIABLE}. */
const APIS = { vulkan: "Vulkan", metal: "Metal", dx12: "DX12", gl: "OpenGL" } as const satisfies Record<
  string,
  GraphicsApi
>;

type ApiValue = keyof typeof APIS;

/** Its other spellings. */
const SPELLINGS: Readonly<Record<string, ApiValue>> = {
  vk: "vulkan",
  mtl: "metal",
  d3d12: "dx12",
  opengl: "gl",
  gles: "gl",
};

/**
 * The values that {@linkcode API_VARIABLE} permits; all without it.
 *
 * @param value Of the variable. Deno ignores what it does not know, and then finds no adapter at all.
 * @throws {UserError} An unknown value.
 */
export function permittedApis(value: string | undefined): readonly ApiValue[] {
  const all = Object.keys(APIS) as ApiValue[];
  if (value === undefined) return all;
  const words = value.toLowerCase().split(",").map((word) => word.trim());
  const unknown = words.find((word) => !Object.hasOwn(APIS, word) && !Object.hasOwn(SPELLINGS, word));
  if (unknown !== undefined) {
    throw new UserError(
      `${API_VARIABLE} is "${value}", and "${unknown}" is no graphics API. Set it to ${
        all.map((each) => `"${each}"`).join(", ")
      } or several of them with commas between, or unset it.`,
    );
  }
  return all.filter((each) => words.some((word) => each === (SPELLINGS[word] ?? word)));
}

/**
 * Finds out through which of `apis`, the permitted ones, `adapter` answered: if there are several, by asking through
 * each for an adapter that is the same by `identify`. Empty without the permission to set the variable.
 *
 * @param options.request Asks for an adapter as `adapter` was asked for. Deno reads the variable each time.
 */
export async function apiOf(
  adapter: GPUAdapter,
  { apis: [first, ...others], request, identify }: {
    readonly apis: readonly ApiValue[];
    readonly request: () => Promise<GPUAdapter | null>;
    readonly identify: (adapter: GPUAdapter) => string;
  },
): Promise<GraphicsApi> {
  if (others.length === 0) return APIS[first!];
  const value = readVariable(API_VARIABLE);
  try {
    for (const each of [first!, ...others]) {
      Deno.env.set(API_VARIABLE, each);
      const answered = await request();
      if (answered && identify(answered) === identify(adapter)) return APIS[each];
    }
    return "";
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return "";
    throw error;
  } finally {
    restore(value);
  }
}

/** The variables that decide which adapter answers, as far as they are set, such as `DENO_WEBGPU_BACKEND="gl"`. */
export function choosingVariables(): string[] {
  return [API_VARIABLE, ...DRIVER_VARIABLES].flatMap((name) => {
    const value = readVariable(name);
    return value === undefined ? [] : [`${name}="${value}"`];
  });
}

function restore(value: string | undefined): void {
  try {
    if (value === undefined) Deno.env.delete(API_VARIABLE);
    else Deno.env.set(API_VARIABLE, value);
  } catch {
    // Without the permission, nothing was changed.
  }
}

/** undefined if it is not set, or there is no permission to ask. */
export function readVariable(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch {
    return undefined;
  }
}
