/**
 * Writing a run that is known as a whole.
 *
 * @module
 */
import { messageOf, UserError } from "../base/errors.ts";
import type { TrialRow } from "./schema.ts";
import { createRun, exists, type Run, type TrialResult } from "./store.ts";

/**
 * Writes a whole run: `directory` appears with all of it, or not at all.
 *
 * @throws {UserError} The folder is there already or can't be written.
 */
export function writeRun(directory: string, run: Run): void {
  if (exists(directory)) {
    throw new UserError(`Cannot write the run to "${directory}": it is there already. Name another folder with --out.`);
  }
  // The name that the task's permissions know.
  const partial = `${directory.replace(/(?<=.)[/\\]+$/, "")}.partial`;
  removeFolder(partial);
  try {
    const store = createRun(partial, run);
    for (const trial of run.trials) store.append(resultOf(trial, run));
    Deno.renameSync(partial, directory);
  } catch (error) {
    removeFolder(partial);
    // The store's sentence names the temporary folder; what the system said is behind it.
    const reason = messageOf(error instanceof UserError ? error.cause ?? error : error);
    throw new UserError(
      `Cannot write the run to "${directory}": ${reason}. Make room or name another folder with --out.`,
      { cause: error },
    );
  }
}

function resultOf(trial: TrialRow, run: Run): TrialResult {
  const isIts = (row: { readonly trial: string }) => row.trial === trial.trial;
  return {
    trial,
    epochs: run.epochs.filter(isIts),
    errors: run.errors.filter(isIts),
    sweeps: run.sweeps.filter(isIts),
    gradients: run.gradients.filter(isIts),
  };
}

function removeFolder(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch {
    // As little to be removed as to be written: the write's own error is the one to be told.
  }
}
