import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(import.meta.resolve("./repeatability_program.ts"));

/** The weights' checksum after a small training in a process of its own. */
async function trainInProcess(seed: number): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-read", "--allow-env", PROGRAM, String(seed)],
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  const checksum = new TextDecoder().decode(stdout).trim();
  assert.match(checksum, /^[0-9a-f]{64}$/);
  return checksum;
}

Deno.test("two processes on the same adapter train the same weights, byte for byte; another seed trains others", async () => {
  const first = await trainInProcess(1);
  assert.equal(await trainInProcess(1), first);
  assert.notEqual(await trainInProcess(2), first);
});
