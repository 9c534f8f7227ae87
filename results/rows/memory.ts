/**
 * Memory after each trial of a long run: the row type, and the file `memory.csv`.
 *
 * @module
 */
import { z } from "zod";
import { createRowFile, holdsFile, readRowFile, type RowStore } from "./row_file.ts";

/** Version of {@linkcode memoryRow}; a file of another one is refused. */
export const MEMORY_VERSION = 1;

/** Name of the file in a run's folder. */
export const MEMORY_FILE = "memory.csv";

const id = z.string().min(1).max(200);
const text = z.string().max(10_000);
const count = z.int().nonnegative();

/** A row of `memory.csv`: what one process holds when a trial has ended. */
export const memoryRow = z.strictObject({
  schema: z.literal(MEMORY_VERSION),
  /** From 1, in the order in which they ran. */
  trial: z.int().positive(),
  variant: id,
  seed: count,
  /** Tensors alive, and the bytes of their values. */
  tensors: count,
  tensor_bytes: count,
  /** Of the device's buffers: those in use, and all that TensorFlow.js keeps, in use or for reuse. */
  gpu_bytes_used: count,
  gpu_bytes_allocated: count,
  /** Memory of the process that is not swapped out; on a software adapter it holds the device's buffers too. */
  rss_bytes: count,
  /** Of JavaScript's own objects, dead ones included until they are collected. */
  heap_bytes: count,
  adapter: text,
  adapter_kind: z.enum(["hardware", "software", "none"]),
  /** Operating system, processor and number of threads. */
  machine: text,
  /** Programs and libraries, with their versions. */
  versions: text,
  commit: id,
  /** ISO 8601, UTC. */
  finished: z.iso.datetime(),
});

/** A row of `memory.csv`. */
export type MemoryRow = z.infer<typeof memoryRow>;

/** A run's rows as its file tells them. */
export interface MemoryRun {
  readonly rows: readonly MemoryRow[];
  /** What was left out while reading, a sentence each. */
  readonly notices: readonly string[];
}

const FILE = { name: MEMORY_FILE, schema: memoryRow };

/**
 * Starts `memory.csv` in `directory`, which is made where it does not exist.
 *
 * @throws {UserError} The folder holds one already or can't be written.
 */
export function createMemory(directory: string): RowStore<MemoryRow> {
  return createRowFile(FILE, directory);
}

/** Whether `directory` is the folder of such a run. */
export function holdsMemory(directory: string): boolean {
  return holdsFile(MEMORY_FILE, directory);
}

/**
 * Reads a run, finished or interrupted.
 *
 * @throws {UserError} The file is missing, damaged, or of another schema version.
 */
export function readMemory(directory: string): MemoryRun {
  return readRowFile(FILE, directory);
}
