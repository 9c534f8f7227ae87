import assert from "node:assert/strict";
import { FirstRuns } from "./first_runs.ts";

/** Resolves after `ms`. */
function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

Deno.test("compileSeconds is what the first run of each size took longer than the others", async () => {
  let pending = Promise.resolve();
  const sizes: number[] = [];
  const runs = new FirstRuns(() => pending, () => sizes.push(0));
  const enqueue = (ms: number) => () => {
    const before = pending;
    pending = before.then(() => wait(ms));
    return ms;
  };
  const started = performance.now();
  assert.equal(await runs.run(128, enqueue(100)), 100);
  for (let i = 0; i < 3; i++) await runs.run(128, enqueue(20));
  await runs.run(96, enqueue(60)); // Waits for the runs before it, whose time is not its own.
  await pending;
  assert.ok(runs.compileSeconds > 0.15, "no time of other runs is known yet");
  runs.took((performance.now() - started) / 1000);
  assert.equal(sizes.length, 2);
  assert.ok(runs.compileSeconds > 0.08 && runs.compileSeconds < 0.15, `80 + 40 ms, not ${runs.compileSeconds} s`);
});

Deno.test("compileSeconds is 0 without runs, and never negative", async () => {
  const runs = new FirstRuns(() => Promise.resolve());
  assert.equal(runs.compileSeconds, 0);
  await runs.run(1, () => {});
  await runs.run(1, () => {});
  runs.took(10);
  assert.equal(runs.compileSeconds, 0);
});
