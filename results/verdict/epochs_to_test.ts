import assert from "node:assert/strict";
import { fakeRun } from "../testing.ts";
import { epochRatio, epochsTo } from "./epochs_to.ts";

Deno.test("epochsTo() finds the first epoch at or below the target for each seed", () => {
  // Invented errors: 8, 4 and 2 per cent times 1.1, 1.2 and 1.3.
  const { epochs } = fakeRun();
  assert.deepEqual([...epochsTo(epochs, 4.4)], [[1, 2], [2, 3], [3, 3]]);
  assert.deepEqual([...epochsTo(epochs, 2.4)], [[1, 3], [2, 3], [3, null]]);
});

Deno.test("epochRatio() takes the seeds with which both reached the target, and has their range", () => {
  const arm = new Map([[1, 2], [2, 6], [3, null], [4, 5]]);
  const baseline = new Map([[1, 4], [2, 8], [3, 1], [5, 5]]);
  assert.deepEqual(epochRatio(arm, baseline), { value: 8 / 12, low: 0.5, high: 0.75, n: 2 });
  assert.equal(epochRatio(arm, new Map([[1, null]])), undefined);
});
