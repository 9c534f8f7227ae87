/**
 * What can be typed after `deno task bench [SUITE]`. Options that name a file or folder are records in
 * `scripts/command/path_options.ts`, from which the permissions come, too.
 *
 * @module
 */
import {
  argument,
  choice,
  type InferValue,
  integer,
  message,
  object,
  option,
  optional,
  parse,
  string,
  type ValueParser,
  withDefault,
} from "@optique/core";
import { UserError } from "../../base/errors.ts";
import { CHECKPOINT_SECONDS } from "../../engine/running/run.ts";
import { type Shard, shardText } from "../../engine/running/shard.ts";
import { MAIN_SUITES, SUITES } from "../../suites/list.ts";
import { adapterOption } from "../command/adapter_option.ts";
import { BENCH_PATHS } from "../command/path_options.ts";
import { pathOptions } from "../command/path_parsers.ts";

/** What `--shard` takes: `1/4` to `4/4`, so that no machine gets work that is never merged. */
const shardValue: ValueParser<"sync", Shard> = {
  mode: "sync",
  metavar: "I/N",
  placeholder: { number: 1, of: 1 },
  parse(input) {
    const [, number, of] = (/^([1-9]\d{0,4})\/([1-9]\d{0,4})$/.exec(input) ?? []).map(Number);
    return number === undefined || of === undefined || number > of
      ? { success: false, error: message`Expected a shard from 1/N to N/N, such as 2/4, but got ${input}.` }
      : { success: true, value: { number, of } };
  },
  format: shardText,
};

const imageCount = (min: number) => integer({ metavar: "N", min, max: 10_000_000 });

/** Options of everything except the benchmarks of speed, which are commands of their own. */
export const benchOptions = object("Options", {
  suite: optional(
    argument(choice(SUITES.map(({ id }) => id), { metavar: "SUITE" }), {
      description: message`What to measure. Default: ${MAIN_SUITES.join(", ")}, with one report on all`,
    }),
  ),
  profile: withDefault(
    option("-p", "--profile", choice(["smoke", "quick", "paper"], { metavar: "PROFILE" }), {
      description: message`How much work: smoke (seconds), quick (minutes) or paper (the whole protocol; hours)`,
    }),
    "quick",
  ),
  dataset: optional(option("--dataset", choice(["auto", "mnist", "usps", "synthetic"], { metavar: "DATASET" }), {
    description:
      message`mnist fails if MNIST isn't available; auto, the default, then falls back to drawn digits and says so; usps is the zip-code digits in the folder --data-dir`,
  })),
  transpose: option("--transpose", {
    description: message`The IDX files have their images column by column, as EMNIST's do: exchange rows and columns`,
  }),
  ...pathOptions(BENCH_PATHS),
  seeds: optional(option("--seeds", integer({ metavar: "N", min: 1, max: 10_000 }), {
    description: message`Trials per variant, one seed each. Default: the profile's`,
  })),
  firstSeed: withDefault(
    option("--first-seed", integer({ metavar: "N", min: 1, max: 1_000_000 }), {
      description: message`First seed; to add seeds to an earlier run that is reported together with this one`,
    }),
    1,
  ),
  epochs: optional(option("--epochs", integer({ metavar: "N", min: 1, max: 100_000 }), {
    description:
      message`Passes over the training images. Default: the profile's; in profile paper the paper's, if it says so`,
  })),
  trainImages: optional(option("--train-images", imageCount(1), {
    description: message`Images trained on, dealt evenly from the classes. Default: the profile's`,
  })),
  validationImages: optional(option("--validation-images", imageCount(0), {
    description: message`Training images held out. Default: the profile's`,
  })),
  testImages: optional(option("--test-images", imageCount(1), {
    description: message`Test images used, dealt evenly from the classes. Default: the profile's`,
  })),
  filter: optional(option("-f", "--filter", string({ metavar: "TEXT" }), {
    description:
      message`Only variants whose name contains TEXT, or the one whose whole id it is; separate several with commas`,
  })),
  shard: optional(option("--shard", shardValue, {
    description:
      message`Only the I-th of N parts of the trials, for several machines; "deno task merge" joins their folders`,
  })),
  backend: withDefault(
    option("--backend", choice(["webgpu", "cpu"], { metavar: "BACKEND" }), {
      description: message`webgpu, or TensorFlow.js's cpu backend, which is far slower`,
    }),
    "webgpu",
  ),
  adapter: adapterOption,
  kernels: optional(option("--kernels", choice(["tuned", "unshared", "stock"], { metavar: "KERNELS" }), {
    description:
      message`tuned, the default on webgpu: this project's kernels for the cases they cover; unshared: the same, without sharing loads among the threads of a subgroup; stock: TensorFlow.js's`,
  })),
  retryFailed: option("--retry-failed", { description: message`With --resume: run failed trials again` }),
  checkpointSeconds: optional(option("--checkpoint-seconds", integer({ metavar: "N", min: 0, max: 1_000_000 }), {
    description: message`Save the current trial at the end of an epoch, at most every N seconds. Default: ${
      String(CHECKPOINT_SECONDS)
    }`,
  })),
  timings: option("--timings", {
    description: message`At the end, say where the time went: set-up, data, compiling shaders, training, and so on`,
  }),
  list: option("--list", {
    description:
      message`Describe each suite in one line with its time per profile on this adapter, list the variants of the named one, and stop`,
  }),
  dryRun: option("--dry-run", {
    description: message`Say what would run and about how long it would take on this adapter, and stop`,
  }),
  inSlices: option("--in-slices", {
    description: message`Train when asked to by another process, that of "deno task bench SUITE --against REV"`,
    hidden: true,
  }),
});

