/**
 * What a comparison of two revisions found, one row per subject and metric.
 *
 * @module
 */
import type { Interval } from "../statistics/intervals.ts";

/** How a metric changed from base to head; `changed` for what is neither better nor worse. */
export type Judgement = "regressed" | "changed" | "improved" | "cannot tell" | "same";

/** How far head is from base. */
export interface Change {
  /** Head minus base, or head over base. */
  readonly kind: "difference" | "ratio";
  /** In the metric's unit for a difference, without one for a ratio. */
  readonly value: number;
  /** 95% confidence interval of `value`. */
  readonly interval: Interval;
}

/** Every {@linkcode Judgement}, in the order that interests readers. */
export const JUDGEMENTS = [
  "regressed",
  "changed",
  "improved",
  "cannot tell",
  "same",
] as const satisfies readonly Judgement[];

/** What is measured; smaller is better for all of them, except that a loss curve can only be the same or not. */
export type Metric =
  | "loss curve"
  | "training loss"
  | "test error"
  | "validation error"
  | "failed trials"
  | "CPU time per step"
  | "GPU time per step"
  | "wall time per step"
  | "epoch time"
  | "run time"
  | "peak memory";

/** Every {@linkcode Metric}, in the order that interests readers. */
export const METRICS = [
  "loss curve",
  "training loss",
  "test error",
  "validation error",
  "failed trials",
  "CPU time per step",
  "GPU time per step",
  "wall time per step",
  "epoch time",
  "run time",
  "peak memory",
] as const satisfies readonly Metric[];

/** Which times are judged: those that were measured alternately, those of separate runs too, or none. */
export type Times = "in-turns" | "apart" | "none";

/** Every {@linkcode Times}. */
export const TIMES = ["in-turns", "apart", "none"] as const satisfies readonly Times[];

/** How a comparison judges. */
export interface Judging {
  /** How large a change must be to count. */
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
  /** Unit of `base` and `head`. */
  readonly unit: "%" | "loss" | "trials" | "ms" | "bytes";
  /** Value of the older revision. */
  readonly base: number;
  /** Value of the newer revision. */
  readonly head: number;
  /** The change from base to head. */
  readonly change: Change;
  /** How the metric changed. */
  readonly judgement: Judgement;
  /** For `same`: how near, in percentage points for a difference, as a share for a ratio. */
  readonly within?: number;
  /** How it was judged, in words. */
  readonly detail: string;
  /** Of timing, behind a cost per step. */
  readonly rounds?: number;
}

/** A subject, or a metric of it, that could not be judged. */
export interface NotJudged {
  /** A variant of a suite, or a subject of a timing run. */
  readonly subject: string;
  /** Left out if none of the metrics could be judged. */
  readonly metric?: Metric;
  /** What prevented it. */
  readonly found: "only in base" | "only in head" | "not comparable";
  /** Why it can't be compared; may be empty if only one side has it. */
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
  /** What a side should have and has not, a part of a sentence each: `head lacks 1 of 2 variants of "lenet300"`. */
  readonly lacking: readonly string[];
  /** What a reader must know, a sentence each. */
  readonly notices: readonly string[];
}

/** How large a change must be to count. */
export interface Thresholds {
  /** For times and memory, as a share: 0.05 is 5%. */
  readonly ratio: number;
  /** For error rates, in percentage points. */
  readonly errorPct: number;
}

/** The defaults, which `deno task calibrate` tests. */
export const THRESHOLDS: Thresholds = { ratio: 0.05, errorPct: 0.1 };
