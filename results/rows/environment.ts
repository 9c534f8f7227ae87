/**
 * `environment.json`: what a run was made with, and the command that repeats it.
 *
 * @module
 */
import { z } from "zod";
import { count, id, percent, sha256, text } from "./columns.ts";

/** Version of {@linkcode environment}. */
export const ENVIRONMENT_VERSION = 2;

/** Name of the file. */
export const ENVIRONMENT_FILE = "environment.json";

/** The contents of `environment.json`. */
export const environment = z.strictObject({
  schema: z.literal(ENVIRONMENT_VERSION),
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

/** The contents of `environment.json`. */
export type Environment = z.infer<typeof environment>;
