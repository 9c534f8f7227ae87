/**
 * A run's folder: written a trial at a time, read as a whole.
 *
 * @module
 */
import { join } from "node:path";
import { z } from "zod";
import { appendAll, removeLeftover, replaceFile } from "../../base/append.ts";
import { decodeRows, encodeHeader, encodeRows, type RowSchema } from "../../base/csv.ts";
import { messageOf, shortened, UserError } from "../../base/errors.ts";
import { exists, pathIn } from "../../base/files.ts";
import { holdsFile } from "../rows/row_file.ts";
import {
  type Environment,
  environment as environmentSchema,
  type EpochRow,
  epochRow,
  type ErrorRow,
  errorRow,
  type GradientRow,
  gradientRow,
  type SampleRow,
  sampleRow,
  type SweepRow,
  sweepRow,
  type TrialRow,
  trialRow,
  type VariantRow,
  variantRow,
} from "../rows/schema.ts";

/** Names of a run's files. */
export const FILES = {
  environment: "environment.json",
  variants: "variants.csv",
  trials: "trials.csv",
  epochs: "epochs.csv",
  errors: "errors.csv",
  sweeps: "sweeps.csv",
  gradients: "gradients.csv",
  samples: "samples.csv",
} as const;

/** Everything that one trial leaves behind. */
export interface TrialResult {
  readonly trial: TrialRow;
  readonly epochs: readonly EpochRow[];
  readonly errors: readonly ErrorRow[];
  /** Empty where the suite does not measure them. */
  readonly sweeps: readonly SweepRow[];
  readonly gradients: readonly GradientRow[];
}

/** A run as its files tell it. */
export interface Run {
  readonly environment: Environment;
  readonly variants: readonly VariantRow[];
  readonly trials: readonly TrialRow[];
  readonly epochs: readonly EpochRow[];
  readonly errors: readonly ErrorRow[];
  readonly sweeps: readonly SweepRow[];
  readonly gradients: readonly GradientRow[];
  readonly samples: readonly SampleRow[];
  /** What was left out while reading, a sentence each. */
  readonly notices: readonly string[];
}

/** What is known of a run before its first trial. */
export interface RunDescription {
  readonly environment: Environment;
  readonly variants: readonly VariantRow[];
  /** Training images as the arms see them. */
  readonly samples?: readonly SampleRow[];
}

/** The open end of a run's folder. */
export interface RunStore {
  /**
   * Adds a trial and waits until it is on the disk. Its row in `trials.csv` comes last: where there is one, everything
   * of the trial is there.
   *
   * @throws {UserError} The trial is there already, or writing failed; the files then hold the trials before it.
   */
  append(result: TrialResult): void;
}

/**
 * Starts a run in `directory`, which is made where it does not exist.
 *
 * @throws {UserError} The folder holds a run already or can't be written.
 */
export function createRun(directory: string, description: RunDescription): RunStore {
  const files = filesWithoutTrials(description);
  refuseFolderOfARun(directory);
  try {
    Deno.mkdirSync(directory, { recursive: true });
    for (const { name, text } of files) replaceFile({ path: join(directory, name), text });
  } catch (error) {
    // None of them was there before, and left behind they would refuse the next attempt.
    for (const { name } of files) removeLeftover(join(directory, name));
    throw new UserError(
      `Cannot start a run in "${directory}": ${messageOf(error)}. Make room or name another folder with --out.`,
      { cause: error },
    );
  }
  return openStore(directory);
}

/** A run's files as they are before its first trial, in the order that they are written in. */
export function filesWithoutTrials(
  { environment, variants, samples = [] }: RunDescription,
): readonly { readonly name: string; readonly text: string }[] {
  const json = JSON.stringify(environmentSchema.parse(environment), null, 2);
  return [
    { name: FILES.environment, text: `${json}\n` },
    { name: FILES.variants, text: encodeHeader(variantRow) + encodeRows(variantRow, variants) },
    { name: FILES.epochs, text: encodeHeader(epochRow) },
    { name: FILES.errors, text: encodeHeader(errorRow) },
    { name: FILES.sweeps, text: encodeHeader(sweepRow) },
    { name: FILES.gradients, text: encodeHeader(gradientRow) },
    { name: FILES.samples, text: encodeHeader(sampleRow) + encodeRows(sampleRow, samples) },
    { name: FILES.trials, text: encodeHeader(trialRow) },
  ];
}

