import assert from "node:assert/strict";
import fc from "fast-check";
import { differenceInterval, wilsonInterval } from "./intervals.ts";
import { fisherFCdf, studentTCdf, studentTQuantile } from "./student_t.ts";

function assertNear(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected} +- ${tolerance}`);
}

Deno.test("studentTQuantile() agrees with the printed table", () => {
  // Abramowitz and Stegun 1964, table 26.10.
  const table: [p: number, df: number, t: number][] = [
    [0.975, 1, 12.706],
    [0.975, 2, 4.303],
    [0.975, 4, 2.776],
    [0.975, 9, 2.262],
    [0.975, 30, 2.042],
    [0.975, 120, 1.980],
    [0.975, Infinity, 1.960],
    [0.95, 1, 6.314],
    [0.95, 2, 2.920],
    [0.95, 4, 2.132],
    [0.95, 120, 1.658],
    [0.95, Infinity, 1.645],
    [0.995, 2, 9.925],
    [0.025, 4, -2.776],
    [0.5, 7, 0],
  ];
  for (const [p, df, t] of table) assertNear(studentTQuantile(p, df), t, 5.1e-4);
});

Deno.test("studentTQuantile() has the normal quantiles, and comes to them steadily as degrees grow", () => {
  // To ten digits, from R's qnorm().
  const normal: [p: number, z: number][] = [
    [0.975, 1.959963985],
    [0.95, 1.644853627],
    [0.995, 2.575829304],
    [0.9995, 3.290526731],
  ];
  for (const [p, z] of normal) {
    assertNear(studentTQuantile(p, Infinity), z, 1e-8);
    // The second term of the expansion is beyond what is computed.
    for (const df of [1e5, 1e6, 1e7, 1e9]) assertNear(studentTQuantile(p, df), z + (z ** 3 + z) / (4 * df), 1e-8);
  }
});

Deno.test("studentTCdf() agrees with closed forms for one and two degrees of freedom", () => {
  for (const t of [-30, -2, -0.1, 0, 0.1, 1, 5, 200]) {
    assertNear(studentTCdf(t, 1), 0.5 + Math.atan(t) / Math.PI, 1e-12);
    assertNear(studentTCdf(t, 2), 0.5 + t / (2 * Math.sqrt(2 + t * t)), 1e-12);
  }
  const between = studentTQuantile(0.975, 2.5);
  assert.ok(3.182 < between && between < 4.303, String(between));
});

Deno.test("fisherFCdf() is that of t squared for one degree above, and has a closed form for two", () => {
  for (const ratio of [0.01, 1, 6.5, 300]) {
    for (const denominator of [1, 5.4, 40]) {
      const t = Math.sqrt(ratio);
      const one = fisherFCdf(ratio, { numerator: 1, denominator });
      assertNear(one, studentTCdf(t, denominator) - studentTCdf(-t, denominator), 1e-12);
      const two = fisherFCdf(ratio, { numerator: 2, denominator });
      assertNear(two, 1 - (1 + 2 * ratio / denominator) ** (-denominator / 2), 1e-12);
    }
  }
  assert.deepEqual([0, Infinity].map((ratio) => fisherFCdf(ratio, { numerator: 4, denominator: 9 })), [0, 1]);
});

Deno.test("studentTQuantile() inverts studentTCdf()", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.001, max: 0.999, noNaN: true }),
      fc.double({ min: 1, max: 500, noNaN: true }),
      (p, df) => {
        assertNear(studentTCdf(studentTQuantile(p, df), df), p, 1e-8);
      },
    ),
    { seed: 1 },
  );
});

Deno.test("studentTQuantile() refuses impossible questions", () => {
  for (const [p, df] of [[0, 3], [1, 3], [NaN, 3], [0.5, 0], [0.5, NaN], [1 - 1e-15, 0.5]] as const) {
    assert.throws(() => studentTQuantile(p, df), RangeError);
  }
});

Deno.test("wilsonInterval() agrees with Newcombe's worked examples", () => {
  // Newcombe 1998, Statist. Med. 17, 857-872, table I, method 3.
  const examples: [wrong: number, tested: number, low: number, high: number][] = [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ];
  for (const [wrong, tested, low, high] of examples) {
    const interval = wilsonInterval(wrong, tested);
    assertNear(interval.low, low, 5e-5);
    assertNear(interval.high, high, 5e-5);
  }
});

Deno.test("wilsonInterval() contains the rate, stays within 0 and 1, and mirrors errors and hits", () => {
  const counts = fc.integer({ min: 1, max: 10_000 }).chain((n) =>
    fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n))
  );
  fc.assert(
    fc.property(counts, ([wrong, tested]) => {
      const { low, high } = wilsonInterval(wrong, tested);
      assert.ok(0 <= low && low <= wrong / tested + 1e-12 && wrong / tested - 1e-12 <= high && high <= 1);
      const mirrored = wilsonInterval(tested - wrong, tested);
      assertNear(mirrored.high, 1 - low, 1e-12);
    }),
    { seed: 1 },
  );
  for (const [wrong, tested] of [[-1, 10], [11, 10], [0, 0], [NaN, 10]] as const) {
    assert.throws(() => wilsonInterval(wrong, tested), RangeError);
  }
});

Deno.test("differenceInterval() agrees with Newcombe's worked example for independent proportions", () => {
  // Newcombe 1998, Statist. Med. 17, 873-890, table II, example (a), method 10: 56/70 - 48/80.
  const rate = (wrong: number, tested: number) => ({ value: wrong / tested, interval: wilsonInterval(wrong, tested) });
  const { low, high } = differenceInterval(rate(56, 70), rate(48, 80));
  assert.deepEqual([low, high].map((end) => end.toFixed(4)), ["0.0524", "0.3339"]);
});
