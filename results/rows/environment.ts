/**
 * `environment.json`: what a run was made with, and the command that repeats it.
 *
 * @module
 */
import { z } from "zod";
import { count, id, percent, sha256, text } from "./columns.ts";

/** Version of {@linkcode environment}. */
export const ENVIRONMENT_VERSION = 3;

/** Name of the file. */
export const ENVIRONMENT_FILE = "environment.json";

/** Which trials a run is to have, next to its list of variants. */
const plan = z.strictObject({
  /** Every variant is trained with each; of a shard, those of all shards. Empty when an old run does not say. */
  seeds: z.array(count),
  /** The part of the trials that this folder is for; null for all. */
  shard: z.strictObject({ number: z.int().positive(), of: z.int().positive() }).nullable(),
  /**
   * What `deno task bench` was asked for, by the names of its options, the defaults that decide results too; neither
   * folders nor the shard. Null if another program started the run, or an earlier version, which nothing can resume.
   */
  options: z.record(z.string().max(200), z.union([text, z.number()])).nullable(),
});

/** Which trials a run is to have. */
export type PlanRecord = z.infer<typeof plan>;

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
  plan,
});

/** The contents of `environment.json`. */
export type Environment = z.infer<typeof environment>;

/**
 * What an `environment.json` of version 2 would be in this one; anything else as it is. Its plan is read from the words
 * of its command line, and is empty when a program made the run.
 */
export function upgradeEnvironment(found: unknown): unknown {
  const { success, data } = z.looseObject({ schema: z.literal(2), command: z.string() }).safeParse(found);
  return success ? { ...data, schema: ENVIRONMENT_VERSION, plan: planOfCommand(data.command) } : found;
}

function planOfCommand(command: string): PlanRecord {
  const count = Number(/ --seeds (\d+)/.exec(command)?.[1] ?? 0);
  const first = Number(/ --first-seed (\d+)/.exec(command)?.[1] ?? 1);
  const [, number, of] = / --shard (\d+)\/(\d+)/.exec(command) ?? [];
  return {
    seeds: Array.from({ length: Math.min(count, 10_000) }, (_, i) => first + i),
    shard: of === undefined ? null : { number: Number(number), of: Number(of) },
    options: null,
  };
}
