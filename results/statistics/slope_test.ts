import assert from "node:assert/strict";
import { stream } from "../../base/random.ts";
import { theilSenSlope } from "./slope.ts";

Deno.test("theilSenSlope() finds the slope of a straight line, with an interval without width", () => {
  const { value, interval } = theilSenSlope([1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
  assert.deepEqual([value, interval.low, interval.high], [2, 2, 2]);
});

Deno.test("theilSenSlope() does not move with one outlier", () => {
  const values = Array.from({ length: 30 }, (_, i) => i === 12 ? 1e6 : 4);
  assert.equal(theilSenSlope(values).value, 0);
});

Deno.test("theilSenSlope() has an interval that contains the true slope in about 95 of 100 series", () => {
  const random = stream(1, "slope");
  const series = Array.from({ length: 300 }, () => Array.from({ length: 20 }, (_, i) => 0.3 * i + random.normal()));
  const covered = series.filter((values) => {
    const { low, high } = theilSenSlope(values).interval;
    return low <= 0.3 && 0.3 <= high;
  });
  // 285 expected, standard deviation 3.8.
  assert.ok(covered.length >= 273 && covered.length <= 297, `${covered.length} of 300`);
});

Deno.test("theilSenSlope() refuses two values", () => {
  assert.throws(() => theilSenSlope([1, 2]), RangeError);
});
