import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { SECOND_ADAPTER } from "../device/testing_second_adapter.ts";

/** What `lanes_program.ts` prints in a process with `env`. */
async function compute(env: Record<string, string>): Promise<{ lanes: number; checksum: string }> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--quiet", "--allow-env", "lanes_program.ts"],
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    env: { ...env, NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  assert.ok(success, text.decode(stderr));
  return JSON.parse(text.decode(stdout));
}

Deno.test("TUNED_KERNELS compute the same bytes as UNSHARED_KERNELS, with every number of lanes", async () => {
  // llvmpipe's vectors have a lane for each 32 bits; other adapters ignore the variable.
  const found = [];
  for (const bits of ["128", "256", "512"]) found.push(await compute({ LP_NATIVE_VECTOR_WIDTH: bits }));
  assert.equal(new Set(found.map(({ checksum }) => checksum)).size, 1, JSON.stringify(found));
  assert.ok(found.some(({ lanes }) => lanes > 1), "no subgroup shared its loads");
});

Deno.test({
  name: "TUNED_KERNELS compute the same bytes as UNSHARED_KERNELS on a second adapter",
  ignore: SECOND_ADAPTER === undefined,
  fn: async () => void await compute(SECOND_ADAPTER!),
});
