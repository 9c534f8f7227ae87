/**
 * `samples.csv`: training images as an arm sees them.
 *
 * @module
 */
import { z } from "zod";
import { count, id } from "./columns.ts";
import type { Table } from "./table.ts";

const VERSION = 2;

/** A row of `samples.csv`. */
export const sampleRow = z.strictObject({
  schema: z.literal(VERSION),
  suite: id,
  variant: id,
  /** The same number is the same digit in every arm. */
  sample: count,
  label: z.int().min(0).max(9),
  height: z.int().positive(),
  width: z.int().positive(),
  /** Bytes, row by row, two hexadecimal digits each. */
  pixels: z.string().regex(/^([0-9a-f]{2})*$/, "hexadecimal bytes").max(10_000),
}).refine(({ height, width, pixels }) => pixels.length === 2 * height * width, {
  path: ["pixels"],
  message: "as many bytes as height times width",
});

/** A row of `samples.csv`. */
export type SampleRow = z.infer<typeof sampleRow>;

/** `samples.csv`. */
export const SAMPLES = {
  file: "samples.csv",
  version: VERSION,
  row: sampleRow,
  per: "run",
} as const satisfies Table;
