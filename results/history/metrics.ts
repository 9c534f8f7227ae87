/**
 * What a run adds to a history: its metrics, with what makes them comparable.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { mean, median, sum } from "simple-statistics";
import { UserError } from "../../base/errors.ts";
import { adapterWords } from "../../base/graphics_api.ts";
import type { Run } from "../folder/store.ts";
import { machineClass } from "../regression/machine.ts";
import type { EpochRow } from "../rows/epochs.ts";
import { roundsOf, type TimingRow, type TimingRun } from "../rows/timings.ts";
import type { TrialRow } from "../rows/trials.ts";
import type { VariantRow } from "../rows/variants.ts";
import { HISTORY_VERSION, type HistoryRecord, type TRIAL_METRICS } from "./store.ts";

/** The columns of a record that say what is measured and how. */
type Measured = Pick<HistoryRecord, "metric" | "unit" | "better" | "centre">;

/** A metric of a variant, and its samples over the finished trials. */
interface SuiteMetric extends Measured {
  readonly samples: (trials: readonly TrialRow[], epochs: readonly EpochRow[]) => number[];
  /** Images that an error rate was measured on. */
  readonly tested?: (trial: TrialRow) => number;
}

const SUITE_METRICS: readonly SuiteMetric[] = [
  {
    ...{ metric: "test_error", unit: "%", better: "smaller", centre: "mean" },
    samples: (trials) => present(trials.map((trial) => trial.test_error_pct)),
    tested: (trial) => trial.test_images,
  },
  {
    ...{ metric: "validation_error", unit: "%", better: "smaller", centre: "mean" },
    samples: (trials) => present(trials.map((trial) => trial.validation_error_pct)),
    tested: (trial) => trial.validation_images,
  },
  {
    ...{ metric: "train_error", unit: "%", better: "smaller", centre: "mean" },
    samples: (trials) => present(trials.map((trial) => trial.train_error_pct)),
    tested: (trial) => trial.train_images,
  },
  {
    ...{ metric: "train_time", unit: "ms per 1000 images", better: "smaller", centre: "median" },
    samples: epochTimes,
  },
  {
    ...{ metric: "first_step", unit: "s", better: "smaller", centre: "median" },
    samples: (trials) => present(trials.map((trial) => trial.first_step_seconds)),
  },
  {
    ...{ metric: "peak_memory", unit: "bytes", better: "smaller", centre: "median" },
    samples: (trials) => present(trials.map((trial) => trial.peak_bytes)),
  },
];

/**
 * The metrics of a suite's run: for each variant those of its finished trials, and how many failed or have no row.
 *
 * @throws {UserError} The run has no trial or is a shard, or its commit is unknown.
 */
export function suiteMetrics(run: Run): HistoryRecord[] {
  const { environment, trials } = run;
  if (environment.plan.shard !== null) {
    const { number, of } = environment.plan.shard;
    throw new UserError(
      `Cannot add shard ${number}/${of} of a run: what the others lack would not show. Join them with "deno task ` +
        'merge", and add the joined run.',
    );
  }
  if (trials.length === 0) {
    throw new UserError(`Suite "${environment.suite}" has no trial to add. Run it again.`);
  }
  refuseUnknown(environment.commit);
  const byVariant = Map.groupBy(trials, ({ variant }) => variant);
  return variantsOf(run).flatMap((variant) => variantMetrics(run, variant, byVariant.get(variant.variant) ?? []));
}

/** Every variant once, in the order of the plan. */
function variantsOf({ variants }: Run): VariantRow[] {
  return [...new Map(variants.map((each) => [each.variant, each])).values()];
}

function variantMetrics(
  { environment, epochs }: Run,
  variant: VariantRow,
  trials: readonly TrialRow[],
): HistoryRecord[] {
  const { commit, started, suite, profile, plan } = environment;
  const planned = plan.seeds.length;
  const common = {
    schema: HISTORY_VERSION,
    commit,
    started,
    machine: machineClass(environment),
    suite,
    profile,
    variant: variant.variant,
    ...(planned > 0 && { planned }),
  } as const;
  const done = trials.filter(({ status }) => status === "done");
  const measured = SUITE_METRICS.flatMap(({ samples: read, tested, ...measure }): HistoryRecord[] => {
    const byTrial = done.map((trial) => read([trial], epochs.filter((epoch) => epoch.trial === trial.trial)));
    const samples = byTrial.flat();
    if (samples.length === 0) return [];
    const images = tested?.(done[0]!);
    return [{
      ...common,
      suite_version: trialVersion(done[0]!),
      ...measure,
      value: centreOf(samples, measure.centre),
      samples,
      ...(images !== undefined && { tested: images }),
      trials: byTrial.filter((own) => own.length > 0).length,
    }];
  });
  const counted = (metric: (typeof TRIAL_METRICS)[number], count: number): HistoryRecord => ({
    ...common,
    suite_version: planVersion(variant, environment),
    ...{ metric, unit: "trials", better: "smaller", centre: "sum" },
    value: count,
    samples: [count],
    trials: count,
  });
  const seeds = new Set(trials.map(({ seed }) => seed));
  return [
    ...measured,
    counted("failed_trials", trials.length - done.length),
    // A run that an older program started does not say what it planned.
    ...(planned > 0 ? [counted("missing_trials", plan.seeds.filter((seed) => !seeds.has(seed)).length)] : []),
  ];
}

