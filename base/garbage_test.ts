import assert from "node:assert/strict";
import { collectGarbage } from "./garbage.ts";

Deno.test("collectGarbage() collects at once what nothing reaches", async () => {
  const dead = Array.from({ length: 100 }, () => new WeakRef({}));
  // A weak reference holds its object until the turn that made it is over.
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.ok(dead.some((reference) => reference.deref() !== undefined), "still there: nothing has collected it yet");
  await new Promise((resolve) => setTimeout(resolve, 0));
  collectGarbage();
  assert.ok(dead.every((reference) => reference.deref() === undefined));
});
