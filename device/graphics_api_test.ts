import assert from "node:assert/strict";
import { API_VARIABLE, apiOf, choosingVariables, permittedApis } from "./graphics_api.ts";

Deno.test("permittedApis() reads every spelling that Deno takes, and lists", () => {
  assert.deepEqual(permittedApis(undefined), ["vulkan", "metal", "dx12", "gl"]);
  const spellings = { vulkan: ["vulkan", "vk", "VULKAN"], metal: ["metal", "mtl"], dx12: ["dx12", "d3d12"] };
  for (const [api, values] of Object.entries({ ...spellings, gl: ["gl", "opengl", "gles", " GL "] })) {
    for (const value of values) assert.deepEqual(permittedApis(value), [api]);
  }
  assert.deepEqual(permittedApis("gl,vulkan"), ["vulkan", "gl"]);
});

Deno.test("permittedApis() names a value that is no graphics API, also next to one that is, and those that exist", () => {
  for (const [value, unknown] of [["cuda", "cuda"], ["", ""], ["gl,cuda", "cuda"], ["vulkan;gl", "vulkan;gl"]]) {
    assert.throws(() => permittedApis(value), {
      name: "UserError",
      message: `DENO_WEBGPU_BACKEND is "${value}", and "${unknown}" is no graphics API. Set it to "vulkan", "metal", ` +
        '"dx12", "gl" or several of them with commas between, or unset it.',
    });
  }
});

/** An adapter that `identify` returns as it is. */
const adapter = (name: string) => name as unknown as GPUAdapter;

const identify = (each: GPUAdapter) => each as unknown as string;

Deno.test("apiOf() finds the graphics API through which the same adapter answers, and restores the variable", async () => {
  const before = Deno.env.get(API_VARIABLE);
  const answers: Readonly<Record<string, string>> = { vulkan: "llvmpipe, 8 lanes", gl: "llvmpipe, no lanes" };
  const request = () => {
    const name = answers[Deno.env.get(API_VARIABLE)!];
    return Promise.resolve(name === undefined ? null : adapter(name));
  };
  const found = (name: string) => apiOf(adapter(name), { apis: ["vulkan", "metal", "dx12", "gl"], request, identify });
  assert.equal(await found("llvmpipe, 8 lanes"), "Vulkan");
  assert.equal(await found("llvmpipe, no lanes"), "OpenGL");
  assert.equal(await found("one that has gone"), "");
  assert.equal(Deno.env.get(API_VARIABLE), before);
});

Deno.test("apiOf() asks for nothing if only one graphics API is permitted", async () => {
  const request = () => Promise.reject(new Error("Asked"));
  assert.equal(await apiOf(adapter("any"), { apis: ["dx12"], request, identify }), "DX12");
});

Deno.test("choosingVariables() quotes the variables that are set", () => {
  const name = "VK_LOADER_DRIVERS_DISABLE";
  Deno.env.set(name, "*nothing*");
  try {
    assert.ok(choosingVariables().includes('VK_LOADER_DRIVERS_DISABLE="*nothing*"'));
  } finally {
    Deno.env.delete(name);
  }
});
