import assert from "node:assert/strict";
import fc from "fast-check";
import { stream } from "../../base/random.ts";
import { medianRatio, pairedRatio } from "./ratio.ts";

/** Few cases: each takes thousands of resamples. */
const PARAMETERS = { seed: 1, numRuns: 10 };

const times = fc.array(fc.double({ min: 0.1, max: 100, noNaN: true }), { minLength: 1, maxLength: 12 });

function assertNear(actual: number, expected: number): void {
  assert.ok(Math.abs(actual / expected - 1) < 1e-12, `${actual}, expected ${expected}`);
}

Deno.test("medianRatio() has an interval without width for equal rounds", () => {
  assert.deepEqual(medianRatio([6, 6, 6], [2, 2]), { value: 3, interval: { low: 3, high: 3 } });
});

Deno.test("medianRatio() has the extreme ratios as its interval for two values against one", () => {
  // A resample has both medians at 4, at 8, or at 6, each of the ends in a quarter of all draws.
  assert.deepEqual(medianRatio([4, 8], [2]), { value: 3, interval: { low: 2, high: 4 } });
});

Deno.test("medianRatio() does not move with a single slow round", () => {
  assert.equal(medianRatio([10, 10.1, 9.9, 10, 500], [5, 5, 5]).value, 2);
});

Deno.test("medianRatio() lies in its interval, and scales with the times", () => {
  fc.assert(
    fc.property(times, times, fc.integer({ min: 2, max: 9 }), (a, b, factor) => {
      const ratio = medianRatio(a, b);
      assert.ok(ratio.interval.low <= ratio.value && ratio.value <= ratio.interval.high);
      const scaled = medianRatio(a.map((ms) => factor * ms), b);
      assertNear(scaled.value, factor * ratio.value);
      assertNear(scaled.interval.low, factor * ratio.interval.low);
      assertNear(scaled.interval.high, factor * ratio.interval.high);
    }),
    PARAMETERS,
  );
});

Deno.test("medianRatio() has an interval that contains 1 for about 95% of samples with equal medians", () => {
  const random = stream(1, "rounds");
  const sample = () => Array.from({ length: 15 }, () => 10 * Math.exp(0.1 * random.normal()));
  const trials = 100;
  let held = 0;
  for (let trial = 0; trial < trials; trial++) {
    const { low, high } = medianRatio(sample(), sample()).interval;
    if (low <= 1 && 1 <= high) held++;
  }
  // Two and a half standard deviations of 95 in 100 to either side, widened upwards: medians make it cover more.
  assert.ok(held >= 90 && held < 100, `${held} of ${trials}`);
});

Deno.test("medianRatio() refuses an empty side", () => {
  assert.throws(() => medianRatio([], [1]), RangeError);
  assert.throws(() => medianRatio([1], []), RangeError);
});

Deno.test("pairedRatio() is exact when both sides of every pair are slowed down alike", () => {
  const slow = [1, 5, 2, 9, 3, 4];
  const { value, interval: { low, high } } = pairedRatio(slow.map((x) => 3 * x), slow);
  for (const actual of [value, low, high]) assert.ok(Math.abs(actual - 3) < 1e-9);
});

Deno.test("pairedRatio() is inverted when the sides are swapped, and refuses unequal samples", () => {
  const [a, b] = [[1, 2, 3, 5, 8], [2, 2, 2, 2, 3]];
  assert.ok(Math.abs(pairedRatio(a, b).value * pairedRatio(b, a).value - 1) < 1e-12);
  assert.throws(() => pairedRatio(a, [1]), RangeError);
  assert.throws(() => pairedRatio([], []), RangeError);
});
