/**
 * Are the measured rows in the published order?
 *
 * @module
 */
import type { Summary } from "./against_published.ts";

/** A row of a report's table. */
export interface Ranked {
  readonly id: string;
  readonly measured: Pick<Summary, "meanPct" | "interval">;
  readonly publishedPct: number;
}

/** Ids of two rows, the one with the larger published error first. */
export type Pair = readonly [worse: string, better: string];

/** What {@linkcode compareOrder} found. */
export interface OrderCheck {
  /** True when no pair is inverted. */
  readonly same: boolean;
  /** Pairs whose measured means are equal or in the opposite order. */
  readonly inverted: readonly Pair[];
  /** Pairs, inverted or not, whose measured intervals overlap: too close to call. */
  readonly unclear: readonly Pair[];
}

/** Compares every pair of rows whose published errors differ. */
export function compareOrder(rows: readonly Ranked[]): OrderCheck {
  const falling = rows.toSorted((a, b) => b.publishedPct - a.publishedPct);
  const pairs = falling.flatMap((worse, i) =>
    falling.slice(i + 1).filter((better) => better.publishedPct < worse.publishedPct).map((better) => ({
      worse,
      better,
    }))
  );
  const idsWhere = (holds: (pair: { worse: Ranked; better: Ranked }) => boolean): Pair[] =>
    pairs.filter(holds).map(({ worse, better }) => [worse.id, better.id]);
  const inverted = idsWhere(({ worse, better }) => worse.measured.meanPct <= better.measured.meanPct);
  const unclear = idsWhere(({ worse: { measured: a }, better: { measured: b } }) =>
    a.interval.low <= b.interval.high && b.interval.low <= a.interval.high
  );
  return { same: inverted.length === 0, inverted, unclear };
}
