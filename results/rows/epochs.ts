/**
 * `epochs.csv`: learning curves, one row per epoch.
 *
 * @module
 */
import { z } from "zod";
import { id, percent, seconds } from "./columns.ts";
import type { Table } from "./table.ts";

const VERSION = 2;

/** A row of `epochs.csv`. */
export const epochRow = z.strictObject({
  schema: z.literal(VERSION),
  trial: id,
  suite: id,
  variant: id,
  seed: z.int().nonnegative(),
  epoch: z.int().positive(),
  /** Step size of the epoch's last step, which the schedule makes smaller than the trial's learning rate. */
  learning_rate: z.number().nonnegative(),
  train_loss: z.number(),
  train_error_pct: percent,
  /** Empty where nothing is held out. */
  validation_error_pct: percent.nullable(),
  seconds,
});

/** A row of `epochs.csv`. */
export type EpochRow = z.infer<typeof epochRow>;

/** `epochs.csv`. */
export const EPOCHS = {
  file: "epochs.csv",
  version: VERSION,
  row: epochRow,
  per: "trial",
} as const satisfies Table;
