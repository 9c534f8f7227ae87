import assert from "node:assert/strict";
import { COMMIT_VARIABLE, readCommit } from "./commit.ts";

Deno.test("the commit that the launcher hands over is believed, else git is asked", async () => {
  const before = Deno.env.get(COMMIT_VARIABLE);
  try {
    Deno.env.set(COMMIT_VARIABLE, "handed-over");
    assert.equal(await readCommit(), "handed-over");
    Deno.env.delete(COMMIT_VARIABLE);
    assert.match(await readCommit(), /^([0-9a-f]{40}(-dirty\.[0-9a-f]{12})?|unknown)$/);
  } finally {
    if (before !== undefined) Deno.env.set(COMMIT_VARIABLE, before);
  }
});
