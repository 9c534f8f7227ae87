/**
 * `sweeps.csv`: errors of a trained network on distorted test images.
 *
 * @module
 */
import { z } from "zod";
import { count, id } from "./columns.ts";
import type { Table } from "./table.ts";

const VERSION = 2;

/** A row of `sweeps.csv`. */
export const sweepRow = z.strictObject({
  schema: z.literal(VERSION),
  trial: id,
  suite: id,
  variant: id,
  seed: z.int().nonnegative(),
  sweep: z.enum(["shift", "rotate", "scale", "noise"]),
  /** Pixels, degrees, factor, per cent of the pixels. */
  amount: z.number(),
  images: z.int().positive(),
  errors: count,
});

/** A row of `sweeps.csv`. */
export type SweepRow = z.infer<typeof sweepRow>;

/** `sweeps.csv`. */
export const SWEEPS = {
  file: "sweeps.csv",
  version: VERSION,
  row: sweepRow,
  per: "trial",
} as const satisfies Table;
