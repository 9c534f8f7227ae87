import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { SECOND_ADAPTER } from "../../device/testing_second_adapter.ts";
import type { Outcome } from "./repeatability_program.ts";

const PROGRAM = fileURLToPath(import.meta.resolve("./repeatability_program.ts"));

/** What came of a small training in a process of its own. */
async function trainInProcess(seed: number, env: Record<string, string> = {}): Promise<Outcome> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-read", "--allow-env", PROGRAM, String(seed)],
    env,
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("train() reaches the same weights in two processes on one adapter, byte for byte, and others from another seed", async () => {
  const { weights } = await trainInProcess(1);
  assert.match(weights, /^[0-9a-f]{64}$/);
  assert.equal((await trainInProcess(1)).weights, weights);
  assert.notEqual((await trainInProcess(2)).weights, weights);
});

Deno.test({
  name: "train() on another adapter has the same losses, to a hundred-thousandth",
  ignore: SECOND_ADAPTER === undefined,
  async fn() {
    const here = await trainInProcess(1);
    const there = await trainInProcess(1, SECOND_ADAPTER);
    assert.match(there.adapter, /SwiftShader/);
    for (const [epoch, loss] of here.losses.entries()) {
      assert.ok(
        Math.abs(there.losses[epoch]! / loss - 1) < 1e-5,
        `epoch ${epoch + 1}: ${loss}, ${there.losses[epoch]}`,
      );
    }
  },
});
