import assert from "node:assert/strict";
import { sweepRow } from "./sweeps.ts";

Deno.test("sweepRow takes as many errors as images, and no more", () => {
  const row = { schema: 2, trial: "s/v/1", suite: "s", variant: "v", seed: 1, sweep: "shift", amount: 1, images: 10 };
  assert.equal(sweepRow.safeParse({ ...row, errors: 10 }).success, true);
  assert.equal(sweepRow.safeParse({ ...row, errors: 11 }).success, false);
});
