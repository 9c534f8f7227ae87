/**
 * What a comparison of two revisions found, one row per subject and metric.
 *
 * @module
 */
import type { Interval } from "../statistics/intervals.ts";

/** What became of a metric from base to head. */
export type Judgement = "regressed" | "improved" | "same" | "cannot tell";

/** How far head lies from base; 95% interval. */
export interface Change {
  /** Head minus base, or head over base. */
  readonly kind: "difference" | "ratio";
  /** In the metric's unit for a difference, without one for a ratio. */
  readonly value: number;
  /** 95% confidence interval of `value`. */
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
/** One of {@linkcode METRICS}. */
export type Metric = (typeof METRICS)[number];

/** Which times are judged: those that were measured alternately, those of separate runs too, or none. */
export const TIMES = ["in-turns", "apart", "none"] as const;
/** One of {@linkcode TIMES}. */
export type Times = (typeof TIMES)[number];

/** How a comparison judges. */
export interface Judging {
  /** From which size on a change counts. */
  readonly thresholds: Thresholds;
  /** Which times are judged. */
  readonly times: Times;
}

/** A metric that both sides have. */
export interface Judged {
  /** A variant of a suite, or a subject of a timing run. */
  readonly subject: string;
  /** What was measured. */
  readonly metric: Metric;
  /** Of `base` and `head`. */
  readonly unit: "%" | "trials" | "ms" | "bytes";
  /** Value of the older revision. */
  readonly base: number;
  /** Value of the newer revision. */
  readonly head: number;
  /** From base to head. */
  readonly change: Change;
  /** What became of the metric. */
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
  /** A variant of a suite, or a subject of a timing run. */
  readonly subject: string;
  /** Left out where it is about all of them. */
  readonly metric?: Metric;
  /** What prevented it. */
  readonly found: "only in base" | "only in head" | "not comparable";
  /** Empty where it stands on one side only. */
  readonly reason: string;
}

/** A comparison of two revisions. */
export interface RegressionReport {
  /** What was measured on what, one line per suite. */
  readonly measured: readonly string[];
  /** Metrics that both sides have. */
  readonly judged: readonly Judged[];
  /** What could not be judged, and why. */
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
