/**
 * Whether the files of one run agree: a row with the run's description and with the rows that it belongs to.
 * They disagree after somebody edited or mixed files, or a spreadsheet rewrote what it took for numbers.
 *
 * @module
 */
import { isShare } from "../rows/columns.ts";
import { type EpochRow, epochsOf } from "../rows/epochs.ts";
import { DETAIL_TABLES, type RunRows, TABLES } from "../rows/list.ts";
import type { TrialRow } from "../rows/trials.ts";
import { DECISIVE_OF_TRIALS, fieldsOf, firstDifference, ONE_A_VARIANT } from "./decisive_fields.ts";
import { type Environment, ENVIRONMENT_FILE } from "./environment.ts";

/** The files of a run. */
interface RunFiles extends RunRows {
  readonly environment: Environment;
}

/** Columns that trials and `variants.csv` share. */
const OF_THE_VARIANT = ["suite", "model", "recipe", "parameters", "batch", "learning_rate"] as const;
/** Columns of all tables with a trial's details. */
const OF_THE_TRIAL = ["suite", "variant", "seed"] as const;
/** Columns of the epoch whose weights were kept that its trial repeats. */
const OF_THE_KEPT_EPOCH = ["train_loss", "train_error_pct", "validation_error_pct"] as const;

/** The first contradiction between the files of a run, as part of a sentence; undefined if there is none. */
export function contradictionIn(run: RunFiles): string | undefined {
  return variantsContradiction(run) ?? trialsContradiction(run) ?? samplesContradiction(run) ??
    detailsContradiction(run) ?? epochsContradiction(run);
}

function variantsContradiction({ environment: { suite }, variants }: RunFiles): string | undefined {
  const planned = new Set<string>();
  for (const row of variants) {
    if (planned.has(row.variant)) return `"${TABLES.variants.file}" lists variant "${row.variant}" twice`;
    if (row.suite !== suite) {
      return `variant "${row.variant}" in "${TABLES.variants.file}" is of suite "${row.suite}", and the run of "${suite}"`;
    }
    planned.add(row.variant);
  }
}

function samplesContradiction({ environment: { suite }, variants, samples }: RunFiles): string | undefined {
  const planned = new Set(variants.map(({ variant }) => variant));
  const stray = samples.find((row) => row.suite !== suite || !planned.has(row.variant));
  return stray &&
    `a row of "${TABLES.samples.file}" is of variant "${stray.variant}" of suite "${stray.suite}", which ` +
      "the run did not plan";
}

function trialsContradiction({ environment, variants, trials }: RunFiles): string | undefined {
  const planned = new Map(variants.map((row) => [row.variant, row]));
  const firsts = new Map<string, TrialRow>();
  for (const trial of trials) {
    const variant = planned.get(trial.variant);
    const its = `its trial "${trial.trial}"`;
    const id = `${trial.suite}/${trial.variant}/${trial.seed}`;
    if (trial.trial !== id) return `${its} is called "${id}" by its suite, variant and seed`;
    if (variant === undefined) return `${its} is of no variant that it planned`;
    const first = firsts.get(trial.variant) ?? trial;
    firsts.set(trial.variant, first);
    const found = difference(its, {
      row: trial,
      columns: DECISIVE_OF_TRIALS,
      other: environment,
      named: `"${ENVIRONMENT_FILE}"`,
    }) ?? difference(its, {
      row: trial,
      columns: OF_THE_VARIANT,
      other: variant,
      named: `"${TABLES.variants.file}"`,
    }) ?? difference(its, { row: trial, columns: ONE_A_VARIANT, other: first, named: `trial "${first.trial}"` });
    if (found !== undefined) return found;
  }
}

function detailsContradiction(run: RunFiles): string | undefined {
  const byId = byTrial(run.trials);
  for (const name of DETAIL_TABLES) {
    for (const row of run[name]) {
      const named = `its trial "${row.trial}" in "${TABLES[name].file}"`;
      const found = difference(named, {
        row,
        columns: OF_THE_TRIAL,
        other: byId.get(row.trial)!,
        named: `"${TABLES.trials.file}"`,
      });
      if (found !== undefined) return found;
    }
  }
}

function epochsContradiction({ trials, epochs }: RunFiles): string | undefined {
  const byId = byTrial(trials);
  for (const [id, curve] of Map.groupBy(epochs, ({ trial }) => trial)) {
    const trial = byId.get(id)!;
    const its = (row: EpochRow) => `its trial "${id}" in epoch ${row.epoch} of "${TABLES.epochs.file}"`;
    for (const row of curve) {
      for (const part of ["validation", "test"] as const) {
        const [percent, images] = [row[`${part}_error_pct`], trial[`${part}_images`]];
        if (percent === null || isShare(percent, images)) continue;
        return `${its(row)} has ${part}_error_pct "${percent}", which is no whole number of ${images} images`;
      }
    }
    // Without all its rows, the trial is reported as incomplete.
    const rows = epochsOf(trial, curve);
    const kept = curve.length === rows && curve.find(({ epoch }) => epoch === (trial.best_epoch ?? rows));
    if (trial.status === "failed" || !kept) continue;
    const found = difference(its(kept), {
      row: kept,
      columns: OF_THE_KEPT_EPOCH,
      other: trial,
      named: `"${TABLES.trials.file}"`,
    });
    if (found !== undefined) return found;
  }
}

function byTrial(trials: readonly TrialRow[]): ReadonlyMap<string, TrialRow> {
  return new Map(trials.map((trial) => [trial.trial, trial]));
}

function difference<Column extends string>(
  its: string,
  { row, columns, other, named }: {
    readonly row: Readonly<Record<Column, unknown>>;
    readonly columns: readonly Column[];
    readonly other: Readonly<Record<Column, unknown>>;
    readonly named: string;
  },
): string | undefined {
  const found = firstDifference(fieldsOf(row, columns), fieldsOf(other, columns));
  return found && `${its} has ${found.field} "${found.its}", and ${named} "${found.others}"`;
}
