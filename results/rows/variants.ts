/**
 * `variants.csv`: one row per variant: what was planned, and how it differs from the paper.
 *
 * @module
 */
import { z } from "zod";
import { count, id, text } from "./columns.ts";
import type { Table } from "./table.ts";

const VERSION = 3;

/** A row of `variants.csv`. */
export const variantRow = z.strictObject({
  schema: z.literal(VERSION),
  suite: id,
  variant: id,
  title: text,
  model: id,
  model_title: text,
  /** The spec's layers, e.g. `28x28 - dense 300 - dense 10`. */
  architecture: text,
  parameters: count,
  connections: count,
  /** Multiply-accumulates of one image's forward pass. */
  macs: count,
  recipe: id,
  recipe_title: text,
  learning_rate: z.number().positive(),
  learning_rate_source: text,
  batch: z.int().positive(),
  /** Row of `data/published.csv`; empty where nothing was published. */
  published: z.string().max(200),
  /** Departures from the paper, one sentence each. */
  departures: z.array(text).max(100).readonly(),
  /** How training images are distorted, in words; empty where they are not. */
  augmentation: text,
  /** What was done with the images before, in words; empty for nothing. */
  data: text,
  /** The variant of the suite that this one is compared with, seed by seed; empty for none. */
  baseline: z.string().max(200),
});

/** A row of `variants.csv`. */
export type VariantRow = z.infer<typeof variantRow>;

/** `variants.csv`. */
export const VARIANTS = {
  file: "variants.csv",
  version: VERSION,
  row: variantRow,
  per: "run",
  older: { oldest: 2, cells: { departures: listOfJoined } },
} as const satisfies Table;

/** Version 2 joined the departures with ` | `. */
function listOfJoined(cell: string): string {
  return JSON.stringify(cell === "" ? [] : cell.split(" | "));
}
