/**
 * `sweeps.csv`: errors of a trained network on distorted test images, one row per distortion and trial.
 *
 * @module
 */
import { z } from "zod";
import type { Columns, SchemaOf } from "../../base/csv/csv.ts";
import { count, id } from "./columns.ts";
import type { Table } from "./table.ts";

const VERSION = 2;

/** A row of `sweeps.csv`. */
export type SweepRow = {
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
  /** How the images were distorted. */
  readonly sweep: "shift" | "rotate" | "scale" | "noise";
  /** In pixels for `shift`, degrees for `rotate`, per cent of inverted pixels for `noise`; a factor for `scale`. */
  readonly amount: number;
  /** Number of images tested. */
  readonly images: number;
  /** How many of them were misclassified. */
  readonly errors: number;
};

/** Checks {@linkcode SweepRow}. */
export const sweepRow: SchemaOf<SweepRow> = z.strictObject(
  {
    schema: z.literal(VERSION),
    trial: id,
    suite: id,
    variant: id,
    seed: z.int().nonnegative(),
    sweep: z.enum(["shift", "rotate", "scale", "noise"]),
    amount: z.number(),
    images: z.int().positive(),
    errors: count,
  } satisfies Columns<SweepRow>,
).refine(({ errors, images }) => errors <= images, {
  path: ["errors"],
  message: "no more than images",
});

/** `sweeps.csv`. */
export const SWEEPS = {
  file: "sweeps.csv",
  version: VERSION,
  row: sweepRow,
  per: "trial",
} as const satisfies Table;
