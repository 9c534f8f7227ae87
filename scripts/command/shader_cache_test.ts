import assert from "node:assert/strict";
import { denoArguments, TASKS } from "./permissions.ts";
import { disableShaderCache, SHADER_CACHE_VARIABLE, shaderCacheVariables } from "./shader_cache.ts";

/** Runs `body` with the variable set to `value`, and restores it. */
function withVariable(name: string, value: string, body: () => void): void {
  const before = Deno.env.get(name);
  try {
    Deno.env.set(name, value);
    body();
  } finally {
    if (before === undefined) Deno.env.delete(name);
    else Deno.env.set(name, before);
  }
}

Deno.test("shaderCacheVariables() names a folder of the project that is there, unless the user has named one", () => {
  withVariable(SHADER_CACHE_VARIABLE, "", () => {
    const folder = shaderCacheVariables()[SHADER_CACHE_VARIABLE];
    assert.equal(folder, new URL("../../.cache/mesa", import.meta.url).pathname);
    assert.ok(Deno.statSync(folder).isDirectory);
  });
  withVariable(SHADER_CACHE_VARIABLE, "/mine", () => assert.deepEqual(shaderCacheVariables(), {}));
});

Deno.test("denoArguments() lets no task write where compiled shaders are, which later runs execute", () => {
  for (const [task, { with: others = {} }] of Object.entries(TASKS)) {
    for (const word of ["", ...Object.keys(others)]) {
      const flags = denoArguments(task, { args: [word] }).filter((flag) => flag.startsWith("--allow-write"));
      for (const path of flags.flatMap((flag) => flag.split("=")[1]!.split(","))) {
        assert.ok(!".cache/mesa/entry".startsWith(`${path}/`) && path !== ".", `${task} ${word} writes "${path}"`);
      }
    }
  }
});

Deno.test("disableShaderCache() leaves alone what the user has set", () => {
  for (const [set, expected] of [["", "true"], ["false", "false"]] as const) {
    withVariable("MESA_SHADER_CACHE_DISABLE", set, () => {
      disableShaderCache();
      assert.equal(Deno.env.get("MESA_SHADER_CACHE_DISABLE"), expected);
    });
  }
});
