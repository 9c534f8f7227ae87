import assert from "node:assert/strict";
import { disableShaderCache } from "./cli.ts";

Deno.test("disableShaderCache() leaves alone what the user has set", () => {
  const before = Deno.env.get("MESA_SHADER_CACHE_DISABLE");
  try {
    for (const [set, expected] of [["", "true"], ["false", "false"]] as const) {
      Deno.env.set("MESA_SHADER_CACHE_DISABLE", set);
      disableShaderCache();
      assert.equal(Deno.env.get("MESA_SHADER_CACHE_DISABLE"), expected);
    }
  } finally {
    if (before === undefined) Deno.env.delete("MESA_SHADER_CACHE_DISABLE");
    else Deno.env.set("MESA_SHADER_CACHE_DISABLE", before);
  }
});
