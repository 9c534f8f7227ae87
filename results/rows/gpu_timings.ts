/**
 * What a run of the timing suite measured, one row a value: the row type, the file `gpu_timings.csv`, and the run as
 * read back. What could not be measured has a row too, which says why.
 *
 * @module
 */
import { join } from "node:path";
import { z } from "zod";
import type { Columns, SchemaOf } from "../../base/csv.ts";
import { messageOf, UserError } from "../../base/errors.ts";
import { id, text } from "./columns.ts";
import type { Table, TableRows } from "./table.ts";
import { milliseconds, roundsText } from "./timings.ts";

const VERSION = 1;

const count = z.int().nonnegative().nullable();

/**
 * What a row is about.
 *
 * - `ceiling`: what the adapter can do at best.
 * - `cost`: what using it costs at all: dispatch, submit, wait, read-back, upload.
 * - `phase`: a part of a training step of a network, by batch size.
 * - `whole`: such a part, timed alternately with the network's layers.
 * - `layer`: a layer of a network.
 * - `comparison`: a training step in several forms, alternately.
 * - `latency`: one image, from its pixels to its class on the host.
 * - `first_step`: the first training step on a fresh device, and the shaders that it compiles.
 */
export const GPU_TIMING_KINDS = [
  "ceiling",
  "cost",
  "phase",
  "whole",
  "layer",
  "comparison",
  "latency",
  "first_step",
] as const;

/** Parts of a training step; `none` where the row is of no such part. */
export const PHASES = ["none", "forward", "forward_backward", "optimiser", "step"] as const;
/** One of {@linkcode PHASES}. */
export type Phase = (typeof PHASES)[number];

/** A row of `gpu_timings.csv`. */
export type GpuTimingRow = {
  /** Version of the columns. */
  readonly schema: 1;
  /** How much work the run did. */
  readonly profile: "smoke" | "quick" | "paper";
  /** What the row is about. */
  readonly kind: (typeof GPU_TIMING_KINDS)[number];
  /** A network, or what of the adapter is measured. */
  readonly subject: string;
  /** As reports print it. */
  readonly title: string;
  /** Name and kind, where the row is of a layer; else empty. */
  readonly layer: string;
  /** Kind of the layer; empty where the row is of none. */
  readonly layer_kind: string;
  /** Layers of the network that are exactly alike; only one of them is timed. */
  readonly times: number;
  /** Part of a training step. */
  readonly phase: (typeof PHASES)[number];
  /** `tuned` or `stock` kernels, an activation, or what else runs. */
  readonly contender: string;
  /** Images a run; 1 for what takes none. */
  readonly batch: number;
  /** Median of `rounds_ms`; empty where it was not measured, and `note` says why. */
  readonly wall_ms: number | null;
  /** Milliseconds per run, one value per round, with spaces between; empty where it was not measured. */
  readonly rounds_ms: string;
  /** Runs behind each value of `rounds_ms`. */
  readonly runs: number | null;
  /** Time on the device by its own time stamps, measured apart; empty where it offers none. */
  readonly gpu_ms: number | null;
  /** Of one run; empty where unknown. */
  readonly dispatches: number | null;
  /** Compiled in one run; empty where not counted. */
  readonly shaders: number | null;
  /** Floating-point operations of one run, a multiply-add counting as two; empty where it has no such number. */
  readonly flops: number | null;
  /** Bytes that one run has to read and write at least; empty where it has no such number. */
  readonly bytes: number | null;
  /** Free parameters of the layer or network. */
  readonly parameters: number | null;
  /** Multiply-accumulates of one image's forward pass. */
  readonly macs: number | null;
  /** Bytes of one image's activations: a layer's output, or those of all layers and the input. */
  readonly activation_bytes: number | null;
  /** Of all tensors at the end of a training step's forward pass. */
  readonly peak_bytes: number | null;
  /** Largest difference of the results from those of the tuned kernels, as a share of the largest value. */
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

/** Checks {@linkcode GpuTimingRow}. */
export const gpuTimingRow: SchemaOf<GpuTimingRow> = z.strictObject(
  {
    schema: z.literal(VERSION),
    profile: z.enum(["smoke", "quick", "paper"]),
    kind: z.enum(GPU_TIMING_KINDS),
    subject: id,
    title: text,
    layer: text,
    layer_kind: text,
    times: z.int().positive(),
    phase: z.enum(PHASES),
    contender: id,
    batch: z.int().positive(),
    wall_ms: milliseconds,
    rounds_ms: roundsText,
    runs: count,
    gpu_ms: milliseconds,
    dispatches: count,
    shaders: count,
    flops: count,
    bytes: count,
    parameters: count,
    macs: count,
    activation_bytes: count,
    peak_bytes: count,
    difference: z.number().nonnegative().nullable(),
    note: text,
    adapter: text,
    adapter_kind: z.enum(["hardware", "software", "none"]),
    machine: text,
    versions: text,
    commit: id,
    finished: z.iso.datetime(),
  } satisfies Columns<GpuTimingRow>,
).refine((row) => (row.wall_ms === null) === (row.rounds_ms === ""), {
  path: ["rounds_ms"],
  message: "wall_ms and rounds_ms are given together or not at all",
}).refine((row) => row.wall_ms !== null || row.note !== "", {
  path: ["note"],
  message: "what was not measured has a reason",
});

/** A run's rows, finished or interrupted. */
export type GpuTimingRun = TableRows<typeof GPU_TIMINGS>;

/** `gpu_timings.csv`. */
export const GPU_TIMINGS = {
  file: "gpu_timings.csv",
  version: VERSION,
  row: gpuTimingRow,
  per: "folder",
} as const satisfies Table;

/**
 * Makes room for another `gpu_timings.csv` in `directory`.
 *
 * @returns Where the present one is now.
 * @throws {UserError} It can't be renamed.
 */
export function setGpuTimingsAside(directory: string): string {
  const path = join(directory, GPU_TIMINGS.file);
  const aside = `${path}.interrupted`;
  try {
    Deno.renameSync(path, aside);
  } catch (error) {
    throw new UserError(`Cannot rename "${path}": ${messageOf(error)}. Move it away by hand.`, { cause: error });
  }
  return aside;
}
