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
import { id, text } from "./columns.ts";
import type { Table, TableRows } from "./table.ts";

const VERSION = 1;

const count = z.int().nonnegative().nullable();
const ROUND = /(?=[\d.]*[1-9])\d+(\.\d+)?(e-\d+)?/.source;
const ROUNDS = new RegExp(`^(${ROUND}( ${ROUND})*)?$`);
/** Column of milliseconds. */
export const milliseconds = z.number().positive().nullable();
/** Column of rounds: milliseconds per run, one value per round, with spaces between. */
export const roundsText = z.string().regex(ROUNDS, "positive numbers with single spaces between");

/** A row of `timings.csv`. */
export const timingRow = z.strictObject({
  schema: z.literal(VERSION),
  profile: z.enum(["smoke", "quick", "paper"]),
  /** `step` a whole training step, `kernel` one call of a kernel, `ceiling` what the adapter can do at best. */
  kind: z.enum(["step", "kernel", "ceiling"]),
  subject: id,
  title: text,
  /** Who ran it: `tuned` or `stock` kernels, a peer, or `wgsl` for a ceiling. */
  contender: id,
  /** Images a run; 1 for a ceiling. */
  batch: z.int().positive(),
  /** Median of `rounds_ms`; empty where the contender could not run, and `note` says why. */
  wall_ms: milliseconds,
  /** Milliseconds per run, one value per round, with spaces between; in the order in which they were measured. */
  rounds_ms: roundsText,
  /** Runs behind each value of `rounds_ms`. */
  runs: count,
  /** Time on the device by its own time stamps, measured apart; empty where it offers none. */
  gpu_ms: milliseconds,
  /** The first run on a fresh device, until its work is done; compiles the shaders. */
  first_ms: milliseconds,
  /** Of one run; empty where unknown. */
  dispatches: count,
  /** Floating-point operations of one run, a multiply-add counting as two; empty where it has no such number. */
  flops: count,
  /** Bytes that one run has to read and write at least; empty where it has no such number. */
  bytes: count,
  /**
   * Largest difference of the results from those of the run's first kernel set, as a share of the largest value; empty
   * for that set itself and for peers. Far from 0 means that the times are of different work.
   */
  difference: z.number().nonnegative().nullable(),
  /** One sentence; empty where there is nothing to say. */
  note: text,
  adapter: text,
  adapter_kind: z.enum(["hardware", "software", "none"]),
  /** Operating system, processor and number of threads. */
  machine: text,
  /** Programs and libraries, with their versions. */
  versions: text,
  commit: id,
  /** ISO 8601, UTC. */
  finished: z.iso.datetime(),
}).refine((row) => (row.wall_ms === null) === (row.rounds_ms === ""), {
  path: ["rounds_ms"],
  message: "wall_ms and rounds_ms are given together or not at all",
});

/** A row of `timings.csv`. */
export type TimingRow = z.infer<typeof timingRow>;

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
