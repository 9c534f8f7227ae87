/**
 * `step_comparisons.csv`: training steps of two revisions, timed alternately.
 *
 * @module
 */
import { z } from "zod";
import type { Columns, SchemaOf } from "../../../base/csv/csv.ts";
import type { GraphicsApi } from "../../../base/graphics_api.ts";
import { api, id, text } from "../columns.ts";
import type { Table, TableRows } from "../table.ts";
import { roundsText } from "../timings.ts";

const VERSION = 4;

/** A row of `step_comparisons.csv`. Round `i` of all lists of milliseconds was measured at about the same time. */
export type StepComparisonRow = {
  /** Version of the columns. */
  readonly schema: 4;
  /** How much work the run did. */
  readonly profile: "smoke" | "quick" | "paper";
  /** `step` a warm training step, `first_step` the first one of a process, which compiles. */
  readonly kind: "step" | "first_step";
  /** What is measured. */
  readonly subject: string;
  /** As reports print it. */
  readonly title: string;
  /** Images per step. */
  readonly batch: number;
  /** CPU time of the other revision's process, per step. */
  readonly base_cpu_ms: string;
  /** CPU time of this checkout's process, per step. */
  readonly head_cpu_ms: string;
  /** Wall time of the other revision, per step. */
  readonly base_wall_ms: string;
  /** Wall time of this checkout, per step. */
  readonly head_wall_ms: string;
  /** The other revision's commit. */
  readonly base_commit: string;
  /** This checkout's commit. */
  readonly commit: string;
  /** The adapter in words. */
  readonly adapter: string;
  /** Whether the adapter is a device or a program. */
  readonly adapter_kind: "hardware" | "software" | "none";
  /** Installed package of the software adapter's driver and its version; empty when the system does not say. */
  readonly driver: string;
  /** Operating system, processor and number of threads. */
  readonly machine: string;
  /** Programs and libraries of this checkout, with their versions. */
  readonly versions: string;
  /** ISO 8601, UTC. */
  readonly finished: string;
  /** The graphics API through which WebGPU reached the adapter; empty if it is not known, as before version 2. */
  readonly api: GraphicsApi;
  /**
   * Whether head's steps cost more; empty for first steps, and before version 3, whose rounds had one pair of
   * processes.
   */
  readonly judgement: "" | "regressed" | "improved" | "same" | "cannot tell";
  /** Instructions per step of code that the other revision's process generated; empty if they were not counted. */
  readonly base_instructions: number | null;
  /** The same of this checkout. */
  readonly head_instructions: number | null;
};

const rounds = roundsText.min(1);
const instructions = z.int().positive().nullable();

/** Checks {@linkcode StepComparisonRow}. */
export const stepComparisonRow: SchemaOf<StepComparisonRow> = z.strictObject(
  {
    schema: z.literal(VERSION),
    profile: z.enum(["smoke", "quick", "paper"]),
    kind: z.enum(["step", "first_step"]),
    subject: id,
    title: text,
    batch: z.int().positive(),
    base_cpu_ms: rounds,
    head_cpu_ms: rounds,
    base_wall_ms: rounds,
    head_wall_ms: rounds,
    base_commit: id,
    commit: id,
    adapter: text,
    adapter_kind: z.enum(["hardware", "software", "none"]),
    driver: text,
    machine: text,
    versions: text,
    finished: z.iso.datetime(),
    api,
    judgement: z.enum(["", "regressed", "improved", "same", "cannot tell"]),
    base_instructions: instructions,
    head_instructions: instructions,
  } satisfies Columns<StepComparisonRow>,
);

/** The rows of a run, finished or interrupted. */
export type StepComparisonRun = TableRows<typeof STEP_COMPARISONS>;

/** `step_comparisons.csv`. */
export const STEP_COMPARISONS = {
  file: "step_comparisons.csv",
  version: VERSION,
  row: stepComparisonRow,
  per: "folder",
  older: { oldest: 1, defaults: { api: "", judgement: "", base_instructions: null, head_instructions: null } },
} as const satisfies Table;
