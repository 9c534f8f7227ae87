/**
 * What a run of the timing suite measured, one row a value: the row type, the file `gpu_timings.csv`, and the run as
 * read back. What could not be measured has a row too, which says why.
 *
 * @module
 */
import { join } from "node:path";
import { z } from "zod";
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
export type Phase = (typeof PHASES)[number];

/** A row of `gpu_timings.csv`. */
export const gpuTimingRow = z.strictObject({
  schema: z.literal(VERSION),
  profile: z.enum(["smoke", "quick", "paper"]),
  kind: z.enum(GPU_TIMING_KINDS),
  /** A network, or what of the adapter is measured. */
  subject: id,
  title: text,
  /** Name and kind, where the row is of a layer; else empty. */
  layer: text,
  layer_kind: text,
  /** Layers of the network that are exactly alike; only one of them is timed. */
  times: z.int().positive(),
  phase: z.enum(PHASES),
  /** `tuned` or `stock` kernels, an activation, or what else runs. */
  contender: id,
  /** Images a run; 1 for what takes none. */
  batch: z.int().positive(),
  /** Median of `rounds_ms`; empty where it was not measured, and `note` says why. */
  wall_ms: milliseconds,
  rounds_ms: roundsText,
  /** Runs behind each value of `rounds_ms`. */
  runs: count,
  /** Time on the device by its own time stamps, measured apart; empty where it offers none. */
  gpu_ms: milliseconds,
  /** Of one run; empty where unknown. */
  dispatches: count,
  /** Compiled in one run; empty where not counted. */
  shaders: count,
  /** Floating-point operations of one run, a multiply-add counting as two; empty where it has no such number. */
  flops: count,
  /** Bytes that one run has to read and write at least; empty where it has no such number. */
  bytes: count,
  /** Free parameters of the layer or network. */
  parameters: count,
  /** Multiply-accumulates of one image's forward pass. */
  macs: count,
  /** Bytes of one image's activations: a layer's output, or those of all layers and the input. */
  activation_bytes: count,
  /** Of all tensors at the end of a training step's forward pass. */
  peak_bytes: count,
  /** Largest difference of the results from those of the tuned kernels, as a share of the largest value. */
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
}).refine((row) => row.wall_ms !== null || row.note !== "", {
  path: ["note"],
  message: "what was not measured has a reason",
});

/** A row of `gpu_timings.csv`. */
export type GpuTimingRow = z.infer<typeof gpuTimingRow>;

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
