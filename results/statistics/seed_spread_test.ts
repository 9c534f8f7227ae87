import assert from "node:assert/strict";
import { gammaln, mean, sampleVariance } from "simple-statistics";
import { moderated, SEED_SPREAD, type SeedSpread } from "./seed_spread.ts";
import { type CommittedTrial, committedVariants } from "./testing.ts";

/** A variant's variance over its seeds, as a share of the binomial one. */
interface Spread {
  readonly share: number;
  readonly degrees: number;
}

/** Of every variant of the committed runs. */
function committedSpreads(): readonly Spread[] {
  return committedVariants().map((trials) => {
    const rates = trials.map(({ rate }) => rate);
    return { share: sampleVariance(rates) / binomialVariance(trials), degrees: trials.length - 1 };
  });
}

/** Of one run. */
function binomialVariance(trials: readonly CommittedTrial[]): number {
  const rate = mean(trials.map(({ rate }) => rate));
  return rate * (1 - rate) / trials[0]!.trial.test_images;
}

/** Up to a constant: each share over the prior's is drawn from an F distribution. */
function logLikelihood(spreads: readonly Spread[], { share, degrees: d2 }: SeedSpread): number {
  const logBeta = (a: number, b: number) => gammaln(a) + gammaln(b) - gammaln(a + b);
  return spreads.reduce((sum, { share: own, degrees: d1 }) => {
    // Rounding to whole errors makes shares of 0 possible, whose density is not finite.
    const x = Math.max(own, 1e-4) / share;
    return sum + d1 / 2 * Math.log(d1 / d2) + (d1 / 2 - 1) * Math.log(x) -
      (d1 + d2) / 2 * Math.log1p(d1 * x / d2) - logBeta(d1 / 2, d2 / 2) - Math.log(share);
  }, 0);
}

Deno.test("SEED_SPREAD is about the most likely prior for the committed runs", () => {
  const spreads = committedSpreads();
  assert.ok(spreads.length >= 30, `${spreads.length} variants`);
  const grid = Array.from({ length: 60 }, (_, i) => 1.08 ** i);
  const candidates = grid.flatMap((x) => grid.map((y) => ({ degrees: x, share: 0.05 * y })));
  const best = candidates.map((prior) => ({ prior, value: logLikelihood(spreads, prior) }))
    .reduce((a, b) => b.value > a.value ? b : a);
  const own = logLikelihood(spreads, SEED_SPREAD);
  // Half a unit is a third of what the 95% region of two parameters spans: new runs move it that little.
  assert.ok(best.value - own < 0.5, `${JSON.stringify(best)} against ${own}`);
});

Deno.test("moderated() is the prior for one run, and comes to a variant's own variance as seeds are added", () => {
  const { degrees, share } = SEED_SPREAD;
  const one = moderated({ n: 1, own: NaN }, 4);
  assert.deepEqual(one, { variance: share * 4, degrees });
  const three = moderated({ n: 3, own: 10 }, 4);
  assert.equal(three.degrees, degrees + 3 - 1);
  assert.ok(Math.abs(three.variance - (degrees * share * 4 + 20) / (degrees + 2)) < 1e-12);
  assert.ok(Math.abs(moderated({ n: 10_000, own: 2.1 }, 4).variance - 2.1) < 0.01);
});

Deno.test("moderated() drops a prior that the seeds contradict", () => {
  // Of the F distribution with 2 and 5.4 degrees of freedom 5% are beyond 5.49, of that with 1 and 5.4 beyond 6.32.
  for (const [n, ratio] of [[2, 6.32], [3, 5.49]] as const) {
    const prior = SEED_SPREAD.share * 4;
    assert.deepEqual(moderated({ n, own: 1.02 * ratio * prior }, 4), {
      variance: 1.02 * ratio * prior,
      degrees: n - 1,
    });
    const allowed = moderated({ n, own: 0.98 * ratio * prior }, 4);
    assert.ok(allowed.variance < ratio * prior / 2 && allowed.degrees > n, JSON.stringify(allowed));
  }
});

Deno.test("moderated() has no variance if neither seeds nor images have any", () => {
  assert.equal(moderated({ n: 3, own: 0 }, 0).variance, 0);
  assert.equal(moderated({ n: 1, own: 0 }, 0).variance, 0);
});
