/**
 * One folder holds trials of one kind: what an interrupted run was made with has to be what would go on with it.
 *
 * @module
 */
import { UserError } from "../base/errors.ts";
import type { Environment } from "../results/schema.ts";
import type { Run } from "../results/store.ts";
import type { TrialKey } from "./trial_key.ts";

/** What all trials of a folder have in common; the machine's other traits are only told. */
const SHARED = [
  "suite",
  "judged_on",
  "profile",
  "dataset",
  "dataset_sha256",
  "backend",
  "adapter",
  "adapter_kind",
  "kernels",
  "program",
  "deno",
  "tfjs",
  "commit",
] as const satisfies readonly (keyof Environment)[];

/**
 * Refuses to go on with the run in `directory` elsewhere, or with something else, than it began.
 *
 * @param environments The run's own, and what a run that starts now would have.
 * @throws {UserError} naming the first difference, both values and the remedy.
 */
export function refuseOtherEnvironment(
  directory: string,
  { found, now }: { readonly found: Environment; readonly now: Environment },
): void {
  for (const name of SHARED) refuseDifference(directory, { what: name, found: found[name], now: now[name] });
}

/**
 * Refuses a run that was planned otherwise, or that holds a trial that would not come out the same now.
 *
 * @param keys One a trial of the plan, in its order.
 * @throws {UserError} naming the first difference, both values and the remedy.
 */
export function refuseOtherTrials(
  directory: string,
  { run, variants, keys }: {
    readonly run: Run;
    readonly variants: readonly string[];
    readonly keys: readonly TrialKey[];
  },
): void {
  refuseDifference(directory, {
    what: "list of variants",
    found: run.variants.map(({ variant }) => variant).join(", "),
    now: variants.join(", "),
  });
  const byTrial = new Map(keys.map((key) => [key.trial, key]));
  for (const row of run.trials) {
    const key = byTrial.get(row.trial);
    if (!key) refuse(directory, `it holds trial "${row.trial}", which is none of those that would be run now`);
    for (const name of Object.keys(key) as (keyof TrialKey)[]) {
      refuseDifference(directory, { what: `${name} of trial "${row.trial}"`, found: row[name], now: key[name] });
    }
  }
}

function refuseDifference(
  directory: string,
  { what, found, now }: { what: string; found: string | number; now: string | number },
): void {
  if (found !== now) refuse(directory, `its ${what} is "${found}", and would be "${now}" now`);
}

function refuse(directory: string, difference: string): never {
  throw new UserError(
    `Cannot resume "${directory}": ${difference}. Make that as it was, or start a new run in another folder: one folder ` +
      "holds trials of one kind.",
  );
}
