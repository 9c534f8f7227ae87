/**
 * How often a comparison raises a false alarm, and what it finds: one row per judged row of a calibration's
 * comparisons, in the file `calibration.csv` that holds them.
 *
 * @module
 */
import { z } from "zod";
import { METRICS } from "../regression/row.ts";
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
export const calibrationRow = z.strictObject({
  schema: z.literal(VERSION),
  /** {@linkcode SAME_CODE}, {@linkcode OTHER_SEEDS}, {@linkcode OTHER_SEED}, or the injected fault. */
  change: id,
  /** The change in words. */
  title: text,
  /** What the change should strike; empty where there is none. */
  strikes: z.enum(["", "epoch time", "test error"]),
  /** From 1 within its change. */
  comparison: z.int().positive(),
  subject: id,
  metric: z.enum(METRICS),
  base: z.number().nonnegative(),
  head: z.number().nonnegative(),
  /** Points of head minus base, or the ratio of head over base; with its 95% interval. */
  value: z.number(),
  low: z.number(),
  high: z.number(),
  judgement: z.enum(["regressed", "improved", "same", "cannot tell"]),
  /** Rounds behind it, a seed each, the repeat's included. */
  rounds: z.int().positive(),
  /** Of these, those that ended with the same weights. */
  same_weights: z.int().nonnegative(),
  /** What both trained. */
  protocol: text,
  adapter: text,
  /** Processor and number of threads. */
  machine: text,
  commit: id,
});

/** A row of `calibration.csv`. */
export type CalibrationRow = z.infer<typeof calibrationRow>;

/** `calibration.csv`. */
export const CALIBRATION = {
  file: "calibration.csv",
  version: VERSION,
  row: calibrationRow,
  per: "folder",
} as const satisfies Table;
