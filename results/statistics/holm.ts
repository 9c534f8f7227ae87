/**
 * Several comparisons at once.
 *
 * @module
 */

/**
 * Holm's adjusted p values (Holm 1979, Scand. J. Statist. 6, 65-70): the smallest is multiplied by the number of
 * comparisons, the next by one less, and so on, none below the one before it and none above 1. If those below 5% are
 * called significant, the chance of even one false alarm stays at 5%, however the comparisons depend on each other.
 *
 * @returns In the given order.
 */
export function holm(pValues: readonly number[]): number[] {
  const rising = pValues.map((p, index) => ({ p, index })).toSorted((a, b) => a.p - b.p);
  const adjusted = pValues.map(() => 1);
  let before = 0;
  for (const [rank, { p, index }] of rising.entries()) {
    before = Math.min(1, Math.max(before, (pValues.length - rank) * p));
    adjusted[index] = before;
  }
  return adjusted;
}
