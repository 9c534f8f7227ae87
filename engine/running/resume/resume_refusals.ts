/**
 * What an interrupted run was made with has to be what would resume it: one folder has trials of one kind.
 *
 * @module
 */
import { UserError } from "../../../base/errors.ts";
import {
  DECISIVE,
  type Difference,
  type Fields,
  fieldsOf,
  fieldsOfVariants,
  firstDifference,
  MACHINE,
  unknownCommitNotice,
} from "../../../results/folder/decisive_fields.ts";
import type { Environment } from "../../../results/folder/environment.ts";
import type { Run } from "../../../results/folder/store.ts";
import type { VariantRow } from "../../../results/rows/variants.ts";
import type { TrialKey } from "../trial_key.ts";

/** The run's own environment, and what a run that starts now would have. */
export interface Environments {
  readonly found: Environment;
  readonly now: Environment;
}

/**
 * Refuses to resume the run in `directory` on another adapter, data set or version than it was started with.
 *
 * @throws {UserError} naming the first difference, both values and the remedy.
 */
export function refuseOtherEnvironment(directory: string, { found, now }: Environments): void {
  refuseDifference(directory, { found: fieldsOf(found, DECISIVE), now: fieldsOf(now, DECISIVE) });
}

/**
 * Refuses a run that was planned otherwise, or that contains a trial that would not be reproduced now.
 *
 * @param variants As a run that starts now would have them.
 * @param keys One per trial of the plan, in its order.
 * @throws {UserError} naming the first difference, both values and the remedy.
 */
export function refuseOtherTrials(
  directory: string,
  { run, variants, keys }: {
    readonly run: Run;
    readonly variants: readonly VariantRow[];
    readonly keys: readonly TrialKey[];
  },
): void {
  refuseDifference(directory, { found: fieldsOfVariants(run.variants), now: fieldsOfVariants(variants) });
  const byTrial = new Map(keys.map((key) => [key.trial, key]));
  for (const row of run.trials) {
    const key = byTrial.get(row.trial);
    if (!key) refuse(directory, `it holds trial "${row.trial}", which is none of those that would be run now`);
    const names = Object.keys(key) as (keyof TrialKey)[];
    refuseDifference(directory, { found: fieldsOf(row, names), now: key, of: ` of trial "${row.trial}"` });
  }
}

/** What is no reason to refuse, and yet to be known: a sentence each. */
export function environmentNotices(directory: string, { found, now }: Environments): string[] {
  const difference = firstDifference(fieldsOf(found, MACHINE), fieldsOf(now, MACHINE));
  return [
    ...(difference
      ? [
        `"${directory}" was begun on another machine: its ${difference.field} is "${difference.its}", and is ` +
        `"${difference.others}" here. The speeds of trials before and after this can't be compared.`,
      ]
      : []),
    ...unknownCommitNotice(now),
  ];
}

function refuseDifference(
  directory: string,
  { found, now, of = "" }: { found: Fields; now: Fields; of?: string },
): void {
  const difference = firstDifference(found, now);
  if (!difference) return;
  refuse(
    directory,
    `its ${difference.field}${of} is "${difference.its}", and would be "${difference.others}" now`,
    remedyFor(difference, found),
  );
}

/** How to have again what differs. A run's own options are taken over: other fields depend on where it is resumed. */
function remedyFor({ field, its }: Difference, { dataset }: Fields): string {
  if (field.startsWith("dataset") && dataset !== "synthetic") return "Name the folder of its data set with --data-dir";
  if (field === "commit" && /^[0-9a-f]+$/.test(String(its))) return `Check it out with "git checkout ${its}"`;
  return "Make that as it was";
}

function refuse(directory: string, difference: string, remedy = "Make that as it was"): never {
  throw new UserError(
    `Cannot resume "${directory}": ${difference}. ${remedy}, or start a new run in another folder: one folder ` +
      "holds trials of one kind.",
  );
}
