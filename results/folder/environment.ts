/**
 * `environment.json`: what a run was made with, which trials it plans, and the command that repeats it.
 *
 * @module
 */
import { z } from "zod";
import type { Columns, SchemaOf } from "../../base/csv/csv.ts";
import type { GraphicsApi } from "../../base/graphics_api.ts";
import { api, count, id, percent, sha256, text } from "../rows/columns.ts";

/** Version of {@linkcode environment}. */
export const ENVIRONMENT_VERSION = 5;

/** Name of the file. */
export const ENVIRONMENT_FILE = "environment.json";

/** Which trials a run plans. */
export type PlanRecord = {
  /** Seeds of every variant; for a shard, the seeds of all shards. Empty if an old run does not say. */
  readonly seeds: number[];
  /** The part of the trials that belongs in this folder; null for all. */
  readonly shard: { readonly number: number; readonly of: number } | null;
  /**
   * Options of `deno task bench` that decide results, by name, including defaults; neither folders nor the shard. Null
   * if another program or an earlier version started the run: such a run can't be resumed.
   */
  readonly options: Record<string, string | number | true> | null;
};

/** The contents of `environment.json`. */
export type Environment = {
  /** Version of the file. */
  readonly schema: 5;
  /** Id of the suite. */
  readonly suite: string;
  /** The suite, as reports print it. */
  readonly suite_title: string;
  /** The question that the suite answers. */
  readonly question: string;
  /** The images on which errors are measured. */
  readonly judged_on: "test" | "validation";
  /** How much work the run did. */
  readonly profile: "smoke" | "quick" | "paper";
  /** What a user types to repeat the run. */
  readonly command: string;
  /** When the run was started: ISO 8601, UTC. */
  readonly started: string;
  /** Id of the data set. */
  readonly dataset: string;
  /** The data set, as reports print it. */
  readonly dataset_title: string;
  /** Checksum of the data set, hexadecimal. */
  readonly dataset_sha256: string;
  /** What a reader must know about the data; empty for MNIST. */
  readonly dataset_notice: string;
  /** The TensorFlow.js backend. */
  readonly backend: "webgpu" | "cpu";
  /** The adapter in words. */
  readonly adapter: string;
  /** The graphics API through which WebGPU reaches the adapter; empty if it is not known. */
  readonly api: GraphicsApi;
  /** `hardware` for a GPU, `software` for a program on the CPU, `none` without an adapter. */
  readonly adapter_kind: "hardware" | "software" | "none";
  /** Vendor, as the adapter reports it; empty if it does not. */
  readonly adapter_vendor: string;
  /** Architecture, as the adapter reports it; empty if it does not. */
  readonly adapter_architecture: string;
  /** WebGPU features of the device. */
  readonly features: string[];
  /** WebGPU limits of the device, by name. */
  readonly limits: Record<string, number>;
  /** Id of the kernel set. */
  readonly kernels: string;
  /** How many threads of a subgroup share what they load; 1 when each loads for itself. */
  readonly lanes: number;
  /** Operating system and architecture. */
  readonly os: string;
  /** Model name of the processor; empty if the system does not say. */
  readonly cpu: string;
  /** Number of the processor's threads. */
  readonly cpu_threads: number;
  /** The training error, in per cent, that the report counts epochs to; null for none. */
  readonly reach_train_error_pct: number | null;
  /** Version of Deno. */
  readonly deno: string;
  /** Version of V8. */
  readonly v8: string;
  /** Version of TensorFlow.js. */
  readonly tfjs: string;
  /** Version of this program. */
  readonly program: string;
  /** The program's commit, with `-dirty.` and a checksum if it had local changes; `unknown` outside git. */
  readonly commit: string;
  /** Which trials of its variants the run plans. */
  readonly plan: PlanRecord;
};

/** Checks {@linkcode Environment}. */
export const environment: SchemaOf<Environment> = z.strictObject(
  {
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
    dataset_notice: text,
    backend: z.enum(["webgpu", "cpu"]),
    adapter: text,
    api,
    adapter_kind: z.enum(["hardware", "software", "none"]),
    adapter_vendor: text,
    adapter_architecture: text,
    features: z.array(z.string()),
    limits: z.record(z.string(), z.number()),
    kernels: id,
    lanes: z.int().positive(),
    os: text,
    cpu: text,
    cpu_threads: count,
    reach_train_error_pct: percent.nullable(),
    deno: id,
    v8: id,
    tfjs: id,
    program: id,
    commit: id,
    plan: z.strictObject({
      seeds: z.array(count),
      shard: z.strictObject({ number: z.int().positive(), of: z.int().positive() }).nullable(),
      options: z.record(z.string().max(200), z.union([text, z.number(), z.literal(true)])).nullable(),
    }),
  } satisfies Columns<Environment>,
);

/** What `environment.json` contained before. */
const OLDER = z.looseObject({ schema: z.literal([2, 3, 4]), command: z.string() });

/**
 * Converts the contents of an `environment.json` of version 2 to 4; anything else is returned as it is. Before version
 * 5 the graphics API was not recorded, and before version 4 no loads were shared. Version 2 has no plan: it is read
 * from the command line, and is empty if a program made the run.
 */
export function upgradeEnvironment(found: unknown): unknown {
  const { success, data } = OLDER.safeParse(found);
  if (!success) return found;
  const plan = data.schema === 2 ? { plan: planOfCommand(data.command) } : {};
  return { lanes: 1, ...data, schema: ENVIRONMENT_VERSION, api: "", ...plan };
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
