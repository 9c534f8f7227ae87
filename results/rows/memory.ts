/**
 * Memory after each trial of a long run: the row type, and the file `memory.csv`.
 *
 * @module
 */
import { z } from "zod";
import type { Columns, SchemaOf } from "../../base/csv.ts";
import { count, id, text } from "./columns.ts";
import type { Table, TableRows } from "./table.ts";

const VERSION = 1;

/** A row of `memory.csv`. */
export type MemoryRow = {
  /** Version of the columns. */
  readonly schema: 1;
  /** From 1, in the order in which they ran. */
  readonly trial: number;
  /** Id of the variant. */
  readonly variant: string;
  /** The trial's seed. */
  readonly seed: number;
  /** Tensors alive, and the bytes of their values. */
  readonly tensors: number;
  /** Bytes of the values of `tensors`. */
  readonly tensor_bytes: number;
  /** Of the device's buffers: those in use, and all that TensorFlow.js keeps, in use or for reuse. */
  readonly gpu_bytes_used: number;
  /** See `gpu_bytes_used`. */
  readonly gpu_bytes_allocated: number;
  /** Memory of the process that is not swapped out; on a software adapter it holds the device's buffers too. */
  readonly rss_bytes: number;
  /** Of JavaScript's own objects, dead ones included until they are collected. */
  readonly heap_bytes: number;
  /** The adapter in words. */
  readonly adapter: string;
  /** Whether the adapter is a device or a program. */
  readonly adapter_kind: "hardware" | "software" | "none";
  /** Operating system, processor and number of threads. */
  readonly machine: string;
  /** Programs and libraries, with their versions. */
  readonly versions: string;
  /** The program's commit. */
  readonly commit: string;
  /** ISO 8601, UTC. */
  readonly finished: string;
};

/** Checks {@linkcode MemoryRow}. */
export const memoryRow: SchemaOf<MemoryRow> = z.strictObject(
  {
    schema: z.literal(VERSION),
    trial: z.int().positive(),
    variant: id,
    seed: count,
    tensors: count,
    tensor_bytes: count,
    gpu_bytes_used: count,
    gpu_bytes_allocated: count,
    rss_bytes: count,
    heap_bytes: count,
    adapter: text,
    adapter_kind: z.enum(["hardware", "software", "none"]),
    machine: text,
    versions: text,
    commit: id,
    finished: z.iso.datetime(),
  } satisfies Columns<MemoryRow>,
);

/** A run's rows, finished or interrupted. */
export type MemoryRun = TableRows<typeof MEMORY>;

/** `memory.csv`. */
export const MEMORY = {
  file: "memory.csv",
  version: VERSION,
  row: memoryRow,
  per: "folder",
} as const satisfies Table;