/** The open end of a run's folder that holds all its files, and of `recorded` trials all rows. */
export function openStore(directory: string, recorded: readonly TrialRow[] = []): RunStore {
  const path = (name: string) => join(directory, name);
  const written = new Set(recorded.map(({ trial }) => trial));
  return {
    append({ trial, epochs, errors, sweeps, gradients }) {
      if (written.has(trial.trial)) {
        throw new UserError(`Cannot record trial "${trial.trial}" twice in "${directory}". Use another seed.`);
      }
      const parts = [
        { path: path(FILES.epochs), text: encodeRows(epochRow, epochs) },
        { path: path(FILES.errors), text: encodeRows(errorRow, errors) },
        { path: path(FILES.sweeps), text: encodeRows(sweepRow, sweeps) },
        { path: path(FILES.gradients), text: encodeRows(gradientRow, gradients) },
        { path: path(FILES.trials), text: encodeRows(trialRow, [trial]) },
      ];
      try {
        appendAll(parts);
      } catch (error) {
        throw new UserError(
          `Cannot record trial "${trial.trial}" in "${directory}": ${
            messageOf(error)
          }. The trials before it are safe; make room and go on with --resume.`,
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
 * @throws {UserError} A file is missing, damaged, or of another schema version.
 */
export function readRun(directory: string): Run {
  const environment = readEnvironment(directory);
  const table = <S extends RowSchema>(schema: S, name: string) => decodeRows(schema, readFile(directory, name));
  const variants = table(variantRow, FILES.variants);
  const trials = table(trialRow, FILES.trials);
  const epochs = table(epochRow, FILES.epochs);
  const errors = table(errorRow, FILES.errors);
  const sweeps = table(sweepRow, FILES.sweeps);
  const gradients = table(gradientRow, FILES.gradients);
  const samples = table(sampleRow, FILES.samples);

  refuseRepeatedTrials(trials.rows, directory);
  const recorded = new Set(trials.rows.map(({ trial }) => trial));
  const isRecorded = ({ trial }: { readonly trial: string }) => recorded.has(trial);
  const orphans = [epochs, errors, sweeps, gradients].flatMap<{ readonly trial: string }>(({ rows }) => rows).filter((
    row,
  ) => !isRecorded(row));
  const interrupted = [...new Set(orphans.map(({ trial }) => trial))].map((trial) =>
    `Trial "${trial}" was interrupted before its row in "${FILES.trials}" was written; its other rows are left out.`
  );
  return {
    environment,
    variants: variants.rows,
    trials: trials.rows,
    epochs: epochs.rows.filter(isRecorded),
    errors: errors.rows.filter(isRecorded),
    sweeps: sweeps.rows.filter(isRecorded),
    gradients: gradients.rows.filter(isRecorded),
    samples: samples.rows,
    notices: [
      ...[variants, trials, epochs, errors, sweeps, gradients, samples].flatMap(({ notices }) => notices),
      ...interrupted,
    ],
  };
}

/** The run's trials, each with all its rows, in the order of `trials.csv`. */
export function resultsOf({ trials, ...tables }: Run): TrialResult[] {
  const parts = {
    epochs: Map.groupBy(tables.epochs, ({ trial }) => trial),
    errors: Map.groupBy(tables.errors, ({ trial }) => trial),
    sweeps: Map.groupBy(tables.sweeps, ({ trial }) => trial),
    gradients: Map.groupBy(tables.gradients, ({ trial }) => trial),
  };
  return trials.map((trial) => ({
    trial,
    epochs: parts.epochs.get(trial.trial) ?? [],
    errors: parts.errors.get(trial.trial) ?? [],
    sweeps: parts.sweeps.get(trial.trial) ?? [],
    gradients: parts.gradients.get(trial.trial) ?? [],
  }));
}

/**
 * Where and with what a run was made.
 *
 * @throws {UserError} The folder holds no run, or another version's.
 */
export function readEnvironment(directory: string): Environment {
  return decodeEnvironment(readFile(directory, FILES.environment));
}

/** Whether a run was begun in `directory`. */
export function holdsRun(directory: string): boolean {
  return holdsFile(FILES.environment, directory);
}

function refuseFolderOfARun(directory: string): void {
  const held = Object.values(FILES).find((name) => exists(join(directory, name)));
  if (held) {
    throw new UserError(
      `Cannot start a run in "${directory}": the folder already holds "${held}". Name another folder with --out, ` +
        `or go on with that run with --resume.`,
    );
  }
}

function refuseRepeatedTrials(trials: readonly TrialRow[], directory: string): void {
  const seen = new Set<string>();
  for (const { trial } of trials) {
    if (seen.has(trial)) {
      throw new UserError(
        `Cannot read run "${directory}": trial "${trial}" stands twice in "${FILES.trials}". Remove one with its rows.`,
      );
    }
    seen.add(trial);
  }
}

function readFile(directory: string, name: string): { name: string; text: string } {
  const path = pathIn(directory, name);
  try {
    return { name: path, text: Deno.readTextFileSync(path) };
  } catch (error) {
    throw new UserError(
      `Cannot read run "${directory}": ${messageOf(error)}. Give the folder that holds "${FILES.trials}".`,
      { cause: error },
    );
  }
}

/**
 * Reads `environment.json`.
 *
 * @param file Contents, and the name for messages.
 * @throws {UserError} It is no JSON, or does not fit.
 */
export function decodeEnvironment({ name, text }: { readonly name: string; readonly text: string }): Environment {
  try {
    return environmentSchema.parse(JSON.parse(text));
  } catch (error) {
    const what = error instanceof z.ZodError ? error.issues.slice(0, 3).map(issueText).join("; ") : messageOf(error);
    throw new UserError(`Cannot read "${name}": ${what}. Restore the file, or make the run again.`, { cause: error });
  }
}

/** Keys and values come from the file, of any length. */
function issueText({ path, message }: z.core.$ZodIssue): string {
  return `"${shortened(path.join("."))}": ${shortened(message, 200)}`;
}
