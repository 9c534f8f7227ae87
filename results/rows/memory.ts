/**
 * Memory after each trial of a long run: the row type, and the file `memory.csv`.
 *
 * @module
 */
import { z } from "zod";
import { count, id, text } from "./columns.ts";
import type { Table, TableRows } from "./table.ts";

const VERSION = 1;

/** A row of `memory.csv`: what one process holds when a trial has ended. */
export const memoryRow = z.strictObject({
  schema: z.literal(VERSION),
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

/** A run's rows, finished or interrupted. */
export type MemoryRun = TableRows<typeof MEMORY>;

/** `memory.csv`. */
export const MEMORY = {
  file: "memory.csv",
  version: VERSION,
  row: memoryRow,
  per: "folder",
} as const satisfies Table;
