import assert from "node:assert/strict";
import { STOCK_KERNELS, TUNED_KERNELS } from "../../../kernels/mod.ts";
import { LINEAR } from "../../../models/fully_connected.ts";
import { KERNELS } from "../../../suites/kernels.ts";
import { largestDifference, probe } from "./probe.ts";
import { stepSubject } from "./subjects.ts";

Deno.test("largestDifference() is a share of the largest value of its result", () => {
  const lists = (...values: number[][]) => values.map((list) => Float32Array.from(list));
  assert.equal(largestDifference(lists([1, 2], [3]), lists([1, 2], [3])), 0);
  assert.equal(largestDifference(lists([1, -3], [8]), lists([1, -4], [8])), 0.25);
  assert.equal(largestDifference(lists([100], [1]), lists([100], [2])), 0.5);
  assert.equal(largestDifference(lists([0, 0]), lists([0, 0])), 0);
  assert.equal(largestDifference(lists([1, 0]), lists([0, 0])), 1, "nothing was expected");
  assert.equal(largestDifference(lists([NaN, 1]), lists([1, 1])), 1);
});

Deno.test("probe() uses devices of its own: both kernel sets change the weights alike", async () => {
  const subject = stepSubject(LINEAR, KERNELS);
  const tuned = await probe(subject, TUNED_KERNELS);
  const stock = await probe(subject, STOCK_KERNELS);
  assert.ok(tuned.results.every((change) => change.some((value) => value !== 0)), "every parameter has moved");
  assert.ok(largestDifference(stock.results, tuned.results) < 1e-3);
  for (const { columns } of [tuned, stock]) assert.ok(columns.dispatches! > 0 && columns.first_ms! > 0);
  assert.ok(tuned.columns.dispatches! < stock.columns.dispatches!, "fused");
});
