/**
 * What runs planned and do not contain.
 *
 * @module
 */
import { epochsOf } from "../rows/epochs.ts";
import type { TrialRow } from "../rows/trials.ts";
import type { Run } from "./store.ts";

/** What is missing from runs of one suite, taken together. */
export interface Incompleteness {
  /** Number of trials that the runs planned, and of those that they have without planning them. */
  readonly planned: number;
  /** Planned trials without a row, as `suite/variant/seed`, in the order of the plan. */
  readonly missing: readonly string[];
  /** Finished trials that lack rows of another table, a sentence each. */
  readonly torn: readonly string[];
}

/** A trial among the runs of its suite. */
interface Planned {
  readonly trial: string;
  readonly key: string;
}

/** Looks at all runs together: one may contain what another planned, as the shards of a run and resumed ones do. */
export function incompletenessOf(runs: readonly Run[]): Incompleteness {
  const planned = new Map(runs.flatMap(plannedBy).map(({ key, trial }) => [key, trial]));
  const there = new Set(runs.flatMap(({ trials }) => trials).map(keyOf));
  return {
    planned: new Set([...planned.keys(), ...there]).size,
    missing: [...new Set([...planned].filter(([key]) => !there.has(key)).map(([, trial]) => trial))],
    torn: runs.flatMap(tornTrials),
  };
}

/** Nothing if the run, which an older program or another one made, does not say. */
function plannedBy({ environment: { suite, profile, plan }, variants }: Run): Planned[] {
  return plan.seeds.flatMap((seed) =>
    variants.map(({ variant, learning_rate }) => ({
      trial: `${suite}/${variant}/${seed}`,
      key: keyOf({ profile, variant, learning_rate, seed }),
    }))
  );
}

function keyOf(
  { profile, variant, learning_rate, seed }: Pick<TrialRow, "profile" | "variant" | "learning_rate" | "seed">,
): string {
  return JSON.stringify([profile, variant, learning_rate, seed]);
}

function tornTrials({ trials, epochs, errors }: Run): string[] {
  const [curves, errorsOf] = [Map.groupBy(epochs, ({ trial }) => trial), Map.groupBy(errors, ({ trial }) => trial)];
  return trials.filter(({ status }) => status === "done").flatMap((trial) => {
    const curve = curves.get(trial.trial) ?? [];
    const wrong = errorsOf.get(trial.trial)?.length ?? 0;
    const epochsThere = epochsOf(trial, curve);
    return [
      ...(curve.length === epochsThere
        ? []
        : [`Trial "${trial.trial}" has ${curve.length} of its ${epochsThere} rows in "epochs.csv".`]),
      ...(trial.test_errors === null || trial.test_errors === wrong
        ? []
        : [`Trial "${trial.trial}" has ${wrong} of its ${trial.test_errors} rows in "errors.csv".`]),
    ];
  });
}
