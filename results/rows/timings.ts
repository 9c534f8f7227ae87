/**
 * Measured times, one row a subject and contender: the row type, the file `timings.csv` that holds a run's rows, and
 * the run as read back.
 *
 * Everything that a report needs stands in the rows, the single rounds too, so that intervals can be computed from the
 * file alone.
 *
 * @module
 */
import { median } from "simple-statistics";
import { z } from "zod";
import type { Columns, SchemaOf } from "../../base/csv.ts";
import { id, text } from "./columns.ts";
import type { Table, TableRows } from "./table.ts";

const VERSION = 1;

const count = z.int().nonnegative().nullable();
const ROUND = /(?=[\d.]*[1-9])\d+(\.\d+)?(e-\d+)?/.source;
const ROUNDS = new RegExp(`^(${ROUND}( ${ROUND})*)?$`);
/** Column of milliseconds. */
export const milliseconds: z.ZodNullable<z.ZodNumber> = z.number().positive().nullable();
/** Column of rounds: milliseconds per run, one value per round, with spaces between. */
export const roundsText: z.ZodString = z.string().regex(ROUNDS, "positive numbers with single spaces between");

/** A row of `timings.csv`. */
export type TimingRow = {
  /** Version of the columns. */
  readonly schema: 1;
  /** How much work the run did. */
  readonly profile: "smoke" | "quick" | "paper";
  /** `step` a whole training step, `kernel` one call of a kernel, `ceiling` what the adapter can do at best. */
  readonly kind: "step" | "kernel" | "ceiling";
  /** What is measured. */
  readonly subject: string;
  /** As reports print it. */
  readonly title: string;
  /** Who ran it: `tuned` or `stock` kernels, a peer, or `wgsl` for a ceiling. */
  readonly contender: string;
  /** Images a run; 1 for a ceiling. */
  readonly batch: number;
  /** Median of `rounds_ms`; empty where the contender could not run, and `note` says why. */
  readonly wall_ms: number | null;
  /** Milliseconds per run, one value per round, with spaces between; in the order in which they were measured. */
  readonly rounds_ms: string;
  /** Runs behind each value of `rounds_ms`. */
  readonly runs: number | null;
  /** Time on the device by its own time stamps, measured apart; empty where it offers none. */
  readonly gpu_ms: number | null;
  /** The first run on a fresh device, until its work is done; compiles the shaders. */
  readonly first_ms: number | null;
  /** Of one run; empty where unknown. */
  readonly dispatches: number | null;
  /** Floating-point operations of one run, a multiply-add counting as two; empty where it has no such number. */
  readonly flops: number | null;
  /** Bytes that one run has to read and write at least; empty where it has no such number. */
  readonly bytes: number | null;
  /**
   * Largest difference of the results from those of the run's first kernel set, as a share of the largest value; empty
   * for that set itself and for peers. Far from 0 means that the times are of different work.
   */
  readonly difference: number | null;
  /** One sentence; empty where there is nothing to say. */
  readonly note: string;
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

/** Checks {@linkcode TimingRow}. */
export const timingRow: SchemaOf<TimingRow> = z.strictObject(
  {
    schema: z.literal(VERSION),
    profile: z.enum(["smoke", "quick", "paper"]),
    kind: z.enum(["step", "kernel", "ceiling"]),
    subject: id,
    title: text,
    contender: id,
    batch: z.int().positive(),
    wall_ms: milliseconds,
    rounds_ms: roundsText,
    runs: count,
    gpu_ms: milliseconds,
    first_ms: milliseconds,
    dispatches: count,
    flops: count,
    bytes: count,
    difference: z.number().nonnegative().nullable(),
    note: text,
    adapter: text,
    adapter_kind: z.enum(["hardware", "software", "none"]),
    machine: text,
    versions: text,
    commit: id,
    finished: z.iso.datetime(),
  } satisfies Columns<TimingRow>,
).refine((row) => (row.wall_ms === null) === (row.rounds_ms === ""), {
  path: ["rounds_ms"],
  message: "wall_ms and rounds_ms are given together or not at all",
});

/** A run's rows, finished or interrupted. */
export type TimingRun = TableRows<typeof TIMINGS>;

/** More digits than any clock here resolves. */
const DIGITS = 6;

/** A measured value as rows hold it. */
export function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

/** The columns of rounds measured in milliseconds a run. */
export function roundColumns(rounds: readonly number[]): Pick<TimingRow, "wall_ms" | "rounds_ms"> {
  return { wall_ms: rounded(median([...rounds])), rounds_ms: rounds.map(rounded).join(" ") };
}

/** The single rounds of a row, milliseconds a run; none where the contender could not run. */
export function roundsOf({ rounds_ms }: Pick<TimingRow, "rounds_ms">): number[] {
  return rounds_ms === "" ? [] : rounds_ms.split(" ").map(Number);
}

/** `timings.csv`. */
export const TIMINGS = {
  file: "timings.csv",
  version: VERSION,
  row: timingRow,
  per: "folder",
} as const satisfies Table;
