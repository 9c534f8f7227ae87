import assert from "node:assert/strict";
import { compareOrder, type Ranked } from "./published_order.ts";

function row(id: string, publishedPct: number, measured: [low: number, mean: number, high: number]): Ranked {
  const [low, meanPct, high] = measured;
  return { id, publishedPct, measured: { meanPct, interval: { low, high } } };
}

const LINEAR = row("linear", 12, [7.5, 7.6, 7.7]);

Deno.test("compareOrder() recognises the published order, whatever the order of the rows", () => {
  const rows = [row("lenet5", 0.95, [0.8, 0.9, 1]), LINEAR, row("mlp", 4.7, [1.7, 1.8, 1.9])];
  assert.deepEqual(compareOrder(rows), { same: true, inverted: [], unclear: [] });
});

Deno.test("compareOrder() names an inverted pair, the published worse first", () => {
  const check = compareOrder([LINEAR, row("mlp", 4.7, [1, 1.1, 1.2]), row("lenet1", 1.7, [1.5, 1.6, 1.7])]);
  assert.deepEqual(check, { same: false, inverted: [["mlp", "lenet1"]], unclear: [] });
});

Deno.test("compareOrder() calls overlapping intervals unclear, inverted or not", () => {
  const right = compareOrder([row("a", 2, [1, 1.5, 2]), row("b", 1, [0.5, 1.2, 1.9])]);
  assert.deepEqual(right, { same: true, inverted: [], unclear: [["a", "b"]] });
  const wrong = compareOrder([row("a", 2, [0.5, 1.2, 1.9]), row("b", 1, [1, 1.5, 2])]);
  assert.deepEqual(wrong, { same: false, inverted: [["a", "b"]], unclear: [["a", "b"]] });
});

Deno.test("compareOrder() is not confirmed by equal measured means, and demands no order of equal published rates", () => {
  assert.equal(compareOrder([row("a", 2, [1, 1, 1]), row("b", 1, [1, 1, 1])]).same, false);
  assert.deepEqual(compareOrder([row("a", 2, [3, 3, 3]), row("b", 2, [1, 1, 1])]), {
    same: true,
    inverted: [],
    unclear: [],
  });
});
