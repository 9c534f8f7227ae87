/**
 * Resuming an interrupted run: what of it is kept, and what is left to do.
 *
 * @module
 */
import { shortened } from "../../../base/errors.ts";
import type { Backend } from "../../../device/backend.ts";
import { firstDifference } from "../../../results/folder/decisive_fields.ts";
import type { Environment } from "../../../results/folder/environment.ts";
import { addMissingFiles, repairRun } from "../../../results/folder/reopen.ts";
import {
  openStore,
  readRunToContinue,
  type RunDescription,
  type RunStore,
  type TrialResult,
} from "../../../results/folder/store.ts";
import type { TrialRow } from "../../../results/rows/trials.ts";
import { buildCommittee, networksOf } from "../../training/boosting/committee.ts";
import { fitsTraining } from "../../training/saved_state.ts";
import { allEpochsOf, type Plan, type Trial } from "../plan.ts";
import { checkpointKey, type TrialKey } from "../trial_key.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { CheckpointFile } from "./checkpoint_file.ts";
import { environmentNotices, refuseOtherEnvironment, refuseOtherTrials } from "./resume_refusals.ts";

/** An interrupted run, and what would resume it now. */
export interface Interrupted {
  readonly plan: Plan;
  /** As a run that starts now would have it. */
  readonly description: RunDescription;
  readonly backend: Backend;
  readonly keyOf: (trial: Trial) => TrialKey;
  /** The run's own. */
  readonly environment: Environment;
  /** Whether failed trials are run again. */
  readonly retryFailed: boolean;
  readonly saved: CheckpointFile;
  readonly say: (sentence: string) => void;
}

/** The rest of a run. */
export interface Rest {
  readonly store: RunStore;
  /** An unfinished trial comes first: there is one checkpoint per run. */
  readonly trials: readonly Trial[];
  /** Where the first of them goes on; left out: from its beginning. */
  readonly from?: Checkpoint;
}

/**
 * Repairs the interrupted run in `directory`, so that the rest of its trials can be added, and says what it did.
 *
 * @throws {UserError} The run's trials and those to be added would not be of one kind, or the folder can't be written.
 */
export function resumeRun(directory: string, interrupted: Interrupted): Rest {
  const { plan, description, backend, keyOf, environment, retryFailed, saved, say } = interrupted;
  const environments = { found: environment, now: description.environment };
  refuseOtherEnvironment(directory, environments);
  addMissingFiles(directory, description);
  const run = readRunToContinue(directory);
  refuseOtherTrials(directory, { run, variants: description.variants, keys: plan.trials.map(keyOf) });
  environmentNotices(directory, environments).forEach(say);
  const { kept, notices } = repairRun(directory, {
    run,
    objection: (result) => objectionTo(result, { plan, retryFailed }),
  });
  notices.forEach(say);

  const isKept = new Set(kept.map(({ trial }) => trial));
  const rest = plan.trials.filter(({ id }) => !isKept.has(id));
  const checkpoint = saved.read();
  const fault = checkpoint && faultOf(checkpoint, { rest, plan, backend, keyOf });
  if (checkpoint && fault !== undefined) {
    // Of a trial whose rows came on the disk just before the process ended: nothing to say.
    if (!isKept.has(String(checkpoint.key.trial))) {
      say(`The checkpoint of "${shortened(String(checkpoint.key.trial))}" in "${directory}" is not used: ${fault}.`);
    }
    saved.remove();
  }
  const from = fault === undefined ? checkpoint : undefined;
  const inHand = rest.filter(({ id }) => id === from?.key.trial);
  const trials = [...inHand, ...rest.filter((trial) => !inHand.includes(trial))];
  say(describeRest(directory, { kept, trials, epochs: from?.epochs.length ?? 0 }));
  return { store: openStore(directory, kept), trials, ...(from && { from }) };
}

/** Why no trial of `rest` can go on from the checkpoint. */
function faultOf(
  checkpoint: Checkpoint,
  { rest, plan, backend, keyOf }: Pick<Interrupted, "plan" | "backend" | "keyOf"> & { readonly rest: readonly Trial[] },
): string | undefined {
  const trial = rest.find(({ id }) => id === checkpoint.key.trial);
  if (!trial) return "no such trial is to be run";
  const difference = firstDifference(checkpointKey(keyOf(trial)), checkpoint.key);
  if (difference) {
    return `its ${difference.field} is "${shortened(String(difference.others))}", and would be "${difference.its}" now`;
  }
  const network = buildCommittee(trial.variant, { seed: trial.seed, backend });
  try {
    const training = { recipe: trial.variant.recipe, epochs: allEpochsOf(plan, trial.variant) };
    return fitsTraining(checkpoint, network, training) ? undefined : "its numbers do not fit the network";
  } finally {
    network.dispose();
  }
}

/** Why the trial is to be run again, as a sentence. */
function objectionTo(
  result: TrialResult,
  { plan, retryFailed }: { plan: Plan; retryFailed: boolean },
): string | undefined {
  const { trial, status, reason } = result.trial;
  if (!isWhole(result, plan)) {
    return `Trial "${trial}" lacks some of its rows: the others are removed, and it is run again.`;
  }
  if (status === "failed" && retryFailed) {
    return `Trial "${trial}" failed (${reason}): its rows are removed, and it is run again.`;
  }
}

function describeRest(
  directory: string,
  { kept, trials, epochs }: { kept: readonly TrialRow[]; trials: readonly Trial[]; epochs: number },
): string {
  const failed = kept.filter(({ status }) => status === "failed").length;
  const failures = failed === 0 ? "" : ` (${failed} failed; --retry-failed runs them again)`;
  const finished = `${kept.length} of ${kept.length + trials.length} trials are finished in "${directory}"${failures}`;
  const [next] = trials;
  if (!next) return `${finished}.`;
  return `${finished}; resuming with "${next.id}"${epochs > 0 ? ` after its epoch ${epochs}` : ""}.`;
}

/** Whether a trial has all the rows that its row in `trials.csv` promises. */
function isWhole({ trial, epochs, errors, sweeps, gradients }: TrialResult, { suite, variants }: Plan): boolean {
  if (trial.status === "failed") return true;
  const { sweeps: kinds = [], gradientNorms = false } = suite.measures ?? {};
  const variant = variants.find(({ id }) => id === trial.variant);
  const planned = trial.epochs * (variant ? networksOf(variant) : 1);
  const patience = variant?.recipe.earlyStopping?.patience ?? Infinity;
  const atStart = gradients.filter(({ moment }) => moment === "start").length;
  return epochs.length === Math.min(planned, (trial.best_epoch ?? planned) + patience) &&
    errors.length === (trial.test_errors ?? 0) &&
    sweeps.length === kinds.reduce((sum, { amounts }) => sum + amounts.length, 0) &&
    gradients.length === 2 * atStart && (atStart > 0) === gradientNorms;
}
