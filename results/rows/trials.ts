/**
 * `trials.csv`: one row per trial: everything needed to repeat and judge it.
 *
 * @module
 */
import { z } from "zod";
import { count, id, percent, seconds, sha256, text } from "./columns.ts";
import type { Table } from "./table.ts";

const VERSION = 3;

/** A row of `trials.csv`. */
export const trialRow = z.strictObject({
  schema: z.literal(VERSION),
  /** `suite/variant/seed`, unique in a run. */
  trial: id,
  suite: id,
  variant: id,
  model: id,
  recipe: id,
  profile: z.enum(["smoke", "quick", "paper"]),
  seed: z.int().nonnegative(),
  status: z.enum(["done", "failed"]),
  /** One sentence; empty when done. */
  reason: text,
  parameters: count,
  dataset: id,
  dataset_sha256: sha256,
  train_images: count,
  validation_images: count,
  test_images: count,
  epochs: count,
  batch: z.int().positive(),
  learning_rate: z.number().positive(),
  /** Mean over the last epoch, each batch measured before its update; empty when failed before its end. */
  train_loss: z.number().nullable(),
  train_error_pct: percent.nullable(),
  validation_errors: count.nullable(),
  validation_error_pct: percent.nullable(),
  test_errors: count.nullable(),
  test_error_pct: percent.nullable(),
  /** Training alone: no loading, evaluation or read-back of weights; includes the first step. */
  train_seconds: seconds.nullable(),
  /** The first step, which compiles the shaders. */
  first_step_seconds: seconds.nullable(),
  evaluate_seconds: seconds.nullable(),
  /** Images trained on a second of `train_seconds`. */
  images_per_second: z.number().nonnegative().nullable(),
  /** Bytes of all tensors at the end of a forward pass, when the weights and all activations are alive. */
  peak_bytes: count.nullable(),
  weights_sha256: z.union([sha256, z.literal("")]),
  backend: z.enum(["webgpu", "cpu"]),
  adapter: text,
  adapter_kind: z.enum(["hardware", "software", "none"]),
  kernels: id,
  deno: id,
  tfjs: id,
  /** The program's commit, `-dirty.` and a checksum of the changes behind it where there were any, or `unknown`. */
  commit: id,
  /** ISO 8601, UTC. */
  finished: z.iso.datetime(),
  /** With early stopping, the epoch whose weights were kept, from 1; else empty. */
  best_epoch: z.int().positive().nullable(),
  /** Checksum of what changes weights in the variant's record, see `same_variant.ts`; empty in rows of version 1. */
  variant_sha256: z.union([z.string().regex(/^(2:)?[0-9a-f]{64}$/, "a checksum"), z.literal("")]),
  /**
   * Calls for which the tuned kernels fell back to stock ones, e.g. `MaxPoolGrad (2)`; empty when there were none. For
   * a trial that was resumed from a checkpoint: since then.
   */
  fallback_kernels: text,
}).refine(({ test_errors, test_images }) => test_errors === null || test_errors <= test_images && test_images > 0, {
  path: ["test_errors"],
  message: "no more than test_images, of which there are some",
});

/** A row of `trials.csv`. */
export type TrialRow = z.infer<typeof trialRow>;

/** `trials.csv`. */
export const TRIALS = {
  file: "trials.csv",
  version: VERSION,
  row: trialRow,
  per: "trial",
  older: { oldest: 2, renamed: { fallback_kernels: "handed_over" } },
} as const satisfies Table;
