import assert from "node:assert/strict";
import { stream } from "../../base/random.ts";
import { medianInterval } from "./median.ts";

Deno.test("medianInterval() follows the table of Conover 1999: the range of six values, the second and ninth of ten", () => {
  assert.equal(medianInterval([1, 2, 3, 4, 5]), undefined);
  assert.deepEqual(medianInterval([3, 1, 2, 6, 5, 4]), { low: 1, high: 6 });
  assert.deepEqual(medianInterval([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]), { low: 2, high: 9 });
});

Deno.test("medianInterval() contains the true median at least 95 times in 100", () => {
  const random = stream(1, "medians");
  const covered = Array.from({ length: 400 }, () => medianInterval(Array.from({ length: 15 }, () => random.normal())))
    .filter((interval) => interval !== undefined && interval.low <= 0 && 0 <= interval.high);
  // 386 expected (96.5%), standard deviation 3.7.
  assert.ok(covered.length >= 374, `${covered.length} of 400`);
});

Deno.test("medianInterval() handles ten thousand values", () => {
  const { low, high } = medianInterval(Array.from({ length: 10_000 }, (_, i) => i))!;
  // 5,000 -+ 1.96 sqrt(10,000) / 2.
  assert.ok(Math.abs(low - 4902) <= 2 && Math.abs(high - 5097) <= 2, `${low} to ${high}`);
});
