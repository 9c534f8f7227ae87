/**
 * `slices.csv`: slices of training of two revisions, taken alternately; one row per slice.
 *
 * @module
 */
import { z } from "zod";
import type { Columns, SchemaOf } from "../../base/csv/csv.ts";
import type { GraphicsApi } from "../../base/graphics_api.ts";
import { api, count, id, text } from "./columns.ts";
import type { Table } from "./table.ts";
import { milliseconds } from "./timings.ts";

const VERSION = 1;

/** A row of `slices.csv`. */
export type SliceRow = {
  /** Version of the columns. */
  readonly schema: 1;
  /** Id of the suite. */
  readonly suite: string;
  /** Id of the variant. */
  readonly variant: string;
  /** How much work a trial of it would be. */
  readonly profile: "smoke" | "quick" | "paper";
  /** From 1. Each round has fresh processes, one per side. */
  readonly round: number;
  /** From 1. The four slices of a block are taken one right after the other. */
  readonly block: number;
  /** Place in the block, from 1. */
  readonly place: number;
  /** Whose slice it is: the older revision's or the newer one's. */
  readonly side: "base" | "head";
  /** Training steps, or updates pattern by pattern. */
  readonly steps: number;
  /** Wall time of the slice. */
  readonly wall_ms: number;
  /** CPU time of all threads of the process. */
  readonly cpu_ms: number;
  /** Time that the device worked, by its own time stamps; empty on a software adapter or without time stamps. */
  readonly device_ms: number | null;
  /** The adapter in words. */
  readonly adapter: string;
  /** Whether the adapter is a device or a program. */
  readonly adapter_kind: "hardware" | "software" | "none";
  /** The graphics API through which WebGPU reached the adapter. */
  readonly api: GraphicsApi;
  /** Operating system, processor and number of threads. */
  readonly machine: string;
  /** The older revision's commit. */
  readonly base_commit: string;
  /** The newer revision's commit. */
  readonly commit: string;
};

/** Checks {@linkcode SliceRow}. */
export const sliceRow: SchemaOf<SliceRow> = z.strictObject(
  {
    schema: z.literal(VERSION),
    suite: id,
    variant: id,
    profile: z.enum(["smoke", "quick", "paper"]),
    round: z.int().positive(),
    block: z.int().positive(),
    place: z.int().min(1).max(4),
    side: z.enum(["base", "head"]),
    steps: count.positive(),
    wall_ms: z.number().positive(),
    cpu_ms: z.number().nonnegative(),
    device_ms: milliseconds,
    adapter: text,
    adapter_kind: z.enum(["hardware", "software", "none"]),
    api,
    machine: text,
    base_commit: id,
    commit: id,
  } satisfies Columns<SliceRow>,
);

/** `slices.csv`. */
export const SLICES = {
  file: "slices.csv",
  version: VERSION,
  row: sliceRow,
  per: "folder",
} as const satisfies Table;
