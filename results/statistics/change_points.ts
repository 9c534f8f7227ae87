/**
 * Where a series jumps to another level: E-divisive means.
 *
 * Energy statistics compare the distances between two stretches of a series with those inside each (Matteson and
 * James 2014, J. Amer. Statist. Assoc. 109, 334-345). The split that separates them best is tested against random
 * orders of the same values; if it is significant, both sides are searched again. Daly et al. 2020 (The use of change
 * point detection to identify software performance regressions in a continuous integration system, ICPE) found that it
 * suits benchmarks: it assumes no distribution, and one outlier does not move it. Here, unlike in the paper, every
 * stretch is tested on its own.
 *
 * Random orders are all as likely only if values do not depend on the ones before, but times on hired machines do: a
 * slow host stays for a while. So if a step is found, the share of each value that is inherited from the one before is
 * estimated, by the lag-1 correlation about the levels, and subtracted, and the search is repeated. Of simulated series
 * of 60 values without a step 0, 1.5 and 5% show one if the correlation is 0, 0.3 and 0.5 (1, 12 and 42% without this);
 * a step by two standard deviations in the middle is found in 100, 90 and 74%, and in 48, 48 and 38% of series of 20.
 * Random orders of blocks of three values do as well in 60 values (0, 0 and 3%; 100, 90 and 86%), but worse in 20 (30,
 * 27 and 27% found): fewer than ten blocks have too few orders for a p of 1%.
 *
 * @module
 */
import { mean, sum } from "simple-statistics";
import { type RandomStream, stream } from "../../base/random.ts";

/** A jump between two neighbouring values. */
export interface ChangePoint {
  /** Index of the first value of the new level. */
  readonly index: number;
  /** Share of random orders of the stretch around the jump that split as well or better. */
  readonly p: number;
}

/** Fewest values of a level: one outlier among three does not move their median. */
export const LEAST_STRETCH = 3;

/**
 * Fewest values in which anything can be found: of ten, three at one end stand out in 2 of 120 orders. With fewer than
 * about twelve, only a jump near the middle can pass {@linkcode CHANGE_LEVEL}.
 */
export const LEAST_SERIES = 10;

/** A report looks at many series after every commit: of those without a change, one in a hundred may show one. */
export const CHANGE_LEVEL = 0.01;

/** So that p can be well below {@linkcode CHANGE_LEVEL}. Most stretches without a step need a few dozen. */
const ORDERS = 999;

/** p of a split that no random order reaches. */
const CLEAREST = 1 / (ORDERS + 1);

/**
 * The change points of `values`, in order. The random orders have a fixed seed, so the same values give the same
 * points.
 *
 * @param level Largest chance of finding a change in a series that has none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { changePoints } from "./change_points.ts";
 *
 * const [step] = changePoints([5, 6, 5, 6, 5, 6, 5, 9, 8, 9, 8, 9, 8, 9]);
 * assert.equal(step?.index, 7);
 * ```
 */
export function changePoints(
  values: readonly number[],
  { level = CHANGE_LEVEL }: { readonly level?: number } = {},
): ChangePoint[] {
  if (values.length < LEAST_SERIES) return [];
  const random = stream(0, "change points");
  const found = search(values, { level, random });
  if (found.length === 0) return [];
  const clear = found.filter(({ p }) => p <= CLEAREST).map(({ index }) => index);
  const inherited = correlation(values, clear.length === 0 ? [bestSplit(values).index] : clear);
  if (inherited === 0) return found;
  const own = values.slice(1).map((value, i) => value - inherited * values[i]!);
  return search(own, { level, random }).map(({ index, p }) => ({ index: index + 1, p }));
}

/**
 * How far a value depends on the one before, from 0 to 1: the lag-1 correlation about the levels between `splits`. With
 * n values about m levels it comes out as r - (m + 3 m r) / n on average, which is put right (Kendall 1954 and Marriott
 * and Pope 1954, Biometrika 41, 390-404, for one level). 0 if it is within its standard error of 0, as for most
 * independent series, in which steps would be harder to find for nothing.
 */
function correlation(values: readonly number[], splits: readonly number[]): number {
  const starts = [0, ...splits];
  const noise = starts.flatMap((start, i) => {
    // Less the first of them, so that equal values leave exactly no noise.
    const level = values.slice(start, starts[i + 1]).map((value) => value - values[start]!);
    const centre = mean(level);
    return level.map((value) => value - centre);
  });
  const squares = sum(noise.map((value) => value ** 2));
  if (squares === 0) return 0;
  const measured = sum(noise.slice(1).map((value, i) => value * noise[i]!)) / squares;
  const [n, m] = [values.length, starts.length];
  const corrected = (n * measured + m) / Math.max(1, n - 3 * m);
  return corrected < 1 / Math.sqrt(n) ? 0 : Math.min(1, corrected);
}

function search(
  values: readonly number[],
  { level, random }: { readonly level: number; readonly random: RandomStream },
): ChangePoint[] {
  const { index, divergence } = bestSplit(values);
  if (divergence <= 0) return [];
  const p = permutationP(values, { divergence, level, random });
  if (p > level) return [];
  const [before, after] = [values.slice(0, index), values.slice(index)]
    .map((side) => search(side, { level, random })) as [ChangePoint[], ChangePoint[]];
  return [...before, { index, p }, ...after.map((point) => ({ ...point, index: index + point.index }))];
}

/**
 * The split with the largest scaled divergence (equations 5 to 7 of the paper with alpha = 1, the distance itself): all
 * before `index` against what follows, up to the end that separates best, so that a hump is found as well as a step.
 * The divergence is 0 if there are too few values or all are equal.
 */
function bestSplit(values: readonly number[]): { index: number; divergence: number } {
  // Sums of the distances between all values from i up to `end`, and from the first up to i.
  const inside = new Float64Array(values.length);
  const before = new Float64Array(values.length + 1);
  let best = { index: 0, divergence: 0 };
  for (let end = 1; end <= values.length; end++) {
    const last = values[end - 1]!;
    for (let i = end - 2, toLast = 0; i >= 0; i--) {
      toLast += Math.abs(values[i]! - last);
      inside[i]! += toLast;
    }
    before[end] = inside[0]!;
    for (let index = LEAST_STRETCH; index <= end - LEAST_STRETCH; index++) {
      const [left, right, m] = [before[index]!, inside[index]!, end - index];
      const between = inside[0]! - left - right;
      const energy = 2 * between / (index * m) - 2 * left / (index * (index - 1)) - 2 * right / (m * (m - 1));
      const divergence = energy * index * m / end;
      if (divergence > best.divergence) best = { index, divergence };
    }
  }
  return best;
}

/**
 * Share of random orders whose best split diverges as much. Drawing stops as soon as the share can't fall to `level`
 * any more (Besag and Clifford 1991, Biometrika 78, 301-304).
 */
function permutationP(
  values: readonly number[],
  { divergence, level, random }: {
    readonly divergence: number;
    readonly level: number;
    readonly random: RandomStream;
  },
): number {
  // The same split sums to slightly other numbers in another order.
  const asMuch = divergence * (1 - 1e-9);
  let reached = 0;
  for (let drawn = 1; drawn <= ORDERS; drawn++) {
    const order = Array.from(random.shuffle(values.length), (i) => values[i]!);
    if (bestSplit(order).divergence >= asMuch) reached++;
    if (reached + 1 > level * (ORDERS + 1)) return reached / drawn;
  }
  return (reached + 1) / (ORDERS + 1);
}
