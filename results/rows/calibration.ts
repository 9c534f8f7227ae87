/**
 * How often a comparison raises a false alarm, and what it finds: one row per judged row of a calibration's
 * comparisons, in the file `calibration.csv` that holds them.
 *
 * @module
 */
import { z } from "zod";
import type { Columns, SchemaOf } from "../../base/csv.ts";
import { METRICS } from "../regression/judgement.ts";
import { id, text } from "./columns.ts";
import type { Table } from "./table.ts";

const VERSION = 1;

/**
 * Two runs of the same code: with the same seeds; with others, as a change of the last digit would draw them; with one
 * other.
 */
export const SAME_CODE = "same-code";
export const OTHER_SEEDS = "other-seeds";
export const OTHER_SEED = "other-seed";

/** A row of `calibration.csv`. */
export type CalibrationRow = {
  /** Version of the columns. */
  readonly schema: 1;
  /** {@linkcode SAME_CODE}, {@linkcode OTHER_SEEDS}, {@linkcode OTHER_SEED}, or the injected fault. */
  readonly change: string;
  /** The change in words. */
  readonly title: string;
  /** What the change should strike; empty where there is none. */
  readonly strikes: "" | "epoch time" | "test error";
  /** From 1 within its change. */
  readonly comparison: number;
  /** What is measured. */
  readonly subject: string;
  /** What was measured. */
  readonly metric: (typeof METRICS)[number];
  /** Value of the older side. */
  readonly base: number;
  /** Value of the newer side. */
  readonly head: number;
  /** Points of head minus base, or the ratio of head over base; with its 95% interval. */
  readonly value: number;
  /** Lower end of the interval of `value`. */
  readonly low: number;
  /** Upper end of the interval of `value`. */
  readonly high: number;
  /** What the comparison found. */
  readonly judgement: "regressed" | "improved" | "same" | "cannot tell";
  /** Rounds behind it, a seed each, the repeat's included. */
  readonly rounds: number;
  /** Of these, those that ended with the same weights. */
  readonly same_weights: number;
  /** What both trained. */
  readonly protocol: string;
  /** The adapter in words. */
  readonly adapter: string;
  /** Processor and number of threads. */
  readonly machine: string;
  /** The program's commit. */
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
    metric: z.enum(METRICS),
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
