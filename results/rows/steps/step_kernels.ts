/**
 * `step_kernels.csv`: training steps by kernel, one row per step and one per program of it.
 *
 * @module
 */
import { z } from "zod";
import type { Columns, SchemaOf } from "../../../base/csv/csv.ts";
import type { GraphicsApi } from "../../../base/graphics_api.ts";
import { api, count, id, text } from "../columns.ts";
import type { Table, TableRows } from "../table.ts";
import { milliseconds, roundsText } from "../timings.ts";

const VERSION = 2;

/** A row of `step_kernels.csv`. Times are of everything that the kernel does in one step. */
export type StepKernelRow = {
  /** Version of the columns. */
  readonly schema: 2;
  /** How much work the run did. */
  readonly profile: "smoke" | "quick" | "paper";
  /** The network. */
  readonly subject: string;
  /** As reports print it. */
  readonly title: string;
  /** Images per step. */
  readonly batch: number;
  /** Name of the program; empty in the row of the whole step. */
  readonly kernel: string;
  /** Shapes of what it reads and of what it writes; empty for the whole step. */
  readonly shapes: string;
  /** In one step. */
  readonly dispatches: number;
  /** Median of `rounds_ms`. */
  readonly wall_ms: number | null;
  /** Milliseconds per step, one value per round in the order of measurement, separated by spaces. */
  readonly rounds_ms: string;
  /** Median of `cpu_rounds_ms`. */
  readonly cpu_ms: number | null;
  /** CPU time of all threads of the process, like `rounds_ms`. */
  readonly cpu_rounds_ms: string;
  /** Runs behind each value of `rounds_ms`. */
  readonly runs: number;
  /** CPU time from WGSL to machine code, median of several times; empty for the whole step. */
  readonly compile_ms: number | null;
  /** Length of the program with all declarations; empty for the whole step. */
  readonly wgsl_bytes: number | null;
  /** Of one dispatch; this and the next columns are empty for the whole step and for kernels that don't count them. */
  readonly threads: number | null;
  /** Values that all threads load in their innermost loops. */
  readonly loads: number | null;
  /** Values that they get from another thread of their subgroup. */
  readonly broadcasts: number | null;
  /** Those with padding, and with places past an edge, included. */
  readonly multiply_adds: number | null;
  /** Threads of a subgroup that share loads; 1 when each loads for itself. */
  readonly lanes: number;
  /** The adapter in words. */
  readonly adapter: string;
  /** Whether the adapter is a device or a program. */
  readonly adapter_kind: "hardware" | "software" | "none";
  /** Installed package of the software adapter's driver and its version; empty when the system does not say. */
  readonly driver: string;
  /** Operating system, processor and number of threads. */
  readonly machine: string;
  /** Programs and libraries, with their versions. */
  readonly versions: string;
  /** The program's commit. */
  readonly commit: string;
  /** ISO 8601, UTC. */
  readonly finished: string;
  /** The graphics API through which WebGPU reached the adapter; empty if it is not known, as before version 2. */
  readonly api: GraphicsApi;
};

/** Checks {@linkcode StepKernelRow}. */
export const stepKernelRow: SchemaOf<StepKernelRow> = z.strictObject(
  {
    schema: z.literal(VERSION),
    profile: z.enum(["smoke", "quick", "paper"]),
    subject: id,
    title: text,
    batch: z.int().positive(),
    kernel: text,
    shapes: text,
    dispatches: z.int().positive(),
    wall_ms: milliseconds,
    rounds_ms: roundsText.min(1),
    cpu_ms: milliseconds,
    cpu_rounds_ms: roundsText.min(1),
    runs: z.int().positive(),
    compile_ms: z.number().nonnegative().nullable(),
    wgsl_bytes: count.nullable(),
    threads: count.nullable(),
    loads: count.nullable(),
    broadcasts: count.nullable(),
    multiply_adds: count.nullable(),
    lanes: z.int().positive(),
    adapter: text,
    adapter_kind: z.enum(["hardware", "software", "none"]),
    driver: text,
    machine: text,
    versions: text,
    commit: id,
    finished: z.iso.datetime(),
    api,
  } satisfies Columns<StepKernelRow>,
);

/** The rows of a run, finished or interrupted. */
export type StepKernelRun = TableRows<typeof STEP_KERNELS>;

/** `step_kernels.csv`. */
export const STEP_KERNELS = {
  file: "step_kernels.csv",
  version: VERSION,
  row: stepKernelRow,
  per: "folder",
  older: { oldest: 1, defaults: { api: "" } },
} as const satisfies Table;
