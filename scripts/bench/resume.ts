/**
 * `deno task bench --resume RUN_DIR`: the options that the interrupted run was started with, from its own files.
 *
 * @module
 */
import { join } from "node:path";
import { parse } from "@optique/core";
import { UserError } from "../../base/errors.ts";
import { pathIn } from "../../base/files.ts";
import { shardText } from "../../engine/running/shard.ts";
import type { PlanRecord } from "../../results/folder/environment.ts";
import { holdsRun, readEnvironment } from "../../results/folder/store.ts";
import { MAIN_SUITES } from "../../suites/list.ts";
import { taskCommand } from "../command/user_paths.ts";
import { type BenchOptions, benchOptions, differsFromDefault, namesOf, optionName } from "./options.ts";

const COMMAND = "deno task bench ";

/** What may be typed with --resume: none of it changes a result. */
const FREE: readonly string[] = [
  "resume",
  "adapter",
  "retryFailed",
  "checkpointSeconds",
  "dataDir",
  "dataStore",
  "timings",
] satisfies (keyof BenchOptions)[];

/** What was typed, with the run to resume. */
type Resuming = BenchOptions & { readonly resume: string };

/**
 * The options of the run in the folder `typed.resume`, with those of {@linkcode FREE} that were typed too. If it
 * contains the runs of several suites, what they have in common, read from the first of them.
 *
 * @param args The words that `typed` was read from.
 * @throws {UserError} The folder contains no run of this command, or something typed contradicts the run's own options.
 */
export function resumedOptions(typed: Resuming, args: readonly string[]): BenchOptions {
  const { resume, suite } = typed;
  const first = suitesIn(resume)[0];
  if (first === undefined) return agreed(typed, args);
  const folder = join(resume, first);
  if (suite !== undefined) {
    throw new UserError(
      `Cannot resume "${resume}" with suite "${suite}": it contains a run for each of several suites. Leave the suite out, ` +
        `or name its folder, e.g. "${COMMAND}--resume ${folder}".`,
    );
  }
  const { profile, dataset } = agreed({ ...typed, resume: folder }, args);
  return { ...typed, profile, dataset };
}

/**
 * The options to resume the run of a suite.
 *
 * @throws {UserError} The folder `resume` contains no run of this command.
 */
export function ownOptions(
  { resume, retryFailed, checkpointSeconds, dataDir, dataStore, timings }: Resuming,
): BenchOptions {
  const { suite, command, plan: { options, shard } } = readEnvironment(resume);
  const all: NonNullable<PlanRecord["options"]> = { ...options, ...(shard && { shard: shardText(shard) }) };
  const words = Object.entries(all).map(([name, value]) =>
    value === true ? optionName(name) : `${optionName(name)}=${value}`
  );
  // Read as if they had been typed: the folder may come from elsewhere.
  const own = options && parse(benchOptions, [suite, ...words]);
  if (!own?.success) {
    throw new UserError(
      `Cannot resume "${resume}": it was written by "${command}", which is not a command of this program. ` +
        "Start a new run in another folder.",
    );
  }
  return { ...own.value, resume, retryFailed, checkpointSeconds, dataDir, dataStore, timings };
}

function agreed(typed: Resuming, args: readonly string[]): BenchOptions {
  const { resume } = typed;
  const own = ownOptions(typed);
  const contradiction = namesOf(typed).find((name) =>
    !FREE.includes(name) && isTyped(name, { typed, args }) && JSON.stringify(typed[name]) !== JSON.stringify(own[name])
  );
  if (contradiction !== undefined) {
    throw new UserError(
      `Cannot resume "${resume}" with ${optionName(contradiction)} "${textOf(typed[contradiction])}": it was started ` +
        `by "${readEnvironment(resume).command}". Leave that out, or start a new run in another folder.`,
    );
  }
  return own;
}

function textOf(value: BenchOptions[keyof BenchOptions]): string {
  return typeof value === "object" ? shardText(value) : String(value);
}

/** Some options have a value without being typed. The run's own command says what `auto` meant. */
function isTyped(
  name: keyof BenchOptions,
  { typed, args }: { typed: BenchOptions; args: readonly string[] },
): boolean {
  if (name === "dataset" && typed.dataset === "auto") return false;
  const forms = [optionName(name), ...(name === "profile" ? ["-p"] : [])];
  return differsFromDefault(name, typed) || args.some((word) => forms.includes(word.split("=")[0]!));
}

/** The command that resumes the run in `directory`. */
export function resumeCommand(
  directory: string,
  { dataDir, dataStore }: { readonly dataDir?: string | undefined; readonly dataStore?: string | undefined },
): string {
  return taskCommand(
    "bench",
    ...["--resume", directory],
    ...(dataDir === undefined ? [] : ["--data-dir", dataDir]),
    ...(dataStore === undefined ? [] : ["--data-store", dataStore]),
  );
}

/** Names of the suites whose runs lie in a folder that is not a run's own, in the order of the main suites. */
function suitesIn(folder: string): readonly string[] {
  return holdsRun(folder) ? [] : MAIN_SUITES.filter((id) => holdsRun(pathIn(folder, id)));
}
