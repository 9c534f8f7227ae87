/**
 * A run's folder: written trial by trial, read as a whole.
 *
 * @module
 */
import { join } from "node:path";
import { z } from "zod";
import { encodeRows } from "../../base/csv/csv.ts";
import { appendAll, removeLeftover, replaceFile } from "../../base/durable_write.ts";
import { messageOf, shortened, UserError } from "../../base/errors.ts";
import { exists, pathIn } from "../../base/files.ts";
import { readText } from "../../base/text.ts";
import {
  collectRows,
  type DescriptionTable,
  DETAIL_TABLES,
  type DetailTable,
  type RowsOf,
  RUN_TABLES,
  type RunRows,
  type RunTable,
  TABLES,
} from "../rows/list.ts";
import { decodeTable, encodeTable, holdsTable, type Table } from "../rows/table.ts";
import type { TrialRow } from "../rows/trials.ts";
import { contradictionIn } from "./contradictions.ts";
import {
  type Environment,
  environment as environmentSchema,
  ENVIRONMENT_FILE,
  upgradeEnvironment,
} from "./environment.ts";
import { whyUnreadable } from "./run_folders.ts";

/** Names of a run's files, in the order in which they are written. */
export const FILES: readonly string[] = [ENVIRONMENT_FILE, ...RUN_TABLES.map((name) => TABLES[name].file)];

/** Everything that one trial leaves behind; a table that the suite does not measure is empty. */
export interface TrialResult extends Pick<RunRows, "epochs" | "errors" | "sweeps" | "gradients"> {
  /** Its row in `trials.csv`. */
  readonly trial: TrialRow;
}

/** A run as its files describe it. */
export interface Run extends RunRows {
  /** What the run was made with. */
  readonly environment: Environment;
  /** What was left out while reading, a sentence each. */
  readonly notices: readonly string[];
}

/** What is known of a run before its first trial. */
export interface RunDescription extends Pick<Run, "environment" | "variants">, Partial<RowsOf<DescriptionTable>> {
  readonly variants: Run["variants"];
}

/** A run's folder, open for appending trials. */
export interface RunStore {
  /**
   * Adds a trial and waits until it is on the disk. Its row in `trials.csv` comes last, so a trial that has one is
   * complete.
   *
   * @throws {UserError} The trial is there already, or writing failed; the files then contain the trials before it.
   */
  append(result: TrialResult): void;
}

/**
 * Starts a run in `directory`, which is created if it is missing.
 *
 * @throws {UserError} The folder already has a run, or can't be written.
 */
export function createRun(directory: string, description: RunDescription): RunStore {
  const files = filesWithoutTrials(description);
  refuseFolderOfARun(directory);
  try {
    Deno.mkdirSync(directory, { recursive: true });
    for (const { name, text } of files) replaceFile({ path: join(directory, name), text });
  } catch (error) {
    // None of them was there before; left behind, they would block the next attempt.
    for (const { name } of files) removeLeftover(join(directory, name));
    throw new UserError(
      `Cannot start a run in "${directory}": ${messageOf(error)}. Make room or name another folder with --out.`,
      { cause: error },
    );
  }
  return openStore(directory);
}

/** A run's files as they are before its first trial, in the order in which they are written. */
export function filesWithoutTrials(
  description: RunDescription,
): readonly { readonly name: string; readonly text: string }[] {
  const json = JSON.stringify(environmentSchema.parse(description.environment), null, 2);
  const rows = collectRows(
    RUN_TABLES,
    (name) => isDescribed(name) ? description[name] ?? [] : [],
  );
  return [
    { name: ENVIRONMENT_FILE, text: `${json}\n` },
    ...RUN_TABLES.map((name) => ({
      name: TABLES[name].file,
      text: encodeTable<Table>(TABLES[name], rows[name]),
    })),
  ];
}

function isDescribed(name: RunTable): name is DescriptionTable {
  return TABLES[name].per === "run";
}

/** Opens a folder that has all files of a run, and all rows of the `recorded` trials. */
export function openStore(directory: string, recorded: readonly TrialRow[] = []): RunStore {
  const written = new Set(recorded.map(({ trial }) => trial));
  const lines = ({ file, row }: Table, rows: readonly Record<string, unknown>[]) => ({
    path: join(directory, file),
    text: encodeRows(row, rows),
  });
  return {
    append(result) {
      const { trial } = result;
      if (written.has(trial.trial)) {
        throw new UserError(`Cannot record trial "${trial.trial}" twice in "${directory}". Use another seed.`);
      }
      try {
        appendAll([...DETAIL_TABLES.map((name) => lines(TABLES[name], result[name])), lines(TABLES.trials, [trial])]);
      } catch (error) {
        throw new UserError(
          `Cannot record trial "${trial.trial}" in "${directory}": ${
            messageOf(error)
          }. The trials before it are safe; make room and continue with --resume.`,
          { cause: error },
        );
      }
      written.add(trial.trial);
    },
  };
}

