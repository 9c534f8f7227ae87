/**
 * `gpu_timings.csv`: what a run of the timing suite measured, one row per value. What could not be measured has a row
 * too, which says why.
 *
 * @module
 */
import { join } from "node:path";
import { z } from "zod";
import type { Columns, SchemaOf } from "../../base/csv/csv.ts";
import { messageOf, UserError } from "../../base/errors.ts";
import type { GraphicsApi } from "../../base/graphics_api.ts";
import { api, id, text } from "./columns.ts";
import type { Table, TableRows } from "./table.ts";
import { milliseconds, roundsText } from "./timings.ts";

const VERSION = 2;

const count = z.int().nonnegative().nullable();

/** Everything that a row may be about. */
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

/** A part of a training step; `none` if a row is about something else. */
export type Phase = "none" | "forward" | "forward_backward" | "optimiser" | "step";

/** A row of `gpu_timings.csv`. */
export type GpuTimingRow = {
  /** Version of the columns. */
  readonly schema: 2;
  /** How much work the run did. */
  readonly profile: "smoke" | "quick" | "paper";
  /**
   * What the row is about.
   *
   * - `ceiling`: what the adapter can do at best.
   * - `cost`: the fixed price of using it: dispatch, submit, wait, read-back, upload.
   * - `phase`: one part of a network's training step, by batch size.
   * - `whole`: the same part, timed alternately with the network's layers.
   * - `layer`: one layer of a network.
   * - `comparison`: a training step in several forms, alternately.
   * - `latency`: one image, from its pixels to its class on the host.
   * - `first_step`: the first training step on a fresh device, and the shaders that it compiles.
   */
  readonly kind: "ceiling" | "cost" | "phase" | "whole" | "layer" | "comparison" | "latency" | "first_step";
  /** Id of the network, or of the ceiling or cost of the adapter. */
  readonly subject: string;
  /** The subject, as reports print it. */
  readonly title: string;
  /** Name of the layer; empty if the row is not about a layer. */
  readonly layer: string;
  /** Kind of the layer, e.g. `conv`; empty if the row is not about a layer. */
  readonly layer_kind: string;
  /** How many layers of the network are exactly alike: only one of them is timed. 1 if the row is not about a layer. */
  readonly times: number;
  /** Part of a training step, or `none`. */
  readonly phase: Phase;
  /** What runs: `tuned` or `stock` kernels, an activation, or another form of the step. */
  readonly contender: string;
  /** Images per run; 1 for what takes no images. */
  readonly batch: number;
  /** Median of `rounds_ms`, in milliseconds per run; empty if it was not measured: `note` then says why. */
  readonly wall_ms: number | null;
  /** Milliseconds per run, one value per round, separated by spaces; empty if it was not measured. */
  readonly rounds_ms: string;
  /** Runs behind each value of `rounds_ms`; empty if it was not measured. */
  readonly runs: number | null;
  /** Milliseconds per run by the device's own time stamps, measured separately; empty if it was not measured so. */
  readonly gpu_ms: number | null;
  /** Dispatches of one run; empty if they were not counted. */
  readonly dispatches: number | null;
  /** Shaders compiled in one run; empty except for `first_step`. */
  readonly shaders: number | null;
  /** Floating-point operations of one run, a multiply-add counting as two; empty if not known. */
  readonly flops: number | null;
  /** Fewest bytes that one run can read and write; empty if not known. */
  readonly bytes: number | null;
  /** Free parameters of the layer or network; empty if the row is about neither. */
  readonly parameters: number | null;
  /** Multiply-accumulates of one image's forward pass; empty if the row is about no layer or network. */
  readonly macs: number | null;
  /**
   * Bytes of one image's activations: the layer's output, or the input and all outputs of the network; empty if the row
   * is about neither.
   */
  readonly activation_bytes: number | null;
  /** Bytes of all tensors at the end of a training step's forward pass; empty if no whole step was measured. */
  readonly peak_bytes: number | null;
  /**
   * Largest difference between the results and those of the tuned kernels, as a share of the largest value; empty if
   * they were not compared.
   */
  readonly difference: number | null;
  /** Why something was not measured, or what else a reader must know; empty if there is nothing to say. */
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
  /** The graphics API through which WebGPU reached the adapter; empty if it is not known, as before version 2. */
  readonly api: GraphicsApi;
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
    phase: z.enum(["none", "forward", "forward_backward", "optimiser", "step"]),
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
    api,
  } satisfies Columns<GpuTimingRow>,
).refine((row) => (row.wall_ms === null) === (row.rounds_ms === ""), {
  path: ["rounds_ms"],
  message: "wall_ms and rounds_ms are given together or not at all",
}).refine((row) => row.wall_ms !== null || row.note !== "", {
  path: ["note"],
  message: "what was not measured has a reason",
});

/** The rows of a run, finished or interrupted. */
export type GpuTimingRun = TableRows<typeof GPU_TIMINGS>;

/** `gpu_timings.csv`. */
export const GPU_TIMINGS = {
  file: "gpu_timings.csv",
  version: VERSION,
  row: gpuTimingRow,
  per: "folder",
  older: { oldest: 1, defaults: { api: "" } },
} as const satisfies Table;

/**
 * Renames the `gpu_timings.csv` in `directory`, to make room for another.
 *
 * @returns Its new path.
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
