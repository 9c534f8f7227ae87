/**
 * `deno task bench --resume RUN_DIR`: the options that the interrupted run was started with, from its own files.
 *
 * @module
 */
import { join } from "node:path";
import { parse } from "@optique/core";
import { UserError } from "../base/errors.ts";
import { shardText } from "../engine/shard.ts";
import { FILES, readEnvironment } from "../results/store.ts";
import { type BenchOptions, benchOptions } from "./bench_options.ts";

const COMMAND = "deno task bench ";

/** What may be typed beside --resume: none of it changes a result. */
const FREE: readonly string[] = [
  "resume",
  "retryFailed",
  "checkpointSeconds",
  "dataDir",
] satisfies (keyof BenchOptions)[];

/** Options that have a value without being typed. */
const FLAGS: Readonly<Partial<Record<keyof BenchOptions, readonly string[]>>> = {
  profile: ["-p", "--profile"],
  firstSeed: ["--first-seed"],
  backend: ["--backend"],
};

/**
 * The options of the run in the folder `typed.resume`, with those of {@linkcode FREE} that were typed beside it.
 *
 * @param args The words that `typed` was read from.
 * @throws {UserError} The folder holds no run of this command, or something typed contradicts the run's own options.
 */
export function resumedOptions(
  typed: BenchOptions & { readonly resume: string },
  args: readonly string[],
): BenchOptions {
  const { resume, retryFailed, checkpointSeconds, dataDir } = typed;
  refuseFolderOfSuites(resume);
  const { command } = readEnvironment(resume);
  const own = command.startsWith(COMMAND) ? parse(benchOptions, wordsOf(command.slice(COMMAND.length))) : undefined;
  if (!own?.success) {
    throw new UserError(
      `Cannot resume "${resume}": it was made by "${command}", which is no command of this program's. ` +
        "Start a new run in another folder.",
    );
  }
  const contradiction = (Object.keys(typed) as (keyof BenchOptions)[]).find((name) =>
    !FREE.includes(name) && isTyped(name, { typed, args }) &&
    JSON.stringify(typed[name]) !== JSON.stringify(own.value[name])
  );
  if (contradiction !== undefined) {
    throw new UserError(
      `Cannot resume "${resume}" with ${contradiction} "${
        textOf(typed[contradiction])
      }": it was started by "${command}". ` +
        "Leave that out, or start a new run in another folder.",
    );
  }
  return { ...own.value, resume, retryFailed, checkpointSeconds, dataDir };
}

function textOf(value: BenchOptions[keyof BenchOptions]): string {
  return typeof value === "object" ? shardText(value) : String(value);
}

function isTyped(
  name: keyof BenchOptions,
  { typed, args }: { typed: BenchOptions; args: readonly string[] },
): boolean {
  const flags = FLAGS[name];
  if (flags) return args.some((word) => flags.includes(word.split("=")[0]!));
  return typed[name] !== undefined && typed[name] !== false;
}

/** The command that goes on with the run in `directory`. */
export function resumeCommand(directory: string, { dataDir }: { readonly dataDir: string | undefined }): string {
  return [
    `${COMMAND}--resume ${quoted(directory)}`,
    ...(dataDir === undefined ? [] : [`--data-dir ${quoted(dataDir)}`]),
  ].join(" ");
}

/** The mission's folder: each of its suites is a run of its own. */
function refuseFolderOfSuites(folder: string): void {
  const suites = subfolders(folder).filter((name) => isThere(join(folder, name, FILES.environment)));
  if (suites.length > 0 && !isThere(join(folder, FILES.environment))) {
    throw new UserError(
      `Cannot resume "${folder}": it holds a run for each of several suites (${
        suites.join(", ")
      }). Resume one of them, ` +
        `e.g. "${COMMAND}--resume ${folder}/${suites[0]}".`,
    );
  }
}

function subfolders(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].filter(({ isDirectory }) => isDirectory).map(({ name }) => name).sort();
  } catch {
    return []; // That there is no such folder is for the next to say who needs it.
  }
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Words of a command line as this program writes it: only JSON's quotes. */
function wordsOf(command: string): string[] {
  const words = command.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  return words.map((word) => word.startsWith('"') ? JSON.parse(word) : word);
}

export function quoted(word: string): string {
  return /^[\w./@:+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
