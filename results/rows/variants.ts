/**
 * `variants.csv`: what was planned, and how it differs from the paper, one row per variant.
 *
 * @module
 */
import { z } from "zod";
import type { Columns, SchemaOf } from "../../base/csv/csv.ts";
import { count, id, text } from "./columns.ts";
import type { Table } from "./table.ts";

const VERSION = 3;

/** A row of `variants.csv`. */
export type VariantRow = {
  /** Version of the columns. */
  readonly schema: 3;
  /** Id of the suite. */
  readonly suite: string;
  /** Id of the variant. */
  readonly variant: string;
  /** The variant, as reports print it. */
  readonly title: string;
  /** Id of the network. */
  readonly model: string;
  /** The network, as reports print it. */
  readonly model_title: string;
  /** The network's layers, e.g. `28x28 - dense 300 - dense 10`. */
  readonly architecture: string;
  /** Free parameters of the network. */
  readonly parameters: number;
  /** Weight uses in one forward pass, biases included. */
  readonly connections: number;
  /** Multiply-accumulates of one image's forward pass. */
  readonly macs: number;
  /** Id of the recipe. */
  readonly recipe: string;
  /** The recipe, as reports print it. */
  readonly recipe_title: string;
  /** Step size that the schedule starts from. */
  readonly learning_rate: number;
  /** How the learning rate was chosen. */
  readonly learning_rate_source: string;
  /** Images per step. */
  readonly batch: number;
  /** Id of the published number in `data/published.csv`; empty if there is none. */
  readonly published: string;
  /** Departures from the paper, one sentence each; empty list if there are none. */
  readonly departures: readonly string[];
  /** How training images are distorted, in words; empty if they are not. */
  readonly augmentation: string;
  /** How the images were prepared, in words; empty if they are used as they are. */
  readonly data: string;
  /** Id of the variant that this one is compared with, seed by seed; empty if there is none. */
  readonly baseline: string;
};

/** Checks {@linkcode VariantRow}. */
export const variantRow: SchemaOf<VariantRow> = z.strictObject(
  {
    schema: z.literal(VERSION),
    suite: id,
    variant: id,
    title: text,
    model: id,
    model_title: text,
    architecture: text,
    parameters: count,
    connections: count,
    macs: count,
    recipe: id,
    recipe_title: text,
    learning_rate: z.number().positive(),
    learning_rate_source: text,
    batch: z.int().positive(),
    published: z.string().max(200),
    departures: z.array(text).max(100).readonly(),
    augmentation: text,
    data: text,
    baseline: z.string().max(200),
  } satisfies Columns<VariantRow>,
);

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
