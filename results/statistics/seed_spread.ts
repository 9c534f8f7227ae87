/**
 * How far runs of one way of training differ from seed to seed on the same test images.
 *
 * A few seeds say little of it, and one seed nothing, but like variants do. Their variances, each as a share of the
 * binomial one, p (1 - p) / N, spread as if drawn from a scaled inverse chi-squared distribution; with this as a prior,
 * a variant's own variance s^2 from n seeds is moderated to
 *
 *     (d v + (n - 1) s^2) / (d + n - 1),    v = share * p (1 - p) / N,
 *
 * which has d + n - 1 degrees of freedom (Smyth 2004, Statist. Appl. Genet. Mol. Biol. 3, article 3). Some ways of
 * training are unlike all others: seeds that start to learn late, or never, spread many times as far. So a variance
 * that is larger than the prior allows, by the F test of s^2 / v at 5%, counts alone, with its own n - 1 degrees.
 *
 * Differences between two variants with the same seeds spread as if the seeds had nothing in common: for the committed
 * pairs of like error the most likely prior has 7.4 degrees and a share of 0.53 in the sum of both binomial variances,
 * and this one is about as likely.
 *
 * @module
 */
import { CONFIDENCE } from "./intervals.ts";
import { fisherFCdf } from "./student_t.ts";

/** The prior: what it is worth in degrees of freedom, d, and the share. */
export interface SeedSpread {
  readonly degrees: number;
  readonly share: number;
}

/**
 * The most likely prior for the committed runs of profile `paper`, over all variants with two seeds or more (28th
 * November 2026: 34 variants; `seed_spread_test.ts` finds it again).
 */
export const SEED_SPREAD: SeedSpread = { degrees: 5.4, share: 0.5 };

/** Variance, in squared per cent, of a rate in per cent measured on `images`. */
export function binomialVariance(pct: number, images: number): number {
  return pct * (100 - pct) / images;
}

/** A variance with its degrees of freedom. */
export interface Moderated {
  readonly variance: number;
  readonly degrees: number;
}

/**
 * The variance of single runs, or of single differences between paired runs.
 *
 * @param own The sample variance of `n` of them; of one it is not used.
 * @param binomial {@linkcode binomialVariance} in the same unit; for differences of two, the sum of both.
 */
export function moderated(
  { n, own }: { readonly n: number; readonly own: number },
  binomial: number,
): Moderated {
  if (n === 1) return { variance: SEED_SPREAD.share * binomial, degrees: SEED_SPREAD.degrees };
  const prior = SEED_SPREAD.share * binomial;
  const freedom = { numerator: n - 1, denominator: SEED_SPREAD.degrees };
  if (own > prior && fisherFCdf(own / prior, freedom) > CONFIDENCE) return { variance: own, degrees: n - 1 };
  const degrees = SEED_SPREAD.degrees + n - 1;
  return { variance: (SEED_SPREAD.degrees * prior + (n - 1) * own) / degrees, degrees };
}
