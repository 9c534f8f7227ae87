/**
 * What the timing suite times, ready to be run.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { stream } from "../../../base/random.ts";
import type { Backend } from "../../../device/backend.ts";
import type { KernelSet } from "../../../device/kernel_set.ts";
import type { Random } from "../../../models/network/initialise.ts";
import type { GpuTimingRow } from "../../../results/rows/gpu_timings.ts";
import type { PreparedSubject } from "../kernels/subjects.ts";

/** Columns that say what a row is about. */
export type SubjectColumns =
  & Pick<GpuTimingRow, "kind" | "subject" | "title" | "contender" | "batch">
  & Partial<
    Pick<
      GpuTimingRow,
      | "layer"
      | "layer_kind"
      | "times"
      | "phase"
      | "flops"
      | "bytes"
      | "parameters"
      | "macs"
      | "activation_bytes"
      | "note"
    >
  >;

/** Columns that measuring fills. */
export type MeasuredColumns = Partial<
  Pick<
    GpuTimingRow,
    "wall_ms" | "rounds_ms" | "runs" | "gpu_ms" | "dispatches" | "shaders" | "peak_bytes" | "difference" | "note"
  >
>;

/** What is known of a row before its run's columns are added. */
export type Measurement = SubjectColumns & MeasuredColumns;

/** One thing to be timed. */
export interface GpuSubject {
  readonly columns: SubjectColumns;
  readonly kernels: KernelSet;
  /** Bytes of the largest tensor that a program has to bind. */
  readonly largestBytes: number;
  /** Makes everything that runs need, on `backend` and for the kernels that it runs now. */
  readonly prepare: (backend: Backend) => Pick<PreparedSubject, "run" | "settle" | "peakBytes" | "dispose">;
}

/** How many random numbers are drawn; a prime, so that they fall on different places in each row. */
const DRAWN = 4093;

/**
 * Standard normal and uniform numbers that repeat after some thousand: quick to make a hundred million of, when only
 * the time counts.
 */
export function repeatingRandom(name: string): Random {
  const random = stream(0, name);
  const [normals, uniforms] = [draw(() => random.normal()), draw(() => random.uniform())];
  let at = 0;
  const next = (values: Float32Array) => values[at = (at + 1) % DRAWN]!;
  return { normal: () => next(normals), uniform: () => next(uniforms) };
}

function draw(one: () => number): Float32Array {
  return Float32Array.from({ length: DRAWN }, one);
}

/** A tensor of {@linkcode repeatingRandom} normal numbers. */
export function randomTensor<R extends tf.Rank>(shape: tf.ShapeMap[R]): tf.Tensor<R> {
  const random = repeatingRandom("tensor");
  return tf.tensor<R>(Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal()), shape);
}
