/**
 * `gradients.csv`: how large the gradient of the loss is for each parameter of a network.
 *
 * @module
 */
import { z } from "zod";
import { count, id } from "./columns.ts";
import type { Table } from "./table.ts";

const VERSION = 2;

/** A row of `gradients.csv`. */
export const gradientRow = z.strictObject({
  schema: z.literal(VERSION),
  trial: id,
  suite: id,
  variant: id,
  seed: z.int().nonnegative(),
  /** Before the first step or after the last. */
  moment: z.enum(["start", "end"]),
  /** Layer and role, e.g. `C1/weights`. */
  parameter: id,
  /** Place in the network, from 0. */
  position: count,
  /** Root of the mean of the squares over the parameter's elements; the loss is the mean over 1,000 training images. */
  rms: z.number().nonnegative(),
});

/** A row of `gradients.csv`. */
export type GradientRow = z.infer<typeof gradientRow>;

/** `gradients.csv`. */
export const GRADIENTS = {
  file: "gradients.csv",
  version: VERSION,
  row: gradientRow,
  per: "trial",
} as const satisfies Table;