/**
 * The metrics of a `timings.csv`: the time of every subject and contender, and the rate of every ceiling.
 *
 * @throws {UserError} Nothing was timed, or the run's commit is unknown.
 */
export function timingMetrics({ rows }: TimingRun): HistoryRecord[] {
  const timed = rows.filter((row) => row.rounds_ms !== "");
  const [first] = timed;
  if (first === undefined) throw new UserError("The run has no time to add. Run it again.");
  refuseUnknown(first.commit);
  return timed.map((row): HistoryRecord => {
    const { rounds, ...measured } = timing(row);
    const samples = rounds.map((sample) => Number(sample.toPrecision(6)));
    return {
      schema: HISTORY_VERSION,
      commit: row.commit,
      // The file does not say when the run began.
      started: first.finished,
      machine: `${adapterWords(row)} on ${row.machine}`,
      suite: "kernels",
      profile: row.profile,
      suite_version: checksum([row.profile, row.kind, row.subject, row.contender, row.batch, row.flops, row.bytes]),
      variant: `${row.kind} ${row.subject} ${row.contender}`,
      ...measured,
      value: centreOf(samples, measured.centre),
      samples,
    };
  });
}

function timing(row: TimingRow): Measured & { readonly rounds: readonly number[] } {
  const rounds = roundsOf(row);
  const work = row.flops ?? row.bytes;
  if (row.kind !== "ceiling" || work === null) {
    return { metric: "wall_time", unit: "ms", better: "smaller", centre: "median", rounds };
  }
  const unit = row.flops === null ? "GB/s" : "GFLOP/s";
  return { metric: "rate", unit, better: "larger", centre: "median", rounds: rounds.map((ms) => work / ms / 1e6) };
}

/** Milliseconds per 1,000 images, one value per epoch, without the first of each trial, which compiles the shaders. */
function epochTimes(trials: readonly TrialRow[], epochs: readonly EpochRow[]): number[] {
  const byTrial = Map.groupBy(epochs, ({ trial }) => trial);
  return trials.flatMap(({ trial, images_per_second, train_seconds }) => {
    const own = byTrial.get(trial) ?? [];
    const images = (images_per_second ?? 0) * (train_seconds ?? 0) / own.length;
    return images === 0
      ? []
      : own.filter(({ epoch }) => epoch > 1).map(({ seconds }) => Number((1e6 * seconds / images).toPrecision(6)));
  });
}

/** Versions of Deno and TensorFlow.js are left out, so that a history shows what they change. */
function trialVersion(trial: TrialRow): string {
  const { variant_sha256, dataset_sha256, profile, epochs, backend, kernels } = trial;
  const { train_images, validation_images, test_images } = trial;
  return checksum([
    variant_sha256,
    dataset_sha256,
    profile,
    epochs,
    train_images,
    validation_images,
    test_images,
    backend,
    kernels,
  ]);
}

/** From what is known of a variant without a trial, too. */
function planVersion(
  { variant, model, recipe, learning_rate, batch }: VariantRow,
  { profile, dataset_sha256, backend, kernels }: Run["environment"],
): string {
  return checksum([variant, model, recipe, learning_rate, batch, profile, dataset_sha256, backend, kernels]);
}

function checksum(parts: readonly (string | number | null)[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

/** The `value` of a record, from its samples. */
export function centreOf(samples: readonly number[], centre: HistoryRecord["centre"]): number {
  return { mean, median, sum }[centre]([...samples]);
}

function present(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}

function refuseUnknown(commit: string): void {
  if (commit !== "unknown") return;
  throw new UserError(
    'The run\'s commit is "unknown", and a history goes by commits. "deno task doctor" says why; then run the suite again.',
  );
}
