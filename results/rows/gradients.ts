/**
 * `gradients.csv`: size of the gradient of the loss, one row per parameter of the network, moment and trial.
 *
 * @module
 */
import { z } from "zod";
import type { Columns, SchemaOf } from "../../base/csv/csv.ts";
import { count, id } from "./columns.ts";
import type { Table } from "./table.ts";

const VERSION = 2;

/** A row of `gradients.csv`. */
export type GradientRow = {
  /** Version of the columns. */
  readonly schema: 2;
  /** `suite/variant/seed`, unique in a run. */
  readonly trial: string;
  /** Id of the suite. */
  readonly suite: string;
  /** Id of the variant. */
  readonly variant: string;
  /** The trial's seed. */
  readonly seed: number;
  /** When it was measured: before the first step or after the last. */
  readonly moment: "start" | "end";
  /** Layer and role of the parameter, e.g. `C1/weights`. */
  readonly parameter: string;
  /** The parameter's position among those of the network, from the input on, from 0. */
  readonly position: number;
  /** Root mean square over the parameter's elements, for the mean loss of 1,000 training images. */
  readonly rms: number;
};

/** Checks {@linkcode GradientRow}. */
export const gradientRow: SchemaOf<GradientRow> = z.strictObject(
  {
    schema: z.literal(VERSION),
    trial: id,
    suite: id,
    variant: id,
    seed: z.int().nonnegative(),
    moment: z.enum(["start", "end"]),
    parameter: id,
    position: count,
    rms: z.number().nonnegative(),
  } satisfies Columns<GradientRow>,
);

/** `gradients.csv`. */
export const GRADIENTS = {
  file: "gradients.csv",
  version: VERSION,
  row: gradientRow,
  per: "trial",
} as const satisfies Table;
