/**
 * `calibration.csv`: how often comparisons raise false alarms, and which faults they find; one row per judged row of a
 * calibration's comparisons.
 *
 * @module
 */
import { z } from "zod";
import type { Columns, SchemaOf } from "../../base/csv/csv.ts";
import type { Metric } from "../regression/judgement.ts";
import { id, text } from "./columns.ts";
import type { Table } from "./table.ts";

const VERSION = 1;

/** Two runs of the same code with the same seeds. */
export const SAME_CODE = "same-code";
/** Two runs of the same code with different seeds: what a change of the last digit of a sum amounts to. */
export const OTHER_SEEDS = "other-seeds";
/** Two runs of the same code, each with one seed, which differ. */
export const OTHER_SEED = "other-seed";

/** A row of `calibration.csv`. */
export type CalibrationRow = {
  /** Version of the columns. */
  readonly schema: 1;
  /** {@linkcode SAME_CODE}, {@linkcode OTHER_SEEDS}, {@linkcode OTHER_SEED}, or the injected fault. */
  readonly change: string;
  /** The change in words. */
  readonly title: string;
  /** The metric that the injected fault should make worse; empty without a fault. */
  readonly strikes: "" | "epoch time" | "test error";
  /** Number of the comparison among those of its change, from 1. */
  readonly comparison: number;
  /** `suite/variant` that was measured. */
  readonly subject: string;
  /** What was measured. */
  readonly metric: Metric;
  /** Value of the older side, in the unit of the metric: per cent, milliseconds, bytes or trials. */
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
  readonly judgement: "regressed" | "improved" | "same" | "cannot tell";
  /** Rounds behind the judgement, one seed each, including those of a repeat. */
  readonly rounds: number;
  /** How many of the rounds ended with the same weights on both sides. */
  readonly same_weights: number;
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
    strikes: z.enum(["", "epoch time", "test error"]),
    comparison: z.int().positive(),
    subject: id,
    metric: z.enum(["test error", "validation error", "failed trials", "epoch time", "run time", "peak memory"]),
    base: z.number().nonnegative(),
    head: z.number().nonnegative(),
    value: z.number(),
    low: z.number(),
    high: z.number(),
    judgement: z.enum(["regressed", "improved", "same", "cannot tell"]),
    rounds: z.int().positive(),
    same_weights: z.int().nonnegative(),
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
