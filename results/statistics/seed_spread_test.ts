import assert from "node:assert/strict";
import { gammaln, mean, sampleVariance } from "simple-statistics";
import { moderated, SEED_SPREAD, type SeedSpread } from "./seed_spread.ts";
import { type CommittedTrial, committedVariants, experimentOf } from "./testing.ts";

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

/** Of the differences between two variants of an experiment with about the same error, as after most changes. */
function committedDifferences(): readonly Spread[] {
  const experiments = Map.groupBy(committedVariants(), ([first]) => experimentOf(first!.trial));
  const pairs = [...experiments.values()].flatMap((variants) =>
    variants.flatMap((one, i) => variants.slice(i + 1).map((other) => [one, other] as const))
  );
  return pairs.flatMap(([one, other]) => {
    const bySeed = new Map(other.map(({ trial, rate }) => [trial.seed, rate]));
    const differences = one.flatMap(({ trial, rate }) =>
      bySeed.has(trial.seed) ? [rate - bySeed.get(trial.seed)!] : []
    );
    const binomial = binomialVariance(one) + binomialVariance(other);
    const isLike = differences.length > 1 && Math.abs(mean(differences)) < 3 * Math.sqrt(binomial);
    return isLike ? [{ share: sampleVariance(differences) / binomial, degrees: differences.length - 1 }] : [];
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

/** How much more likely, as a logarithm, the best prior for `spreads` is than {@linkcode SEED_SPREAD}. */
function shortfall(spreads: readonly Spread[]): number {
  const grid = Array.from({ length: 60 }, (_, i) => 1.08 ** i);
  const candidates = grid.flatMap((x) => grid.map((y) => ({ degrees: x, share: 0.05 * y })));
  const best = Math.max(...candidates.map((prior) => logLikelihood(spreads, prior)));
  return best - logLikelihood(spreads, SEED_SPREAD);
}

// Half a unit is a sixth of what bounds the 95% region of two parameters: new runs move the best that little.
const NEAR = 0.5;

Deno.test("SEED_SPREAD is about the most likely prior for the committed runs", () => {
  const spreads = committedSpreads();
  assert.ok(spreads.length >= 30, `${spreads.length} variants`);
  assert.ok(shortfall(spreads) < NEAR, String(shortfall(spreads)));
});

Deno.test("SEED_SPREAD is about the most likely prior for differences of committed runs with the same seeds", () => {
  const spreads = committedDifferences();
  assert.ok(spreads.length >= 50, `${spreads.length} pairs`);
  assert.ok(shortfall(spreads) < NEAR, String(shortfall(spreads)));
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
