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
 * @module
 */
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

/** More would make p finer and a history of a thousand commits slow: the time grows with their square. */
const ORDERS = 199;

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
  return values.length < LEAST_SERIES ? [] : search(values, { level, random: stream(0, "change points") });
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
