/**
 * Student's t distribution, and Fisher's F.
 *
 * @module
 */
import { gammaln } from "simple-statistics";

/** Beyond these degrees the continued fraction would only be slow: {@linkcode atMostDegrees}. */
const MOST_DEGREES = 1e6;

/**
 * The `p` quantile of Student's t with `df` degrees of freedom; `df` may be fractional, or Infinity for the normal
 * distribution. Accurate to about 1e-8, by bisection of the distribution function.
 *
 * @throws {RangeError} `p` outside (0, 1), `df` not positive, or a quantile beyond +-1e6.
 */
export function studentTQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1) || !(df > 0)) {
    throw new RangeError(`Cannot take the quantile "${p}" of Student's t with "${df}" degrees of freedom`);
  }
  let [low, high] = [-1e6, 1e6];
  if (studentTCdf(low, df) > p || studentTCdf(high, df) < p) {
    throw new RangeError(`Cannot take the quantile "${p}" of Student's t with "${df}" degrees: beyond +-1e6`);
  }
  while (high - low > 1e-9 * Math.max(1, Math.abs(low))) {
    const middle = (low + high) / 2;
    if (studentTCdf(middle, df) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(T <= t) (Abramowitz and Stegun 1964, 26.7.1, through the incomplete beta function). */
export function studentTCdf(t: number, df: number): number {
  const { value, degrees } = atMostDegrees(t, df);
  const tail = incompleteBeta(degrees / (degrees + value * value), { a: degrees / 2, b: 1 / 2 }) / 2;
  return t < 0 ? tail : 1 - tail;
}

/** What has the same probability with fewer degrees: the first term of the expansion (Abramowitz, Stegun, 26.7.5). */
function atMostDegrees(t: number, df: number): { value: number; degrees: number } {
  if (df <= MOST_DEGREES) return { value: t, degrees: df };
  return { value: t + (t ** 3 + t) / 4 * (1 / MOST_DEGREES - 1 / df), degrees: MOST_DEGREES };
}

/**
 * P(F <= ratio) for the ratio of two estimates of one variance, with their degrees of freedom (Abramowitz and Stegun
 * 1964, 26.6.2).
 */
export function fisherFCdf(
  ratio: number,
  { numerator, denominator }: { readonly numerator: number; readonly denominator: number },
): number {
  return incompleteBeta(1 / (1 + denominator / (numerator * ratio)), { a: numerator / 2, b: denominator / 2 });
}

/**
 * The regularised incomplete beta function I_x(a, b): continued fraction (DLMF 8.17.22), evaluated by Lentz's method
 * (Press et al., Numerical Recipes, 3rd edition, 6.4).
 */
function incompleteBeta(x: number, { a, b }: { readonly a: number; readonly b: number }): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast only on this side of the mean; the other side follows by symmetry.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, { a: b, b: a });
  const logFront = a * Math.log(x) + b * Math.log1p(-x) + gammaln(a + b) - gammaln(a) - gammaln(b);

  const tiny = 1e-300;
  const awayFromZero = (value: number) => Math.abs(value) < tiny ? tiny : value;
  let c = 1;
  let d = 1 / awayFromZero(1 - (a + b) * x / (a + 1));
  let fraction = d;
  for (let m = 1;; m++) {
    const even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const term of [even, odd]) {
      d = 1 / awayFromZero(1 + term * d);
      c = awayFromZero(1 + term / c);
      change = c * d;
      fraction *= change;
    }
    if (Math.abs(change - 1) < 1e-14) return Math.exp(logFront) * fraction / a;
  }
}
