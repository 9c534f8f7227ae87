/**
 * How large a difference a comparison could have shown: two-sided, with a power of 80%.
 *
 * @module
 */
import { errorFunction, gammaln } from "simple-statistics";
import { CONFIDENCE } from "./intervals.ts";
import { studentTQuantile } from "./student_t.ts";

/** Chance of a false alarm, unless given. */
const LEVEL = 1 - CONFIDENCE;

/** Chance of calling the detectable difference significant. */
export const POWER = 0.8;

/**
 * The true mean of paired differences that a t test finds in {@linkcode POWER} of all cases, if `standardError` is that
 * of the mean and `df` its degrees of freedom: the noncentral t distribution (Johnson, Kotz and Balakrishnan 1995,
 * Continuous Univariate Distributions 2, chapter 31). The error is itself an estimate, a rough one with few degrees.
 */
export function detectableByT(
  { standardError, df: given, level = LEVEL }: {
    readonly standardError: number;
    readonly df: number;
    readonly level?: number;
  },
): number {
  // As good as infinitely many, and the sum below still samples the distribution's peak.
  const df = Math.min(given, 1000);
  const critical = studentTQuantile(1 - level / 2, df);
  let [low, high] = [0, 1];
  while (tTestPower(high, { df, critical }) < POWER) high *= 2;
  while (high - low > 1e-6 * high) {
    const middle = (low + high) / 2;
    if (tTestPower(middle, { df, critical }) < POWER) low = middle;
    else high = middle;
  }
  return high * standardError;
}

/**
 * The difference of two error rates that McNemar's test of `tested` images finds in {@linkcode POWER} of all cases, if
 * `discordant` of them are discordant: the sample size of Connett, Smith and McHugh (1987, Statist. Med. 6, 537-544),
 *
 *     N d^2 = (z(97.5%) sqrt(share) + z(80%) sqrt(share - d^2))^2,
 *
 * solved for d, and never less than what the exact test needs if all discordant images agree: `2 / 2^k <= level`.
 *
 * @returns A proportion.
 */
export function detectableByMcnemar(
  { discordant, tested, level = LEVEL }: {
    readonly discordant: number;
    readonly tested: number;
    readonly level?: number;
  },
): number {
  const significance = normalQuantile(1 - level / 2);
  const power = normalQuantile(POWER);
  const share = discordant / tested;
  const half = significance * Math.sqrt(tested * share);
  const rest = (tested + power ** 2) * (significance ** 2 - power ** 2) * share;
  const difference = (half + Math.sqrt(half ** 2 - rest)) / (tested + power ** 2);
  const least = Math.ceil(1 - Math.log2(level));
  return Math.max(least / tested, difference);
}

/** Chance that a t statistic lies beyond +-`critical` if the true mean is `shift` standard errors from zero. */
function tTestPower(
  shift: number,
  { df, critical }: { readonly df: number; readonly critical: number },
): number {
  const logScale = (df / 2 - 1) * Math.LN2 + gammaln(df / 2);
  // Over the chi distribution of the estimated spread, by Simpson's rule.
  const last = Math.sqrt(df) + 8;
  const intervals = 200;
  let sum = 0;
  for (let i = 0; i <= intervals; i++) {
    const chi = last * i / intervals;
    const density = chi === 0 && df > 1 ? 0 : Math.exp((df - 1) * Math.log(chi || 1) - chi * chi / 2 - logScale);
    const bound = critical * chi / Math.sqrt(df);
    const found = normalCdf(shift - bound) + normalCdf(-shift - bound);
    sum += (i === 0 || i === intervals ? 1 : i % 2 === 1 ? 4 : 2) * density * found;
  }
  return sum * last / intervals / 3;
}

function normalCdf(x: number): number {
  return (1 + errorFunction(x / Math.SQRT2)) / 2;
}

function normalQuantile(p: number): number {
  return studentTQuantile(p, Infinity);
}
