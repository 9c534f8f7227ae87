/**
 * The mean of the values in the middle, and how well it is known.
 *
 * @module
 */
import { mean } from "simple-statistics";

/** Values that count for nothing at either end, as a share of all. */
const TRIMMED = 0.2;

/** A trimmed mean, with what Student's t needs for an interval. */
export interface TrimmedMean {
  readonly value: number;
  /** NaN for a single value. */
  readonly standardError: number;
  readonly degrees: number;
}

/** How many of `n` values count. */
export function keptOf(n: number): number {
  return n - 2 * Math.floor(TRIMMED * n);
}

/**
 * The 20% trimmed mean: its standard error comes from the winsorised variance (Tukey and McLaughlin 1963, Sankhya A 25,
 * 331-352; Yuen 1974, Biometrika 61, 165-170). Values far out, a few of twenty, hardly move either.
 *
 * @param values At least one.
 */
export function trimmedMean(values: readonly number[]): TrimmedMean {
  const sorted = values.toSorted((a, b) => a - b);
  const cut = (sorted.length - keptOf(sorted.length)) / 2;
  const kept = sorted.slice(cut, sorted.length - cut);
  const winsorised = sorted.map((value) => Math.min(Math.max(value, kept[0]!), kept.at(-1)!));
  const middle = mean(winsorised);
  const squares = winsorised.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  const degrees = kept.length - 1;
  const n = sorted.length;
  return { value: mean(kept), standardError: Math.sqrt(squares / (n - 1) * n) / kept.length, degrees };
}
