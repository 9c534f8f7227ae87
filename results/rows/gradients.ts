/**
 * `gradients.csv`: how large the gradient of the loss is for each parameter of a network.
 *
 * @module
 */
import { z } from "zod";
import type { Columns, SchemaOf } from "../../base/csv.ts";
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
  /** Before the first step or after the last. */
  readonly moment: "start" | "end";
  /** Layer and role, e.g. `C1/weights`. */
  readonly parameter: string;
  /** Place in the network, from 0. */
  readonly position: number;
  /** Root of the mean of the squares over the parameter's elements; the loss is the mean over 1,000 training images. */
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