/**
 * Reads a run, finished, interrupted or committed under `results/reference/`. What a killed process left half-written
 * is left out with a notice.
 *
 * @throws {UserError} A file is missing, damaged, of a version that can't be read, or contradicts another one.
 */
export function readRun(directory: string): Run {
  return read(directory, { isContinued: false });
}

/**
 * {@linkcode readRun} for a run to which trials are to be added: a last row without a line break is left out, too,
 * since its last cell may be half of one.
 *
 * @throws {UserError} A file is missing, damaged, of a version that can't be read, or contradicts another one.
 */
export function readRunToContinue(directory: string): Run {
  return read(directory, { isContinued: true });
}

function read(directory: string, { isContinued }: { readonly isContinued: boolean }): Run {
  const environment = readEnvironment(directory);
  const notices: string[] = [];
  const rows = collectRows(RUN_TABLES, (name) => {
    const table: Table = TABLES[name];
    // Only tables with a trial's rows are appended to.
    const file = { ...readFile(directory, table.file), isContinued: isContinued && table.per === "trial" };
    const decoded = decodeTable(table, file);
    notices.push(...decoded.notices);
    return decoded.rows;
  });
  refuseRepeatedTrials(rows.trials, directory);
  const recorded = new Set(rows.trials.map(({ trial }) => trial));
  const details = (name: DetailTable): readonly { readonly trial: string }[] => rows[name];
  const orphans = DETAIL_TABLES.flatMap((name) => details(name).filter(({ trial }) => !recorded.has(trial)));
  const interrupted = [...new Set(orphans.map(({ trial }) => trial))].map((trial) =>
    `Trial "${trial}" was interrupted before its row in "${TABLES.trials.file}" was written; its other rows are left out.`
  );
  const run = {
    environment,
    ...rows,
    ...collectRows(DETAIL_TABLES, (name) => details(name).filter(({ trial }) => recorded.has(trial))),
    notices: [...notices, ...interrupted],
  };
  const contradiction = contradictionIn(run);
  if (contradiction !== undefined) {
    throw new UserError(
      `Cannot read run "${directory}": ${contradiction}. Restore its files as they were written, or make the run again.`,
    );
  }
  return run;
}

/** The run's trials, each with all its rows, in the order of `trials.csv`. */
export function resultsOf(run: Run): TrialResult[] {
  const byTrial = new Map(DETAIL_TABLES.map((name) => {
    const rows: readonly { readonly trial: string }[] = run[name];
    return [name, Map.groupBy(rows, ({ trial }) => trial)];
  }));
  return run.trials.map((trial) => ({
    trial,
    ...collectRows(DETAIL_TABLES, (name) => byTrial.get(name)!.get(trial.trial) ?? []),
  }));
}

/**
 * Reads what the run in `directory` was made with.
 *
 * @throws {UserError} The folder has no run, or one of another version.
 */
export function readEnvironment(directory: string): Environment {
  return decodeEnvironment(readFile(directory, ENVIRONMENT_FILE));
}

/** Whether a run was started in `directory`. */
export function holdsRun(directory: string): boolean {
  return holdsTable({ file: ENVIRONMENT_FILE }, directory);
}

function refuseFolderOfARun(directory: string): void {
  const held = FILES.find((name) => exists(join(directory, name)));
  if (held) {
    throw new UserError(
      `Cannot start a run in "${directory}": the folder already holds "${held}". Name another folder with --out, ` +
        `or resume that run with --resume.`,
    );
  }
}

function refuseRepeatedTrials(trials: readonly TrialRow[], directory: string): void {
  const seen = new Set<string>();
  for (const { trial } of trials) {
    if (seen.has(trial)) {
      throw new UserError(
        `Cannot read run "${directory}": trial "${trial}" is listed twice in "${TABLES.trials.file}". Remove one with its rows.`,
      );
    }
    seen.add(trial);
  }
}

function readFile(directory: string, name: string): { name: string; text: string } {
  const path = pathIn(directory, name);
  try {
    return { name: path, text: readText(path) };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`Cannot read run "${directory}": ${whyUnreadable(directory, { name, error })}.`, {
      cause: error,
    });
  }
}

/**
 * Parses an `environment.json`.
 *
 * @param file Contents, and the name for messages.
 * @throws {UserError} The contents are not JSON, or do not fit the schema.
 */
export function decodeEnvironment({ name, text }: { readonly name: string; readonly text: string }): Environment {
  try {
    return environmentSchema.parse(upgradeEnvironment(JSON.parse(text)));
  } catch (error) {
    const what = error instanceof z.ZodError ? error.issues.slice(0, 3).map(issueText).join("; ") : messageOf(error);
    throw new UserError(`Cannot read "${name}": ${what}. Restore the file, or make the run again.`, { cause: error });
  }
}

/** Shortened: keys and values come from the file. */
function issueText({ path, message }: z.core.$ZodIssue): string {
  return `"${shortened(path.join("."))}": ${shortened(message, 200)}`;
}
