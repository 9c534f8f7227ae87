/**
 * The row types of a run's CSV files: one zod schema a file, checked on write and on read.
 *
 * A column is added at the end and {@linkcode SCHEMA_VERSION} raised; a file of another version is refused with a
 * sentence, never guessed at.
 *
 * @module
 */
import { z } from "zod";

/** Version of all row types; the column `schema` of every row. */
export const SCHEMA_VERSION = 2;

const schema = z.literal(SCHEMA_VERSION);
const id = z.string().min(1).max(200);
const text = z.string().max(10_000);
const count = z.int().nonnegative();
const seconds = z.number().nonnegative();
const percent = z.number().min(0).max(100);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits");

/** `variants.csv`: a row a variant, what was planned and how it differs from the paper. */
export const variantRow = z.strictObject({
  schema,
  suite: id,
  variant: id,
  title: text,
  model: id,
  model_title: text,
  /** The spec's layers, e.g. `28x28 - dense 300 - dense 10`. */
  architecture: text,
  parameters: count,
  connections: count,
  /** Multiply-accumulates of one image's forward pass. */
  macs: count,
  recipe: id,
  recipe_title: text,
  learning_rate: z.number().positive(),
  learning_rate_source: text,
  batch: z.int().positive(),
  /** Row of `data/published.csv`; empty where nothing was published. */
  published: z.string().max(200),
  /** Departures from the paper, separated by ` | `. */
  departures: text,
  /** How training images are distorted, in words; empty where they are not. */
  augmentation: text,
  /** What was done with the images before, in words; empty for nothing. */
  data: text,
  /** The variant of the suite that this one is compared with, seed by seed; empty for none. */
  baseline: z.string().max(200),
});

/** `trials.csv`: a row a trial, everything needed to repeat and judge it. */
export const trialRow = z.strictObject({
  schema,
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
   * Calls that tuned kernels handed over to stock ones, e.g. `MaxPoolGrad (2)`; empty where there were none. Of a trial
   * that went on from a checkpoint: since then.
   */
  handed_over: text,
}).refine(({ test_errors, test_images }) => test_errors === null || test_errors <= test_images && test_images > 0, {
  path: ["test_errors"],
  message: "no more than test_images, of which there are some",
});

/** `epochs.csv`: learning curves. */
export const epochRow = z.strictObject({
  schema,
  trial: id,
  suite: id,
  variant: id,
  seed: z.int().nonnegative(),
  epoch: z.int().positive(),
  /** Step size of the epoch's last step, which the schedule makes smaller than the trial's learning rate. */
  learning_rate: z.number().nonnegative(),
  train_loss: z.number(),
  train_error_pct: percent,
  /** Empty where nothing is held out. */
  validation_error_pct: percent.nullable(),
  seconds,
});

/** `errors.csv`: the misclassified test digits. */
export const errorRow = z.strictObject({
  schema,
  trial: id,
  suite: id,
  variant: id,
  seed: z.int().nonnegative(),
  test_index: count,
  true_label: z.int().min(0).max(9),
  predicted: z.int().min(0).max(9),
});

/** `sweeps.csv`: errors of a trained network on distorted test images. */
export const sweepRow = z.strictObject({
  schema,
  trial: id,
  suite: id,
  variant: id,
  seed: z.int().nonnegative(),
  sweep: z.enum(["shift", "rotate", "scale", "noise"]),
  /** Pixels, degrees, factor, per cent of the pixels. */
  amount: z.number(),
  images: z.int().positive(),
  errors: count,
});

/** `gradients.csv`: how large the gradient of the loss is for each parameter of a network. */
export const gradientRow = z.strictObject({
  schema,
  trial: id,
  suite: id,
  variant: id,
  seed: z.int().nonnegative(),
  /** Before the first step or after the last. */
  moment: z.enum(["start", "end"]),
  /** Layer and role, e.g. `C1/weights`. */
  parameter: id,
  /** Place in the network, from 0. */
  position: count,
  /** Root of the mean of the squares over the parameter's elements; the loss is the mean over 1,000 training images. */
  rms: z.number().nonnegative(),
});

/** `samples.csv`: training images as an arm gets to see them. */
export const sampleRow = z.strictObject({
  schema,
  suite: id,
  variant: id,
  /** The same number is the same digit in every arm. */
  sample: count,
  label: z.int().min(0).max(9),
  height: z.int().positive(),
  width: z.int().positive(),
  /** Bytes, row by row, two hexadecimal digits each. */
  pixels: z.string().regex(/^([0-9a-f]{2})*$/, "hexadecimal bytes").max(10_000),
}).refine(({ height, width, pixels }) => pixels.length === 2 * height * width, {
  path: ["pixels"],
  message: "as many bytes as height times width",
});

/** `environment.json`: the machine and the command that repeats the run. */
export const environment = z.strictObject({
  schema,
  suite: id,
  suite_title: text,
  question: text,
  judged_on: z.enum(["test", "validation"]),
  profile: z.enum(["smoke", "quick", "paper"]),
  command: text,
  started: z.iso.datetime(),
  dataset: id,
  dataset_title: text,
  dataset_sha256: sha256,
  /** What a reader must know of the data; empty for MNIST. */
  dataset_notice: text,
  backend: z.enum(["webgpu", "cpu"]),
  adapter: text,
  adapter_kind: z.enum(["hardware", "software", "none"]),
  adapter_vendor: text,
  adapter_architecture: text,
  features: z.array(z.string()),
  limits: z.record(z.string(), z.number()),
  kernels: id,
  os: text,
  /** Model name of the processor, empty where the system does not tell. */
  cpu: text,
  cpu_threads: count,
  /** The training error, in per cent, that the report counts epochs to; null for none. */
  reach_train_error_pct: percent.nullable(),
  deno: id,
  v8: id,
  tfjs: id,
  program: id,
  commit: id,
});

/** A row of `variants.csv`. */
export type VariantRow = z.infer<typeof variantRow>;
/** A row of `trials.csv`. */
export type TrialRow = z.infer<typeof trialRow>;
/** A row of `epochs.csv`. */
export type EpochRow = z.infer<typeof epochRow>;
/** A row of `errors.csv`. */
export type ErrorRow = z.infer<typeof errorRow>;
/** A row of `sweeps.csv`. */
export type SweepRow = z.infer<typeof sweepRow>;
/** A row of `gradients.csv`. */
export type GradientRow = z.infer<typeof gradientRow>;
/** A row of `samples.csv`. */
export type SampleRow = z.infer<typeof sampleRow>;
/** The contents of `environment.json`. */
export type Environment = z.infer<typeof environment>;
