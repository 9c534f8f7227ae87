import assert from "node:assert/strict";
import { Stopwatch } from "./stopwatch.ts";

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

Deno.test("time() adds the time of asynchronous and of failed work to its part, and returns the result", async () => {
  const watch = new Stopwatch<"one" | "two">();
  assert.equal(await watch.time("one", () => wait(20).then(() => 7)), 7);
  await assert.rejects(watch.time("two", () => wait(20).then(() => Promise.reject(new Error("late")))), /late/);
  assert.throws(() => watch.time("two", () => assert.fail("at once")), /at once/);
  assert.equal(watch.time("one", () => 8), 8);
  // A timer may fire a little early by this clock.
  for (const part of ["one", "two"] as const) assert.ok(watch.seconds(part) > 0.015, part);
  assert.ok(watch.seconds("one") + watch.seconds("two") <= watch.elapsed);
});

Deno.test("elapsed stands still after stop()", async () => {
  const watch = new Stopwatch(0);
  watch.stop();
  const { elapsed } = watch;
  await wait(5);
  assert.equal(watch.elapsed, elapsed);
  assert.ok(elapsed > 0);
});

Deno.test("move() leaves the sum as it is", () => {
  const watch = new Stopwatch<"whole" | "part">();
  watch.add("whole", 3);
  watch.move(1, { from: "whole", to: "part" });
  assert.deepEqual([watch.seconds("whole"), watch.seconds("part")], [2, 1]);
});
