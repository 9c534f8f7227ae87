/**
 * What a comparison of two revisions found, one row per subject and metric.
 *
 * @module
 */
import type { Interval } from "../statistics/statistics.ts";

/** What became of a metric from base to head. */
export type Judgement = "regressed" | "improved" | "same" | "cannot tell";

/** How far head lies from base; 95% interval. */
export interface Change {
  /** Head minus base, or head over base. */
  readonly kind: "difference" | "ratio";
  readonly value: number;
  readonly interval: Interval;
}

/** What is measured: of all, smaller is better. */
export const METRICS = [
  "test error",
  "validation error",
  "failed trials",
  "epoch time",
  "run time",
  "peak memory",
] as const;
export type Metric = (typeof METRICS)[number];

/** Which times are judged: those that were measured alternately, those of separate runs too, or none. */
export const TIMES = ["in-turns", "apart", "none"] as const;
export type Times = (typeof TIMES)[number];

/** How a comparison judges. */
export interface Judging {
  readonly thresholds: Thresholds;
  readonly times: Times;
}

/** A metric that both sides have. */
export interface Judged {
  /** A variant of a suite, or a subject of a timing run. */
  readonly subject: string;
  readonly metric: Metric;
  readonly unit: "%" | "trials" | "ms" | "bytes";
  readonly base: number;
  readonly head: number;
  readonly change: Change;
  readonly judgement: Judgement;
  /** Of a `same`: in percentage points for a difference, a share for a ratio. */
  readonly within?: number;
  /** How it was judged, in words. */
  readonly detail: string;
  /** Over the threshold with an interval that excludes no change, and not yet repeated: measuring again would tell. */
  readonly wantsRepeat?: boolean;
}

/** A subject, or a metric of it, that could not be judged. */
export interface NotJudged {
  readonly subject: string;
  readonly metric?: Metric;
  readonly found: "only in base" | "only in head" | "not comparable";
  /** Empty where it stands on one side only. */
  readonly reason: string;
}

/** A comparison of two revisions. */
export interface RegressionReport {
  /** What was measured on what, one line per suite. */
  readonly measured: readonly string[];
  readonly judged: readonly Judged[];
  readonly notJudged: readonly NotJudged[];
  /** What a reader must know, a sentence each. */
  readonly notices: readonly string[];
}

/** From which size on a change counts. */
export interface Thresholds {
  /** Of times and memory, a share: 0.05 is 5%. */
  readonly ratio: number;
  /** Of error rates, in percentage points. */
  readonly errorPct: number;
}

/** Those that `deno task calibrate` tries. */
export const THRESHOLDS: Thresholds = { ratio: 0.05, errorPct: 0.1 };
