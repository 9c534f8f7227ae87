import assert from "node:assert/strict";
import fc from "fast-check";
import { sharedBlock, sharedLoads } from "./shared.ts";

function block({ rows, columns, lanes }: { rows: number; columns: number; lanes: number }) {
  const place = (row: string, column: string) => `${row} * 100 + ${column}`;
  return sharedBlock({ name: "w", buffer: "weights", rows, columns, width: 4, lanes, place });
}

Deno.test("sharedBlock() has every thread load every vector itself without subgroups", () => {
  const { offsets, loads, element } = block({ rows: 2, columns: 3, lanes: 1 });
  assert.match(offsets, /let wPlace5 = 1 \* 100 \+ 2;$/m);
  assert.equal(loads("k").split("\n").length, 6);
  assert.match(loads("k"), /let w5 = weights\[k \+ wPlace5\];$/m);
  assert.equal(element({ row: 1, column: 2, at: 3 }), "w5.w");
});

Deno.test("sharedBlock() divides the vectors among the lanes, and takes each from the lane that loads it", () => {
  const { loads, element } = block({ rows: 3, columns: 3, lanes: 8 });
  assert.equal(loads("k").split("\n").length, 2);
  assert.equal(element({ row: 0, column: 0, at: 0 }), "subgroupBroadcast(w0.x, 0u)");
  assert.equal(element({ row: 2, column: 2, at: 1 }), "subgroupBroadcast(w1.y, 0u)");
});

Deno.test("sharedLoads() counts the loads that sharedBlock() writes", () => {
  const count = fc.integer({ min: 1, max: 12 });
  fc.assert(
    fc.property(count, count, fc.constantFrom(1, 4, 8, 16, 32, 64), (rows, columns, lanes) => {
      const loads = block({ rows, columns, lanes }).loads("k").split("\n").length;
      assert.equal(sharedLoads(rows * columns, { width: 4, lanes }), 4 * loads);
    }),
    { seed: 1 },
  );
});
