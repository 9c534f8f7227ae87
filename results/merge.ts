/**
 * One run from the folders of its shards.
 *
 * @module
 */
import { UserError } from "../base/errors.ts";
import { GPU_TIMINGS_FILE, holdsGpuTimings } from "./gpu_timings.ts";
import type { Environment, TrialRow, VariantRow } from "./schema.ts";
import { readRun, type Run } from "./store.ts";
import { holdsTimings, TIMINGS_FILE } from "./timings.ts";

/** A run and where it was read from. */
export interface RunFolder {
  readonly directory: string;
  readonly run: Run;
}

/** What {@linkcode mergeRuns} made. */
export interface Merged {
  readonly run: Run;
  /** What a reader must know of the merged run, a sentence each. */
  readonly notices: readonly string[];
}

/** What decides the results and so must be one in a run, beside its command and its variants. */
const ONE = [
  "suite",
  "profile",
  "judged_on",
  "dataset",
  "dataset_sha256",
  "backend",
  "adapter",
  "adapter_kind",
  "kernels",
  "commit",
  "program",
  "deno",
  "v8",
  "tfjs",
] as const satisfies readonly (keyof Environment)[];

/** What changes no result, but its speed. */
const MACHINE = ["os", "cpu", "cpu_threads"] as const satisfies readonly (keyof Environment)[];

/** Values by the names of their fields. */
type Fields = Readonly<Record<string, unknown>>;

/** A trial and the folder that its other rows are read from. */
interface Held {
  readonly trial: TrialRow;
  readonly holder: RunFolder;
}

/**
 * Reads the folder of a shard.
 *
 * @throws {UserError} It holds timings, or no run that can be read.
 */
export function readShard(directory: string): RunFolder {
  const timings = holdsTimings(directory) ? TIMINGS_FILE : holdsGpuTimings(directory) ? GPU_TIMINGS_FILE : undefined;
  if (timings !== undefined) {
    throw new UserError(
      `Cannot merge "${directory}": its "${timings}" holds times that were measured side by side on one machine. ` +
        'Give such folders to "deno task report" as they are.',
    );
  }
  const run = readRun(directory);
  const planned = new Set(run.variants.map(({ variant }) => variant));
  const stray = run.trials.find(({ variant }) => !planned.has(variant));
  if (stray) {
    throw new UserError(
      `Cannot merge "${directory}": its trial "${stray.trial}" is of no variant that it planned. Make the run again.`,
    );
  }
  return { directory, run };
}

/**
 * Joins runs that are parts of one: the trials in the order in which one machine would have run them, the environment of
 * the first folder with the earliest start and the command without its shard.
 *
 * @throws {UserError} They differ in what must be one, or hold a trial twice with different rows.
 */
export function mergeRuns(folders: readonly [RunFolder, ...RunFolder[]]): Merged {
  const [first, ...others] = folders;
  for (const other of others) refuseOtherRun(first, other);
  const { environment, variants, samples } = first.run;
  const held = inOrder(joinTrials(folders), variants);
  const rows = <Row extends { readonly trial: string }>(table: (run: Run) => readonly Row[]) =>
    held.flatMap(({ trial, holder }) => table(holder.run).filter((row) => row.trial === trial.trial));
  const starts = folders.map(({ run }) => run.environment.started).sort((a, b) => Date.parse(a) - Date.parse(b));
  const run: Run = {
    environment: { ...environment, started: starts[0]!, command: withoutShard(environment.command) },
    variants,
    trials: held.map(({ trial }) => trial),
    epochs: rows(({ epochs }) => epochs),
    errors: rows(({ errors }) => errors),
    sweeps: rows(({ sweeps }) => sweeps),
    gradients: rows(({ gradients }) => gradients),
    samples,
    notices: [],
  };
  const notices = [
    ...folders.flatMap(({ directory, run }) => run.notices.map((notice) => `In "${directory}": ${notice}`)),
    ...others.flatMap((other) => machineNotice(first, other)),
    ...missingNotice(run),
  ];
  return { run, notices };
}

function refuseOtherRun(first: RunFolder, other: RunFolder): void {
  const difference = firstDifference(decisive(other.run), decisive(first.run));
  if (difference === undefined) return;
  throw new UserError(
    `Cannot merge "${other.directory}" with "${first.directory}": ${difference}. ` +
      "Merge folders of one run only, made by the same program on the same data and adapter.",
  );
}

/** What must be one, by name. */
function decisive({ environment, variants }: Run): Fields {
  return Object.fromEntries([
    ...ONE.map((field) => [field, environment[field]]),
    ["command", withoutShard(environment.command)],
    ["variants", variants.map(({ variant }) => variant).join(", ")],
    ...variants.flatMap((row) =>
      Object.entries(row).map(([column, value]) => [`${column} of variant "${row.variant}"`, value])
    ),
  ]);
}

/** The first field that differs, with both values. */
function firstDifference(its: Fields, theirs: Fields): string | undefined {
  const field = Object.keys(its).find((field) => its[field] !== theirs[field]);
  return field === undefined ? undefined : `its ${field} is "${its[field]}", the other's "${theirs[field]}"`;
}

/** @throws {UserError} A trial stands in two folders with different rows. */
function joinTrials(folders: readonly RunFolder[]): Held[] {
  const byId = new Map<string, Held>();
  for (const holder of folders) {
    for (const trial of holder.run.trials) {
      const known = byId.get(trial.trial);
      const difference = known && firstDifference(trial, known.trial);
      if (difference !== undefined) {
        throw new UserError(
          `Cannot merge "${holder.directory}" with "${
            known!.holder.directory
          }": both hold trial "${trial.trial}", and ` +
            `${difference}. Leave one of the folders out, or remove the trial's rows from one.`,
        );
      }
      if (!known) byId.set(trial.trial, { trial, holder });
    }
  }
  return [...byId.values()];
}

/** Seed by seed, the variants in the order of the plan. */
function inOrder(held: readonly Held[], variants: readonly VariantRow[]): Held[] {
  const place = new Map(variants.map(({ variant }, index) => [variant, index]));
  return held.toSorted(({ trial: a }, { trial: b }) =>
    a.seed - b.seed || place.get(a.variant)! - place.get(b.variant)!
  );
}

function machineNotice(first: RunFolder, other: RunFolder): string[] {
  const machine = ({ run: { environment } }: RunFolder) =>
    Object.fromEntries(MACHINE.map((field) => [field, environment[field]]));
  const difference = firstDifference(machine(other), machine(first));
  if (difference === undefined) return [];
  return [
    `"${other.directory}" is of another machine than "${first.directory}": ${difference}. Their speeds can't be compared.`,
  ];
}

function missingNotice({ environment, variants, trials }: Run): string[] {
  const there = new Set(trials.map(({ trial }) => trial));
  const missing = plannedSeeds(environment.command).flatMap((seed) =>
    variants.map(({ variant }) => `${environment.suite}/${variant}/${seed}`)
  ).filter((trial) => !there.has(trial));
  return missing.length === 0 ? [] : [`No folder holds these planned trials: ${missing.join(", ")}.`];
}

/** By the command line's own words; none where a program made the run. */
function plannedSeeds(command: string): number[] {
  const count = Number(/ --seeds (\d+)/.exec(command)?.[1] ?? 0);
  const first = Number(/ --first-seed (\d+)/.exec(command)?.[1] ?? 1);
  return Array.from({ length: count }, (_, i) => first + i);
}

function withoutShard(command: string): string {
  return command.replace(/ --shard \d+\/\d+/, "");
}
