/**
 * `calibration.csv`: how often comparisons raise false alarms, and which faults they find; one row per judged row of a
 * calibration's comparisons.
 *
 * @module
 */
import { z } from "zod";
import type { Columns, SchemaOf } from "../../base/csv/csv.ts";
import { type Judgement, JUDGEMENTS, type Metric, METRICS } from "../regression/judgement.ts";
import { count, id, text } from "./columns.ts";
import type { Table } from "./table.ts";

const VERSION = 2;

/** The program compared with itself. */
export const SAME_CODE = "same-code";

/**
 * What a fault should change: nothing; the cost of training; its course, for the worse; or only how it rounds.
 */
export const STRIKES = ["", "speed", "training", "rounding"] as const;

/** A row of `calibration.csv`. */
export type CalibrationRow = {
  /** Version of the columns; 2 has other comparisons than 1, which can't be read any more. */
  readonly schema: 2;
  /** {@linkcode SAME_CODE}, or the injected fault. */
  readonly change: string;
  /** The change in words. */
  readonly title: string;
  /** What the injected fault should change; empty without a fault. */
  readonly strikes: typeof STRIKES[number];
  /** Number of the comparison among those of its change, from 1. */
  readonly comparison: number;
  /** How long the whole comparison took. */
  readonly seconds: number;
  /** `suite/variant` that was measured. */
  readonly subject: string;
  /** What was measured. */
  readonly metric: Metric;
  /** Value of the older side, in the unit of the metric: per cent, milliseconds, bytes, trials or a loss. */
  readonly base: number;
  /** Value of the newer side, in the same unit. */
  readonly head: number;
  /** Head minus base in percentage points or trials, or head over base. */
  readonly value: number;
  /** Lower end of the 95% interval of `value`. */
  readonly low: number;
  /** Upper end of the 95% interval of `value`. */
  readonly high: number;
  /** What the comparison found. */
  readonly judgement: Judgement;
  /** Rounds of timing behind a cost per step; 0 for everything else. */
  readonly rounds: number;
  /** How it was judged, in words. */
  readonly detail: string;
  /** What both sides trained, in words. */
  readonly protocol: string;
  /** The adapter in words. */
  readonly adapter: string;
  /** Processor and number of threads, in words. */
  readonly machine: string;
  /** The program's commit, with `-dirty.` and a checksum if it had local changes; `unknown` outside git. */
  readonly commit: string;
};

/** Checks {@linkcode CalibrationRow}. */
export const calibrationRow: SchemaOf<CalibrationRow> = z.strictObject(
  {
    schema: z.literal(VERSION),
    change: id,
    title: text,
    strikes: z.enum(STRIKES),
    comparison: count.positive(),
    seconds: z.number().nonnegative(),
    subject: id,
    metric: z.enum(METRICS),
    base: z.number().nonnegative(),
    head: z.number().nonnegative(),
    value: z.number(),
    low: z.number(),
    high: z.number(),
    judgement: z.enum(JUDGEMENTS),
    rounds: count,
    detail: text,
    protocol: text,
    adapter: text,
    machine: text,
    commit: id,
  } satisfies Columns<CalibrationRow>,
);

/** `calibration.csv`. */
export const CALIBRATION = {
  file: "calibration.csv",
  version: VERSION,
  row: calibrationRow,
  per: "folder",
} as const satisfies Table;
