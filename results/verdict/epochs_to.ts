/**
 * How many epochs it takes to reach a training error.
 *
 * @module
 */
import type { EpochRow } from "../rows/epochs.ts";

/** By seed, the first epoch at or below the target; null if it was never reached. */
export type EpochsBySeed = ReadonlyMap<number, number | null>;

/**
 * The first epoch of each trial whose training error is `targetPct` per cent or less. That error is measured on the
 * fly, each batch before its update.
 *
 * @param epochs The epochs of one arm.
 */
export function epochsTo(epochs: readonly EpochRow[], targetPct: number): EpochsBySeed {
  const trials = Map.groupBy(epochs, ({ seed }) => seed);
  return new Map([...trials].map(([seed, rows]) => {
    const reached = rows.filter((row) => row.train_error_pct <= targetPct).map((row) => row.epoch);
    return [seed, reached.length === 0 ? null : Math.min(...reached)];
  }));
}

/** Epochs of an arm over those of its baseline. */
export interface EpochRatio {
  /** The arm's epochs over the baseline's, both summed over the seeds with which both reached the target. */
  readonly value: number;
  /** Smallest and largest ratio of a single seed. */
  readonly low: number;
  readonly high: number;
  /** Number of these seeds. */
  readonly n: number;
}

/** How many times the baseline's epochs an arm takes; undefined if no seed reached the target with both. */
export function epochRatio(arm: EpochsBySeed, baseline: EpochsBySeed): EpochRatio | undefined {
  const pairs = [...arm].flatMap(([seed, own]) => {
    const other = baseline.get(seed) ?? null;
    return own === null || other === null ? [] : [{ own, other }];
  });
  if (pairs.length === 0) return undefined;
  const ratios = pairs.map(({ own, other }) => own / other);
  const total = (read: (pair: { own: number; other: number }) => number) =>
    pairs.reduce((sum, pair) => sum + read(pair), 0);
  return {
    value: total(({ own }) => own) / total(({ other }) => other),
    low: Math.min(...ratios),
    high: Math.max(...ratios),
    n: pairs.length,
  };
}
