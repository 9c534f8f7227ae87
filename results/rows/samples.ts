/**
 * `samples.csv`: training images as each arm sees them, one row per image and variant.
 *
 * @module
 */
import { z } from "zod";
import type { Columns, SchemaOf } from "../../base/csv/csv.ts";
import { count, id } from "./columns.ts";
import type { Table } from "./table.ts";

const VERSION = 2;

/** A row of `samples.csv`. */
export type SampleRow = {
  /** Version of the columns. */
  readonly schema: 2;
  /** Id of the suite. */
  readonly suite: string;
  /** Id of the variant. */
  readonly variant: string;
  /** Number of the sample, from 0; the same number is the same image in every variant. */
  readonly sample: number;
  /** The image's class, 0 to 9. */
  readonly label: number;
  /** Height in pixels. */
  readonly height: number;
  /** Width in pixels. */
  readonly width: number;
  /** One byte per pixel, row by row, each as two hexadecimal digits. */
  readonly pixels: string;
};

/** Checks {@linkcode SampleRow}. */
export const sampleRow: SchemaOf<SampleRow> = z.strictObject(
  {
    schema: z.literal(VERSION),
    suite: id,
    variant: id,
    sample: count,
    label: z.int().min(0).max(9),
    height: z.int().positive(),
    width: z.int().positive(),
    pixels: z.string().regex(/^([0-9a-f]{2})*$/, "hexadecimal bytes").max(10_000),
  } satisfies Columns<SampleRow>,
).refine(({ height, width, pixels }) => pixels.length === 2 * height * width, {
  path: ["pixels"],
  message: "as many bytes as height times width",
});

/** `samples.csv`. */
export const SAMPLES = {
  file: "samples.csv",
  version: VERSION,
  row: sampleRow,
  per: "run",
} as const satisfies Table;
