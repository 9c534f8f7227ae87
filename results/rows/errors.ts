/**
 * `errors.csv`: the misclassified test images, one row per image and trial.
 *
 * @module
 */
import { z } from "zod";
import type { Columns, SchemaOf } from "../../base/csv/csv.ts";
import { count, id } from "./columns.ts";
import type { Table } from "./table.ts";

const VERSION = 3;

/** A row of `errors.csv`. */
export type ErrorRow = {
  /** Version of the columns. */
  readonly schema: 3;
  /** `suite/variant/seed`, unique in a run. */
  readonly trial: string;
  /** Id of the suite. */
  readonly suite: string;
  /** Id of the variant. */
  readonly variant: string;
  /** The trial's seed. */
  readonly seed: number;
  /** The image's position in the test set, from 0. */
  readonly test_index: number;
  /** The image's class, 0 to 9. */
  readonly true_label: number;
  /** The class that the network chose, 0 to 9. */
  readonly predicted: number;
  /**
   * By how much the output of the chosen class exceeded that of the image's class: in log odds for softmax, in units of
   * the targets for squared error, in squared distance for RBF outputs. Empty if an output is not finite.
   */
  readonly margin: number | null;
};

/** Checks {@linkcode ErrorRow}. */
export const errorRow: SchemaOf<ErrorRow> = z.strictObject(
  {
    schema: z.literal(VERSION),
    trial: id,
    suite: id,
    variant: id,
    seed: z.int().nonnegative(),
    test_index: count,
    true_label: z.int().min(0).max(9),
    predicted: z.int().min(0).max(9),
    margin: z.number().nonnegative().nullable(),
  } satisfies Columns<ErrorRow>,
);

/** `errors.csv`. */
export const ERRORS = {
  file: "errors.csv",
  version: VERSION,
  row: errorRow,
  per: "trial",
  older: { oldest: 2, defaults: { margin: null } },
} as const satisfies Table;
