/**
 * `timings.csv`: measured times, one row per subject and contender.
 *
 * The rows have everything that a report needs, the single rounds too: intervals are computed from the file alone.
 *
 * @module
 */
import { median } from "simple-statistics";
import { z } from "zod";
import type { Columns, SchemaOf } from "../../base/csv/csv.ts";
import type { GraphicsApi } from "../../base/graphics_api.ts";
import { api, id, text } from "./columns.ts";
import type { Table, TableRows } from "./table.ts";

const VERSION = 3;

const count = z.int().nonnegative().nullable();
const ROUND = /(?=[\d.]*[1-9])\d+(\.\d+)?(e-\d+)?/.source;
const ROUNDS = new RegExp(`^(${ROUND}( ${ROUND})*)?$`);
/** A column of milliseconds. */
export const milliseconds: z.ZodNullable<z.ZodNumber> = z.number().positive().nullable();
/** A column of rounds: milliseconds per run, one value per round, separated by spaces. */
export const roundsText: z.ZodString = z.string().regex(ROUNDS, "positive numbers separated by single spaces");

/** A row of `timings.csv`. */
export type TimingRow = {
  /** Version of the columns. */
  readonly schema: 3;
  /** How much work the run did. */
  readonly profile: "smoke" | "quick" | "paper";
  /** `step`: a whole training step; `kernel`: one call of a kernel; `ceiling`: what the adapter can do at best. */
  readonly kind: "step" | "kernel" | "ceiling";
  /** Id of what is measured: a network, a kernel on given shapes, or a ceiling. */
  readonly subject: string;
  /** The subject, as reports print it. */
  readonly title: string;
  /** What ran it: `tuned`, `unshared` or `stock` kernels, a peer such as `pytorch`, or `wgsl` for a ceiling. */
  readonly contender: string;
  /** Images per run; 1 for a ceiling. */
  readonly batch: number;
  /** Median of `rounds_ms`, in milliseconds per run; empty if the contender could not run: `note` then says why. */
  readonly wall_ms: number | null;
  /**
   * Milliseconds per run, one value per round in the order of measurement, separated by spaces; empty if the contender
   * could not run.
   */
  readonly rounds_ms: string;
  /** Runs behind each value of `rounds_ms`; empty if the contender could not run. */
  readonly runs: number | null;
  /**
   * Milliseconds per run by the device's own time stamps, measured separately; empty for ceilings and peers, and if the
   * device offers no time stamps.
   */
  readonly gpu_ms: number | null;
  /** Milliseconds of the first run on a fresh device, which compiles the shaders; empty for ceilings. */
  readonly first_ms: number | null;
  /** Dispatches of one run; empty if they were not counted, as for peers. */
  readonly dispatches: number | null;
  /** Floating-point operations of one run, a multiply-add counting as two; empty if not known. */
  readonly flops: number | null;
  /** Fewest bytes that one run can read and write; empty if not known. */
  readonly bytes: number | null;
  /**
   * Largest difference between the results and those of the run's first kernel set, as a share of the largest value;
   * empty for that set itself, for ceilings and for peers. If it is far from 0, the times are of different work.
   */
  readonly difference: number | null;
  /** Why the contender could not run, or what else a reader must know; empty if there is nothing to say. */
  readonly note: string;
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
  /** Median of `cpu_rounds_ms`; empty if another process did the work. */
  readonly cpu_ms: number | null;
  /** CPU time of all threads of the process, per run like `rounds_ms`. */
  readonly cpu_rounds_ms: string;
  /** The first run less a later one that also waits for the device. */
  readonly compile_ms: number | null;
  /** Threads of a subgroup that share loads; 1 when each loads for itself, empty for peers and ceilings. */
  readonly lanes: number | null;
  /** Installed package of the software adapter's driver and its version; empty when the system does not say. */
  readonly driver: string;
  /** The graphics API through which WebGPU reached the adapter; empty if it is not known, as before version 3. */
  readonly api: GraphicsApi;
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
    cpu_ms: milliseconds,
    cpu_rounds_ms: roundsText,
    compile_ms: milliseconds,
    lanes: z.int().positive().nullable(),
    driver: text,
    api,
  } satisfies Columns<TimingRow>,
).refine((row) => (row.wall_ms === null) === (row.rounds_ms === ""), {
  path: ["rounds_ms"],
  message: "wall_ms and rounds_ms are given together or not at all",
});

/** The rows of a run, finished or interrupted. */
export type TimingRun = TableRows<typeof TIMINGS>;

/** More digits than any clock here resolves. */
const DIGITS = 6;

/** `value` with as many digits as the rows have. */
export function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

/** The columns for rounds in milliseconds per run. */
export function roundColumns(rounds: readonly number[]): Pick<TimingRow, "wall_ms" | "rounds_ms"> {
  return { wall_ms: rounded(median([...rounds])), rounds_ms: rounds.map(rounded).join(" ") };
}

/** The columns of CPU time measured in rounds; none if another process did the work. */
export function cpuColumns(rounds: readonly number[]): Pick<TimingRow, "cpu_ms" | "cpu_rounds_ms"> {
  if (rounds.length === 0) return { cpu_ms: null, cpu_rounds_ms: "" };
  const { wall_ms, rounds_ms } = roundColumns(rounds);
  return { cpu_ms: wall_ms, cpu_rounds_ms: rounds_ms };
}

/** The rounds of a row in milliseconds per run; none if the contender could not run. */
export function roundsOf({ rounds_ms }: Pick<TimingRow, "rounds_ms">): number[] {
  return rounds_ms === "" ? [] : rounds_ms.split(" ").map(Number);
}

/** `timings.csv`. */
export const TIMINGS = {
  file: "timings.csv",
  version: VERSION,
  row: timingRow,
  per: "folder",
  older: {
    oldest: 1,
    defaults: { cpu_ms: null, cpu_rounds_ms: "", compile_ms: null, lanes: null, driver: "", api: "" },
  },
} as const satisfies Table;
