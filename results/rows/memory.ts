/**
 * `memory.csv`: memory after each trial of a long run.
 *
 * @module
 */
import { z } from "zod";
import type { Columns, SchemaOf } from "../../base/csv/csv.ts";
import type { GraphicsApi } from "../../base/graphics_api.ts";
import { api, count, id, text } from "./columns.ts";
import type { Table, TableRows } from "./table.ts";

const VERSION = 2;

/** A row of `memory.csv`. */
export type MemoryRow = {
  /** Version of the columns. */
  readonly schema: 2;
  /** Number of the trial in the order in which they ran, from 1. */
  readonly trial: number;
  /** Id of the variant. */
  readonly variant: string;
  /** The trial's seed. */
  readonly seed: number;
  /** Number of tensors alive. */
  readonly tensors: number;
  /** Bytes of the values of `tensors`. */
  readonly tensor_bytes: number;
  /** Bytes of the device's buffers that are in use. */
  readonly gpu_bytes_used: number;
  /** Bytes of all buffers that TensorFlow.js keeps on the device, in use or for reuse. */
  readonly gpu_bytes_allocated: number;
  /** Resident set size of the process, in bytes; with a software adapter it includes the device's buffers. */
  readonly rss_bytes: number;
  /** Bytes of JavaScript's objects, including dead ones that have not been collected yet. */
  readonly heap_bytes: number;
  /** The adapter in words. */
  readonly adapter: string;
  /** `hardware` for a GPU, `software` for a program on the CPU, `none` without an adapter. */
  readonly adapter_kind: "hardware" | "software" | "none";
  /** Operating system, processor and number of threads. */
  readonly machine: string;
  /** Programs and libraries, with their versions. */
  readonly versions: string;
  /** The program's commit, with `-dirty.` and a checksum if it had local changes; `unknown` outside git. */
  readonly commit: string;
  /** When the row was complete: ISO 8601, UTC. */
  readonly finished: string;
  /** The graphics API through which WebGPU reached the adapter; empty if it is not known, as before version 2. */
  readonly api: GraphicsApi;
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
    api,
  } satisfies Columns<MemoryRow>,
);

/** The rows of a run, finished or interrupted. */
export type MemoryRun = TableRows<typeof MEMORY>;

/** `memory.csv`. */
export const MEMORY = {
  file: "memory.csv",
  version: VERSION,
  row: memoryRow,
  per: "folder",
  older: { oldest: 1, defaults: { api: "" } },
} as const satisfies Table;
