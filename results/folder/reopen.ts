/**
 * Prepares the folder of an interrupted run for further trials: restores missing files, removes half-written lines.
 *
 * @module
 */
import { join } from "node:path";
import { replaceFile } from "../../base/durable_write.ts";
import { messageOf, UserError } from "../../base/errors.ts";
import { DETAIL_TABLES, TABLES } from "../rows/list.ts";
import { encodeTable, type Table } from "../rows/table.ts";
import type { TrialRow } from "../rows/trials.ts";
import { filesWithoutTrials, resultsOf, type Run, type RunDescription, type TrialResult } from "./store.ts";

/** What {@linkcode repairRun} did. */
export interface Repaired {
  /** Trials with all their rows. */
  readonly kept: readonly TrialRow[];
  /** What was removed, a sentence each. */
  readonly notices: readonly string[];
}

/**
 * Adds the files that are missing because a process was killed while it started the run.
 *
 * @throws {UserError} A missing file was written before one that is there, so it once existed; or the folder can't be
 * written.
 */
export function addMissingFiles(directory: string, description: RunDescription): void {
  const there = new Set([...Deno.readDirSync(directory)].map(({ name }) => name));
  const files = filesWithoutTrials(description);
  const missing = files.filter(({ name }) => !there.has(name));
  const [first] = missing;
  const later = first && files.slice(files.indexOf(first)).find(({ name }) => there.has(name));
  if (later) {
    throw new UserError(
      `Cannot resume "${directory}": "${first.name}" is missing and "${later.name}" is there. Restore the file, or start ` +
        "a new run.",
    );
  }
  for (const file of missing) write(directory, file);
}

/**
 * Removes half-written lines, and the rows of trials that are unfinished or objected to.
 *
 * @param directory The folder that `run` was read from.
 * @param options.objection Why a finished trial must be run again, as a sentence; undefined keeps the trial.
 * @throws {UserError} The folder can't be written.
 */
export function repairRun(
  directory: string,
  { run, objection }: { readonly run: Run; readonly objection: (result: TrialResult) => string | undefined },
): Repaired {
  const objections = new Map<string, string>();
  for (const result of resultsOf(run)) {
    const why = objection(result);
    if (why !== undefined) objections.set(result.trial.trial, why);
  }
  const keep = <Row extends { readonly trial: string }>(rows: readonly Row[]) =>
    rows.filter(({ trial }) => !objections.has(trial));
  const kept = keep(run.trials);
  const put = (table: Table, rows: readonly Record<string, unknown>[]) =>
    writeChanged(directory, { name: table.file, text: encodeTable(table, rows) });
  // Trials first: a process killed in between leaves rows without a trial, which the next one removes.
  put(TABLES.trials, kept);
  for (const name of DETAIL_TABLES) put(TABLES[name], keep<{ readonly trial: string }>(run[name]));
  return { kept, notices: [...run.notices, ...objections.values()] };
}

function writeChanged(directory: string, { name, text }: { name: string; text: string }): void {
  if (Deno.readTextFileSync(join(directory, name)) !== text) write(directory, { name, text });
}

function write(directory: string, { name, text }: { name: string; text: string }): void {
  try {
    replaceFile({ path: join(directory, name), text });
  } catch (error) {
    throw new UserError(
      `Cannot repair "${join(directory, name)}": ${messageOf(error)}. Make room or allow it; nothing was lost.`,
      { cause: error },
    );
  }
}
