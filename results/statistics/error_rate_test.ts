import assert from "node:assert/strict";
import fc from "fast-check";
import { mean, median } from "simple-statistics";
import { stream } from "../../base/random.ts";
import { errorRateInterval } from "./error_rate.ts";
import { wilsonInterval } from "./intervals.ts";
import { committedVariants, drawnSpread } from "./testing.ts";

function assertNear(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected} +- ${tolerance}`);
}

Deno.test("errorRateInterval() is wider than Wilson's of one run, and just that of many runs with as many errors", () => {
  const { low, high } = wilsonInterval(10, 200);
  const [one, many] = [errorRateInterval([5], 200), errorRateInterval(Array(10).fill(5), 200)];
  assert.ok(one.low < 100 * low - 0.1 && one.high > 100 * high + 0.1, JSON.stringify(one));
  assertNear(many.low, 100 * low, 1e-12);
  assertNear(many.high, 100 * high, 1e-12);
  const none = errorRateInterval([0, 0, 0], 200);
  assert.equal(none.low, 0);
  assertNear(none.high, 1.8845, 1e-4);
  assertNear(errorRateInterval([100, 100], 200).low, 100 - errorRateInterval([0, 0], 200).high, 1e-12);
});

Deno.test("errorRateInterval() agrees with two runs worked out by hand", () => {
  // p 2%, N 1000: p (1 - p) / N is 0.196 squared points, s^2 0.5, 2.551 times as much; moderated
  // (5.4 * 0.5 + 2.551) / 6.4 = 0.8205, half of it 0.4102; with 0.57 for the images 0.9802 in all.
  const { low, high } = errorRateInterval([1.5, 2.5], 1000);
  const [t, size] = [(0.4102 * 2.4104 + 0.57 * 1.959964) / 0.9802, 1000 / 0.9802];
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

/** Share of p (1 - p) that lies between the images. */
const BETWEEN = 0.57;

/**
 * How often the interval covers the rate of a simulated way of training, over its seeds and over test sets. An image is
 * hard with the chance `rate / BETWEEN`, times the seed's own factor, and a run is wrong on a hard image with the
 * chance `BETWEEN`.
 */
function coverage({ rate, tested, seeds, spread }: {
  readonly rate: number;
  readonly tested: number;
  readonly seeds: number;
  /** Of the runs on the same images, in binomial standard deviations; drawn from the prior if left out. */
  readonly spread?: number;
}): number {
  const REPEATS = 500;
  const random = stream(1, "coverage of an interval");
  let covered = 0;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const ofSeeds = Math.max(0, (spread ?? drawnSpread(random)) ** 2 - (1 - BETWEEN));
    const logVariance = Math.log(1 + ofSeeds * (1 - rate) / (rate * tested));
    // Log-normal with mean 1, so that no chance is negative.
    const factors = Array.from(
      { length: seeds },
      () => Math.exp(Math.sqrt(logVariance) * random.normal() - logVariance / 2),
    );
    const wrong = factors.map(() => 0);
    const most = rate / BETWEEN * Math.max(...factors);
    for (let image = 0; image < tested; image++) {
      const difficulty = random.uniform();
      if (difficulty >= most) continue;
      for (const [seed, factor] of factors.entries()) {
        if (difficulty < rate / BETWEEN * factor && random.uniform() < BETWEEN) wrong[seed]!++;
      }
    }
    const { low, high } = errorRateInterval(wrong.map((errors) => 100 * errors / tested), tested);
    if (low <= 100 * rate && 100 * rate <= high) covered++;
  }
  return covered / REPEATS;
}

Deno.test("errorRateInterval() covers the rate over seeds and test images in 95% of simulated suites, or more", () => {
  for (const rate of [0.01, 0.05]) {
    for (const seeds of [1, 2, 3, 10]) {
      const covered = coverage({ rate, seeds, tested: 1000 });
      // Two standard errors of 500 repeats.
      assert.ok(covered >= 0.93, `${covered} with ${seeds} seeds at ${rate}`);
    }
  }
});

Deno.test("errorRateInterval() covers less if runs spread further than like variants do, least with one seed", () => {
  // What JSDoc says of three times the binomial standard deviation: 53, 85 and 93%; standard errors of 2.2 to 1.1%.
  for (const [seeds, share] of [[1, 0.53], [2, 0.85], [3, 0.93]] as const) {
    const covered = coverage({ rate: 0.05, seeds, tested: 1000, spread: 3 });
    assert.ok(Math.abs(covered - share) < 0.05, `${covered} with ${seeds} seeds`);
  }
});

Deno.test("errorRateInterval() takes the share of the images' own variance from the committed runs", () => {
  const shares = committedVariants().map((trials) => {
    const n = trials.length;
    const wrong = new Map<number, number>();
    for (const image of trials.flatMap(({ wrong }) => wrong)) wrong.set(image, (wrong.get(image) ?? 0) + 1);
    const rate = mean(trials.map(({ rate }) => rate));
    const within = [...wrong.values()].reduce((sum, k) => sum + k * (n - k), 0) / (n * (n - 1));
    return 1 - within / (trials[0]!.trial.test_images * rate * (1 - rate));
  });
  assert.ok(shares.length >= 30, `${shares.length} variants`);
  assert.ok(Math.abs(median(shares) - BETWEEN) < 0.03, String(median(shares)));
});
