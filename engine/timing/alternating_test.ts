import assert from "node:assert/strict";
import { alternate, type Slice } from "./alternating.ts";

/** A side whose steps take `ms` each, and which notes what it is asked for. */
function side(name: string, { ms, asked }: { readonly ms: number; readonly asked: string[] }) {
  return (steps: number): Promise<Slice> => {
    asked.push(`${name} ${steps}`);
    return Promise.resolve({ steps, wallMs: ms * steps, cpuMs: ms * steps });
  };
}

Deno.test("alternate() takes blocks A B B A and B A A B, of as many steps on both sides as the faster takes in 0.1 s", async () => {
  const asked: string[] = [];
  const sides = { base: side("A", { ms: 10, asked }), head: side("B", { ms: 20, asked }) };
  const slices = await alternate(sides, new AbortController().signal);
  assert.deepEqual(asked.slice(0, 4), ["A 2", "B 2", "A 4", "B 4"], "a warm-up");
  const taken = slices.map(({ side }) => side === "base" ? "A" : "B").join("");
  assert.equal(taken, "ABBABAAB".repeat(3));
  assert.ok(slices.every(({ steps }) => steps === 10));
  assert.deepEqual(slices.slice(3, 5).map(({ block, place }) => [block, place]), [[1, 4], [2, 1]]);
});

Deno.test("alternate() takes at least one step, and stops when the signal says so", async () => {
  const controller = new AbortController();
  const asked: string[] = [];
  const slow = { base: side("A", { ms: 1e4, asked }), head: side("B", { ms: 1e4, asked }) };
  assert.ok((await alternate(slow, controller.signal)).every(({ steps }) => steps === 1));
  controller.abort(new Error("enough"));
  await assert.rejects(alternate(slow, controller.signal), /enough/);
});
