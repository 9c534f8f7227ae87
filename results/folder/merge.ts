/**
 * One run from the folders of its shards.
 *
 * @module
 */
import { UserError } from "../../base/errors.ts";
import { collectRows, DETAIL_TABLES, FOLDER_TABLES } from "../rows/list.ts";
import { holdsTable } from "../rows/table.ts";
import type { TrialRow } from "../rows/trials.ts";
import type { VariantRow } from "../rows/variants.ts";
import { incompletenessOf } from "./completeness.ts";
import {
  DECISIVE,
  type Fields,
  fieldsOf,
  fieldsOfVariants,
  firstDifference,
  MACHINE,
  ONE_A_VARIANT,
  unknownCommitNotice,
} from "./decisive_fields.ts";
import type { Environment } from "./environment.ts";
import { readRun, resultsOf, type Run, type TrialResult } from "./store.ts";

/** A run and the folder that it was read from. */
export interface RunFolder {
  readonly directory: string;
  readonly run: Run;
}

/** What {@linkcode mergeRuns} made. */
export interface Merged {
  readonly run: Run;
  /** What a reader must know of the merged run, a sentence each. */
  readonly notices: readonly string[];
  /** Whether the folders contain every planned trial with all its rows. */
  readonly isComplete: boolean;
}

const REMEDY = "Merge folders of one run only, made by the same program on the same data and adapter.";

/** A trial and the folder that it was read from. */
interface Held {
  readonly result: TrialResult;
  readonly directory: string;
}

/**
 * Reads the folder of a shard.
 *
 * @throws {UserError} The folder has timings, or no readable run.
 */
export function readShard(directory: string): RunFolder {
  const timings = FOLDER_TABLES.find((table) => holdsTable(table, directory));
  if (timings !== undefined) {
    throw new UserError(
      `Cannot merge "${directory}": its "${timings.file}" holds what was measured side by side on one machine. ` +
        'Give such folders to "deno task report" as they are.',
    );
  }
  return { directory, run: readRun(directory) };
}

/**
 * Joins the shards of one run: the trials in the order in which one machine would have run them, and the environment of
 * the first folder with the earliest start and the command without its shard.
 *
 * @throws {UserError} The shards are not of the same run, or two of them have different rows of a trial.
 */
export function mergeRuns(folders: readonly [RunFolder, ...RunFolder[]]): Merged {
  const [first, ...others] = folders;
  for (const other of others) refuseOtherRun(first, other);
  const { environment, variants } = first.run;
  const held = inOrder(joinTrials(folders), variants);
  refuseOtherTrials(held);
  const results = held.map(({ result }) => result);
  const starts = folders.map(({ run }) => run.environment.started).sort((a, b) => Date.parse(a) - Date.parse(b));
  const run: Run = {
    ...first.run,
    environment: {
      ...environment,
      started: starts[0]!,
      command: withoutShard(environment),
      plan: { ...environment.plan, shard: null },
    },
    trials: results.map(({ trial }) => trial),
    ...collectRows(DETAIL_TABLES, (name) => results.flatMap<object>((result) => result[name])),
    notices: [],
  };
  const { missing, torn } = incompletenessOf([run]);
  const notices = [
    ...folders.flatMap(({ directory, run }) => run.notices.map((notice) => `In "${directory}": ${notice}`)),
    ...others.flatMap((other) => machineNotice(first, other)),
    ...unknownCommitNotice(environment),
    ...(missing.length === 0 ? [] : [`No folder holds these planned trials: ${missing.join(", ")}.`]),
    ...torn,
  ];
  return { run, notices, isComplete: missing.length === 0 && torn.length === 0 };
}

function refuseOtherRun(first: RunFolder, other: RunFolder): void {
  const found = difference(decisive(other.run), decisive(first.run));
  if (found === undefined) return;
  throw new UserError(`Cannot merge "${other.directory}" with "${first.directory}": ${found}. ${REMEDY}`);
}

/** What must be the same in all shards, by name. */
function decisive({ environment, variants }: Run): Fields {
  return {
    // A run that another program or an earlier version started has only a command.
    ...environment.plan.options ?? { command: withoutShard(environment) },
    seeds: environment.plan.seeds.join(", "),
    // What the options led to: the data set that was found, the adapter's backend.
    ...fieldsOf(environment, DECISIVE),
    ...fieldsOfVariants(variants),
  };
}

/** The first field that differs, with both values, as part of a sentence. */
function difference(its: Fields, theirs: Fields): string | undefined {
  const found = firstDifference(its, theirs);
  return found && `its ${found.field} is "${found.its}", the other's "${found.others}"`;
}

/** @throws {UserError} Two folders have different rows of a trial. */
function joinTrials(folders: readonly RunFolder[]): Held[] {
  const byId = new Map<string, Held>();
  for (const { directory, run } of folders) {
    for (const result of resultsOf(run)) {
      const { trial } = result.trial;
      const known = byId.get(trial);
      const found = known && difference(result.trial, known.result.trial);
      if (found !== undefined) {
        throw new UserError(
          `Cannot merge "${directory}" with "${
            known!.directory
          }": both hold trial "${trial}", and ${found}. Leave one of ` +
            "the folders out, or remove the trial's rows from one.",
        );
      }
      if (!known) byId.set(trial, { result, directory });
    }
  }
  return [...byId.values()];
}

/** @throws {UserError} Two trials of a variant were made in different ways. */
function refuseOtherTrials(held: readonly Held[]): void {
  const firsts = new Map<string, { readonly trial: TrialRow; readonly directory: string }>();
  for (const { result: { trial }, directory } of held) {
    const first = firsts.get(trial.variant) ?? { trial, directory };
    firsts.set(trial.variant, first);
    const found = difference(fieldsOf(trial, ONE_A_VARIANT), fieldsOf(first.trial, ONE_A_VARIANT));
    if (found === undefined) continue;
    throw new UserError(
      `Cannot merge "${directory}": its trial "${trial.trial}" was not made as "${first.trial.trial}" of ` +
        `"${first.directory}": ${found}. ${REMEDY}`,
    );
  }
}

/** Seed by seed, the variants in the order of the plan. */
function inOrder(held: readonly Held[], variants: readonly VariantRow[]): Held[] {
  const place = new Map(variants.map(({ variant }, index) => [variant, index]));
  return held.toSorted(({ result: { trial: a } }, { result: { trial: b } }) =>
    a.seed - b.seed || place.get(a.variant)! - place.get(b.variant)!
  );
}

function machineNotice(first: RunFolder, other: RunFolder): string[] {
  const found = difference(fieldsOf(other.run.environment, MACHINE), fieldsOf(first.run.environment, MACHINE));
  if (found === undefined) return [];
  return [
    `"${other.directory}" is of another machine than "${first.directory}": ${found}. Their speeds can't be compared.`,
  ];
}

/** The command of the whole run, for people to repeat it. */
function withoutShard({ command, plan: { shard } }: Environment): string {
  return shard === null ? command : command.replace(` --shard ${shard.number}/${shard.of}`, "");
}
