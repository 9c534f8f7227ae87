/**
 * `errors.csv`: the misclassified test digits.
 *
 * @module
 */
import { z } from "zod";
import { count, id } from "./columns.ts";
import type { Table } from "./table.ts";

const VERSION = 2;

/** A row of `errors.csv`. */
export const errorRow = z.strictObject({
  schema: z.literal(VERSION),
  trial: id,
  suite: id,
  variant: id,
  seed: z.int().nonnegative(),
  test_index: count,
  true_label: z.int().min(0).max(9),
  predicted: z.int().min(0).max(9),
});

/** A row of `errors.csv`. */
export type ErrorRow = z.infer<typeof errorRow>;

/** `errors.csv`. */
export const ERRORS = {
  file: "errors.csv",
  version: VERSION,
  row: errorRow,
  per: "trial",
} as const satisfies Table;
