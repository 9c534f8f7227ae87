/**
 * `trials.csv`: everything needed to repeat and judge a trial, one row per trial.
 *
 * @module
 */
import { z } from "zod";
import type { Columns, SchemaOf } from "../../base/csv/csv.ts";
import type { GraphicsApi } from "../../base/graphics_api.ts";
import { agree, api, count, id, percent, seconds, sha256, text } from "./columns.ts";
import type { Table } from "./table.ts";

const VERSION = 5;

/** A row of `trials.csv`. */
export type TrialRow = {
  /** Version of the columns. */
  readonly schema: 5;
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
  /** Why the trial failed, in one sentence; empty if it is done. */
  readonly reason: string;
  /** Free parameters of the network. */
  readonly parameters: number;
  /** Id of the data set. */
  readonly dataset: string;
  /** Checksum of the data set, hexadecimal. */
  readonly dataset_sha256: string;
  /** Number of images trained on. */
  readonly train_images: number;
  /** Number of images held out of the training set. */
  readonly validation_images: number;
  /** Number of images tested on; 0 if the test set was not used. */
  readonly test_images: number;
  /** Passes over the training images, as planned. */
  readonly epochs: number;
  /** Images per step. */
  readonly batch: number;
  /** Step size that the schedule starts from. */
  readonly learning_rate: number;
  /**
   * Mean loss over the epoch whose weights were kept, each batch measured before its update; empty if the trial failed.
   */
  readonly train_loss: number | null;
  /** Training images misclassified in that epoch, in per cent; empty if the trial failed. */
  readonly train_error_pct: number | null;
  /** Number of held-out images misclassified; empty if none are held out or the trial failed. */
  readonly validation_errors: number | null;
  /** The same in per cent. */
  readonly validation_error_pct: number | null;
  /** Number of test images misclassified; empty if the test set was not used or the trial failed. */
  readonly test_errors: number | null;
  /** The same in per cent. */
  readonly test_error_pct: number | null;
  /**
   * Seconds spent training, including the first step, without loading, evaluation or reading weights back; empty if the
   * trial failed.
   */
  readonly train_seconds: number | null;
  /** Seconds of the first step, which compiles most shaders; empty if the trial failed. */
  readonly first_step_seconds: number | null;
  /** Seconds spent on validation and test images, before version 4 on test images alone; empty if the trial failed. */
  readonly evaluate_seconds: number | null;
  /** Images trained on per second of `train_seconds`; empty if the trial failed, or took no time by its clock. */
  readonly images_per_second: number | null;
  /** Bytes of all tensors at the end of a training step's forward pass; empty if the trial failed. */
  readonly peak_bytes: number | null;
  /** Checksum of the trained weights, hexadecimal; empty if the trial failed. */
  readonly weights_sha256: string;
  /** The TensorFlow.js backend. */
  readonly backend: "webgpu" | "cpu";
  /** The adapter in words. */
  readonly adapter: string;
  /** `hardware` for a GPU, `software` for a program on the CPU, `none` without an adapter. */
  readonly adapter_kind: "hardware" | "software" | "none";
  /** Id of the kernel set. */
  readonly kernels: string;
  /** Version of Deno. */
  readonly deno: string;
  /** Version of TensorFlow.js. */
  readonly tfjs: string;
  /** The program's commit, with `-dirty.` and a checksum if it had local changes; `unknown` outside git. */
  readonly commit: string;
  /** When the trial finished or failed: ISO 8601, UTC. */
  readonly finished: string;
  /** The epoch whose weights early stopping kept, from 1; empty without early stopping, or if the trial failed. */
  readonly best_epoch: number | null;
  /** Checksum of what changes weights in the variant's record (see `same_variant.ts`); empty in rows of version 1. */
  readonly variant_sha256: string;
  /**
   * Calls for which the tuned kernels fell back to stock ones, e.g. `MaxPoolGrad (2)`; empty if there were none. For a
   * trial resumed from a checkpoint, only calls after that.
   */
  readonly fallback_kernels: string;
  /** How many threads of a subgroup shared what they loaded; 1 if each loaded for itself, as before version 4. */
  readonly lanes: number;
  /**
   * Seconds spent compiling shaders for training and evaluation: what the first step and the first forward pass of each
   * batch size took longer than later ones; 0 on the cpu backend. They are part of `train_seconds`, `evaluate_seconds`
   * and the time of sweeps. A resumed trial's are those of all its processes' steps and of the last one's forward
   * passes. Empty if the trial failed, and before version 4.
   */
  readonly compile_seconds: number | null;
  /** The graphics API through which WebGPU reached the adapter; empty if it is not known, as before version 5. */
  readonly api: GraphicsApi;
};

const columns: SchemaOf<TrialRow> = z.strictObject(
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
    lanes: z.int().positive(),
    compile_seconds: seconds.nullable(),
    api,
  } satisfies Columns<TrialRow>,
);

/** What must be true of a row, by the column that an error names, and what is wrong otherwise. */
const RULES: readonly {
  readonly column: keyof TrialRow;
  readonly fault: string;
  readonly isMet: (row: TrialRow) => boolean;
}[] = [
  ...(["validation", "test"] as const).flatMap((part) => {
    const [images, errors, percent] = [`${part}_images`, `${part}_errors`, `${part}_error_pct`] as const;
    return [
      {
        column: errors,
        fault: `more than ${images}, or of no images`,
        isMet: (row: TrialRow) => row[errors] === null || row[errors] <= row[images] && row[images] > 0,
      },
      {
        column: percent,
        fault: `not ${errors} in per cent of ${images}`,
        isMet: (row: TrialRow) =>
          row[errors] === null ? row[percent] === null : agree(row[percent] ?? NaN, 100 * row[errors] / row[images]),
      },
      {
        column: errors,
        fault: `empty, though the trial is done and has ${images}`,
        isMet: (row: TrialRow) => row.status === "failed" || row[images] === 0 || row[errors] !== null,
      },
    ];
  }),
  ...([
    "train_loss",
    "train_error_pct",
    "train_seconds",
    "first_step_seconds",
    "evaluate_seconds",
    "peak_bytes",
    "weights_sha256",
  ] as const).map((column) => ({
    column,
    fault: "empty, though the trial is done",
    isMet: (row: TrialRow) => row.status === "failed" || row[column] !== null && row[column] !== "",
  })),
  {
    column: "images_per_second",
    fault: "not whole passes over train_images divided by train_seconds",
    isMet: ({ status, images_per_second, train_seconds, train_images }) => {
      // A coarse clock may see no time pass.
      if (images_per_second === null) return status === "failed" || train_seconds === 0;
      const passes = images_per_second * (train_seconds ?? NaN) / train_images;
      return agree(passes, Math.round(passes));
    },
  },
];

/** Checks {@linkcode TrialRow}. */
export const trialRow: SchemaOf<TrialRow> = RULES.reduce(
  (schema, { column, fault, isMet }) => schema.refine(isMet, { path: [column], message: fault }),
  columns,
);

/** `trials.csv`. */
export const TRIALS = {
  file: "trials.csv",
  version: VERSION,
  row: trialRow,
  per: "trial",
  older: {
    oldest: 2,
    defaults: { lanes: 1, compile_seconds: null, api: "" },
    renamed: { fallback_kernels: "handed_over" },
  },
} as const satisfies Table;
