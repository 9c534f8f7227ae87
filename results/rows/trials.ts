/**
 * `trials.csv`: one row per trial: everything needed to repeat and judge it.
 *
 * @module
 */
import { z } from "zod";
import type { Columns, SchemaOf } from "../../base/csv.ts";
import { count, id, percent, seconds, sha256, text } from "./columns.ts";
import type { Table } from "./table.ts";

const VERSION = 3;

/** A row of `trials.csv`. */
export type TrialRow = {
  /** Version of the columns. */
  readonly schema: 3;
  /** `suite/variant/seed`, unique in a run. */
  readonly trial: string;
  /** Id of the suite. */
  readonly suite: string;
  /** Id of the variant. */
  readonly variant: string;
  /** Id of the network. */
  readonly model: string;
  /** Id of the recipe. */
  readonly recipe: string;
  /** How much work the run did. */
  readonly profile: "smoke" | "quick" | "paper";
  /** The trial's seed. */
  readonly seed: number;
  /** How the trial ended. */
  readonly status: "done" | "failed";
  /** One sentence; empty when done. */
  readonly reason: string;
  /** Free parameters of the network. */
  readonly parameters: number;
  /** Id of the data set. */
  readonly dataset: string;
  /** Checksum of the data set, hexadecimal. */
  readonly dataset_sha256: string;
  /** Images trained on. */
  readonly train_images: number;
  /** Images held out of the training set. */
  readonly validation_images: number;
  /** Images tested on. */
  readonly test_images: number;
  /** Passes over the training images. */
  readonly epochs: number;
  /** Images a step. */
  readonly batch: number;
  /** Step size, which the schedule scales. */
  readonly learning_rate: number;
  /** Mean over the last epoch, each batch measured before its update; empty when failed before its end. */
  readonly train_loss: number | null;
  /** Share of training images misclassified in the last epoch, in per cent. */
  readonly train_error_pct: number | null;
  /** Validation images misclassified; empty where none are held out or the trial failed. */
  readonly validation_errors: number | null;
  /** The same in per cent. */
  readonly validation_error_pct: number | null;
  /** Test images misclassified; empty where the test set was not used or the trial failed. */
  readonly test_errors: number | null;
  /** The same in per cent. */
  readonly test_error_pct: number | null;
  /** Training alone: no loading, evaluation or read-back of weights; includes the first step. */
  readonly train_seconds: number | null;
  /** The first step, which compiles the shaders. */
  readonly first_step_seconds: number | null;
  /** Time spent on validation and test images. */
  readonly evaluate_seconds: number | null;
  /** Images trained on a second of `train_seconds`. */
  readonly images_per_second: number | null;
  /** Bytes of all tensors at the end of a forward pass, when the weights and all activations are alive. */
  readonly peak_bytes: number | null;
  /** Checksum of the trained weights, hexadecimal; empty when failed. */
  readonly weights_sha256: string;
  /** What computed. */
  readonly backend: "webgpu" | "cpu";
  /** The adapter in words. */
  readonly adapter: string;
  /** Whether the adapter is a device or a program. */
  readonly adapter_kind: "hardware" | "software" | "none";
  /** Id of the kernel set. */
  readonly kernels: string;
  /** Version of Deno. */
  readonly deno: string;
  /** Version of TensorFlow.js. */
  readonly tfjs: string;
  /** The program's commit, `-dirty.` and a checksum of the changes behind it where there were any, or `unknown`. */
  readonly commit: string;
  /** ISO 8601, UTC. */
  readonly finished: string;
  /** With early stopping, the epoch whose weights were kept, from 1; else empty. */
  readonly best_epoch: number | null;
  /** Checksum of what changes weights in the variant's record, see `same_variant.ts`; empty in rows of version 1. */
  readonly variant_sha256: string;
  /**
   * Calls for which the tuned kernels fell back to stock ones, e.g. `MaxPoolGrad (2)`; empty when there were none. For
   * a trial that was resumed from a checkpoint: since then.
   */
  readonly fallback_kernels: string;
};

/** Checks {@linkcode TrialRow}. */
export const trialRow: SchemaOf<TrialRow> = z.strictObject(
  {
    schema: z.literal(VERSION),
    trial: id,
    suite: id,
    variant: id,
    model: id,
    recipe: id,
    profile: z.enum(["smoke", "quick", "paper"]),
    seed: z.int().nonnegative(),
    status: z.enum(["done", "failed"]),
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
    train_loss: z.number().nullable(),
    train_error_pct: percent.nullable(),
    validation_errors: count.nullable(),
    validation_error_pct: percent.nullable(),
    test_errors: count.nullable(),
    test_error_pct: percent.nullable(),
    train_seconds: seconds.nullable(),
    first_step_seconds: seconds.nullable(),
    evaluate_seconds: seconds.nullable(),
    images_per_second: z.number().nonnegative().nullable(),
    peak_bytes: count.nullable(),
    weights_sha256: z.union([sha256, z.literal("")]),
    backend: z.enum(["webgpu", "cpu"]),
    adapter: text,
    adapter_kind: z.enum(["hardware", "software", "none"]),
    kernels: id,
    deno: id,
    tfjs: id,
    commit: id,
    finished: z.iso.datetime(),
    best_epoch: z.int().positive().nullable(),
    variant_sha256: z.union([z.string().regex(/^(2:)?[0-9a-f]{64}$/, "a checksum"), z.literal("")]),
    fallback_kernels: text,
  } satisfies Columns<TrialRow>,
).refine(({ test_errors, test_images }) => test_errors === null || test_errors <= test_images && test_images > 0, {
  path: ["test_errors"],
  message: "no more than test_images, of which there are some",
});

/** `trials.csv`. */
export const TRIALS = {
  file: "trials.csv",
  version: VERSION,
  row: trialRow,
  per: "trial",
  older: { oldest: 2, renamed: { fallback_kernels: "handed_over" } },
} as const satisfies Table;
