/**
 * What a run adds to a history: its metrics, with what makes them comparable.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { mean, median } from "simple-statistics";
import { UserError } from "../../base/errors.ts";
import type { Run } from "../folder/store.ts";
import { machineClass } from "../regression/machine.ts";
import type { EpochRow } from "../rows/epochs.ts";
import { roundsOf, type TimingRow, type TimingRun } from "../rows/timings.ts";
import type { TrialRow } from "../rows/trials.ts";
import { HISTORY_VERSION, type HistoryRecord } from "./store.ts";

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
 * The metrics of a suite's run, over the finished trials of each variant.
 *
 * @throws {UserError} No trial finished, or the run's commit is unknown.
 */
export function suiteMetrics({ environment, trials, epochs }: Run): HistoryRecord[] {
  const done = [...Map.groupBy(trials.filter(({ status }) => status === "done"), ({ variant }) => variant).values()];
  if (done.length === 0) {
    throw new UserError(`Suite "${environment.suite}" has no finished trial to add. Run it again.`);
  }
  refuseUnknown(environment.commit);
  return done.flatMap((own) =>
    SUITE_METRICS.flatMap(({ samples: read, tested, ...measured }): HistoryRecord[] => {
      const ids = new Set(own.map(({ trial }) => trial));
      const samples = read(own, epochs.filter(({ trial }) => ids.has(trial)));
      const images = tested?.(own[0]!);
      if (samples.length === 0) return [];
      return [{
        schema: HISTORY_VERSION,
        commit: environment.commit,
        started: environment.started,
        machine: machineClass(environment),
        suite: environment.suite,
        profile: environment.profile,
        suite_version: trialVersion(own[0]!),
        variant: own[0]!.variant,
        ...measured,
        value: centreOf(samples, measured.centre),
        samples,
        ...(images !== undefined && { tested: images }),
      }];
    })
  );
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
      machine: `${row.adapter} on ${row.machine}`,
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

function checksum(parts: readonly (string | number | null)[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

/** The `value` of a record, from its samples. */
export function centreOf(samples: readonly number[], centre: HistoryRecord["centre"]): number {
  return centre === "mean" ? mean([...samples]) : median([...samples]);
}

function present(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}

function refuseUnknown(commit: string): void {
  if (commit !== "unknown") return;
  throw new UserError(
    'The run\'s commit is "unknown", and a history goes by commits. Run the suite from a checkout, with git.',
  );
}
