import assert from "node:assert/strict";
import fc from "fast-check";
import { stream } from "../../base/random.ts";
import { differenceInterval, errorRateInterval, wilsonInterval } from "./intervals.ts";
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

Deno.test("errorRateInterval() is Wilson's interval of one run, and of runs that all have as many errors", () => {
  const { low, high } = wilsonInterval(10, 200);
  for (const percents of [[5], [5, 5], [5, 5, 5, 5, 5]]) {
    const interval = errorRateInterval(percents, 200);
    assertNear(interval.low, 100 * low, 1e-12);
    assertNear(interval.high, 100 * high, 1e-12);
  }
  const none = errorRateInterval([0, 0, 0], 200);
  assert.equal(none.low, 0);
  assertNear(none.high, 1.8845, 1e-4);
  assertNear(errorRateInterval([100, 100], 200).low, 100 - none.high, 1e-12);
});

Deno.test("errorRateInterval() agrees with three runs worked out by hand", () => {
  // p 2%, s 1 point, N 1000: variances 0.3333 and 0.196, together 0.5293 squared points; 370.3 images.
  const { low, high } = errorRateInterval([1, 2, 3], 1000);
  const [t, size] = [(0.33333 * 4.302653 + 0.196 * 1.959964) / 0.52933, 196 / 0.52933];
  const centre = (0.02 + t ** 2 / (2 * size)) / (1 + t ** 2 / size);
  const spread = t * Math.sqrt(0.02 * 0.98 / size + t ** 2 / (4 * size ** 2)) / (1 + t ** 2 / size);
  assertNear(low, 100 * (centre - spread), 1e-3);
  assertNear(high, 100 * (centre + spread), 1e-3);
});

Deno.test("errorRateInterval() contains the mean, stays within 0 and 100, and is at least as wide as the images allow", () => {
  const runs = fc.integer({ min: 1, max: 10_000 }).chain((tested) =>
    fc.tuple(fc.array(fc.integer({ min: 0, max: tested }), { minLength: 1, maxLength: 8 }), fc.constant(tested))
  );
  fc.assert(
    fc.property(runs, ([wrong, tested]) => {
      const percents = wrong.map((errors) => 100 * errors / tested);
      const mean = percents.reduce((sum, percent) => sum + percent, 0) / percents.length;
      const { low, high } = errorRateInterval(percents, tested);
      assert.ok(0 <= low && low <= mean + 1e-9 && mean - 1e-9 <= high && high <= 100);
      const images = wilsonInterval(Math.min(tested, mean / 100 * tested), tested);
      assert.ok(high - low >= 100 * (images.high - images.low) - 1e-9, `${low} to ${high}`);
    }),
    { seed: 1, numRuns: 500 },
  );
  for (const [percents, tested] of [[[], 10], [[-1], 10], [[101], 10], [[NaN], 10], [[1], 0]] as const) {
    assert.throws(() => errorRateInterval(percents, tested), RangeError);
  }
});

/**
 * How often the interval covers the rate of a simulated way of training, over its seeds and over test sets. An image is
 * hard with the chance `rate / WITHIN`, times the seed's own factor, and a run is wrong on a hard image with the chance
 * `WITHIN`: of the variance p (1 - p) that share is between images, as in the committed runs (56% in the median).
 */
function coverage(
  { rate, tested, seeds, spread }: {
    readonly rate: number;
    readonly tested: number;
    readonly seeds: number;
    /** Of the seeds, in standard deviations of the binomial distribution. */
    readonly spread: number;
  },
): number {
  const WITHIN = 0.56;
  const REPEATS = 500;
  const random = stream(1, "coverage of an interval");
  const logVariance = Math.log(1 + (spread ** 2) * (1 - rate) / (rate * tested));
  let covered = 0;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    // Log-normal with mean 1, so that no chance is negative.
    const factors = Array.from(
      { length: seeds },
      () => Math.exp(Math.sqrt(logVariance) * random.normal() - logVariance / 2),
    );
    const wrong = factors.map(() => 0);
    const most = rate / WITHIN * Math.max(...factors);
    for (let image = 0; image < tested; image++) {
      const difficulty = random.uniform();
      if (difficulty >= most) continue;
      for (const [seed, factor] of factors.entries()) {
        if (difficulty < rate / WITHIN * factor && random.uniform() < WITHIN) wrong[seed]!++;
      }
    }
    const { low, high } = errorRateInterval(wrong.map((errors) => 100 * errors / tested), tested);
    if (low <= 100 * rate && 100 * rate <= high) covered++;
  }
  return covered / REPEATS;
}

Deno.test("errorRateInterval() covers the rate over seeds and test images in 95% of simulated suites, or more", () => {
  for (const rate of [0.01, 0.05]) {
    for (const seeds of [2, 3, 10]) {
      for (const spread of [0, 0.7, 3]) {
        const covered = coverage({ rate, seeds, spread, tested: 1000 });
        // Two standard errors of 500 repeats.
        assert.ok(covered >= 0.93, `${covered} with ${seeds} seeds at ${rate}, which spread by ${spread}`);
      }
    }
  }
});

Deno.test("differenceInterval() agrees with Newcombe's worked example for independent proportions", () => {
  // Newcombe 1998, Statist. Med. 17, 873-890, table II, example (a), method 10: 56/70 - 48/80.
  const rate = (wrong: number, tested: number) => ({ value: wrong / tested, interval: wilsonInterval(wrong, tested) });
  const { low, high } = differenceInterval(rate(56, 70), rate(48, 80));
  assert.deepEqual([low, high].map((end) => end.toFixed(4)), ["0.0524", "0.3339"]);
});
