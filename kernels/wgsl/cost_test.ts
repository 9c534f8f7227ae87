import assert from "node:assert/strict";
import fc from "fast-check";
import { cheapest, programCost, tileSizes } from "./cost.ts";

const COST = { threads: 1000, rounds: 100, loads: 10, broadcasts: 0, products: 100, sums: 20 };

Deno.test("programCost() grows with everything that a program does", () => {
  for (const key of ["rounds", "loads", "products", "sums", "threads"] as const) {
    assert.ok(programCost({ ...COST, [key]: 2 * COST[key] }) > programCost(COST), key);
  }
});

Deno.test("cheapest() takes what costs least, but nothing that takes seconds to compile if there is a choice", () => {
  assert.equal(cheapest([10, 5, 20], (loads) => ({ ...COST, loads })), 5);
  assert.equal(cheapest([100, 5000], (products) => ({ ...COST, products, loads: products === 100 ? 1000 : 1 })), 100);
  assert.equal(cheapest([6000, 5000], (products) => ({ ...COST, products })), 5000);
});

Deno.test("tileSizes() are at most the size and the limit, and no two need as many tiles", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 32 }), (size, most) => {
      const sizes = tileSizes(size, most);
      assert.ok(sizes.length > 0 && sizes.every((tile) => tile >= 1 && tile <= Math.min(size, most)));
      const counts = sizes.map((tile) => Math.ceil(size / tile));
      assert.equal(new Set(counts).size, counts.length);
    }),
    { seed: 1 },
  );
});