/** What was typed. */
export type BenchOptions = InferValue<typeof benchOptions>;

/**
 * Refuses options that contradict each other: nothing is silently ignored.
 *
 * @throws {UserError} naming both.
 */
export function refuseContradictions(options: BenchOptions): void {
  const { dataset, dataDir, transpose, backend, adapter, kernels, resume, retryFailed, list } = options;
  const [typed] = typedOptions(options).filter((name) => name !== "--list");
  if (list && typed !== undefined) {
    throw new UserError(`--list only lists the suites, and ${typed} changes nothing about that. Leave one out.`);
  }
  if (retryFailed && resume === undefined) {
    throw new UserError("--retry-failed is for an interrupted run. Name its folder with --resume.");
  }
  if (dataset === "synthetic" && dataDir !== undefined) {
    throw new UserError(`--dataset synthetic draws its digits and reads no --data-dir "${dataDir}". Leave one out.`);
  }
  if (transpose && dataset !== undefined && dataset !== "auto") {
    throw new UserError(
      `--transpose is for IDX files, and --dataset ${dataset} reads none of your own. Leave one out.`,
    );
  }
  if (backend === "cpu" && adapter !== undefined) {
    throw new UserError(`--adapter "${adapter}" is for --backend webgpu: the cpu backend uses none. Leave one out.`);
  }
  if (backend === "cpu" && kernels !== undefined && kernels !== "stock") {
    throw new UserError(
      `--kernels ${kernels} needs --backend webgpu: TensorFlow.js's cpu backend has its own. Leave one out.`,
    );
  }
}

/** The values if nothing is typed. */
const DEFAULTS = defaults();

function defaults(): BenchOptions {
  const parsed = parse(benchOptions, []);
  if (!parsed.success) throw new Error("No option may be mandatory");
  return parsed.value;
}

/** Names of the options that differ from their defaults, except the profile. */
export function typedOptions(options: BenchOptions): string[] {
  return namesOf(DEFAULTS)
    .filter((name) => name !== "suite" && name !== "profile" && differsFromDefault(name, options))
    .map(optionName);
}

/** All options, in the order of the help. */
export function namesOf(options: BenchOptions): (keyof BenchOptions)[] {
  return Object.keys(options) as (keyof BenchOptions)[];
}

/** Whether the option must have been typed. */
export function differsFromDefault(name: keyof BenchOptions, options: BenchOptions): boolean {
  return options[name] !== DEFAULTS[name];
}

/** As it is typed: `--first-seed` of `firstSeed`. */
export function optionName(name: string): string {
  return name === "suite" ? name : `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
