/**
 * Invented runs for tests, built through the schemas that guard the real files. Not part of the library.
 *
 * @module
 */
import type { z } from "zod";
import type { RowSchema } from "../base/csv/csv.ts";
import { type Published, publishedRow } from "../data/published.ts";
import { DECISIVE_OF_TRIALS, fieldsOf } from "./folder/decisive_fields.ts";
import { environment, ENVIRONMENT_VERSION } from "./folder/environment.ts";
import type { Run } from "./folder/store.ts";
import { type EpochRow, epochRow } from "./rows/epochs.ts";
import { type ErrorRow, errorRow } from "./rows/errors.ts";
import { type GpuTimingRow, gpuTimingRow } from "./rows/gpu_timings.ts";
import { type GradientRow, gradientRow } from "./rows/gradients.ts";
import { TABLES } from "./rows/list.ts";
import { type SampleRow, sampleRow } from "./rows/samples.ts";
import { type SweepRow, sweepRow } from "./rows/sweeps.ts";
import { roundColumns, type TimingRow, timingRow } from "./rows/timings.ts";
import { type TrialRow, trialRow } from "./rows/trials.ts";
import { type VariantRow, variantRow } from "./rows/variants.ts";

/** One arm of an invented run: its trials' test errors (of 10,000) by seed, null for a failed trial. */
export interface FakeArm {
  readonly variant?: Partial<VariantRow>;
  readonly testErrors: readonly (number | null)[];
}

/** What an invented run is asked to be. */
export interface FakeRun {
  readonly arms?: readonly FakeArm[];
  readonly environment?: Partial<Run["environment"]>;
  /** Columns that all trials share. */
  readonly trial?: Partial<TrialRow>;
  readonly firstSeed?: number;
}

const CHECKSUM = "ab".repeat(32);

const MACHINE = {
  backend: "webgpu",
  adapter: "llvmpipe (LLVM 15.0.6, 256 bits)",
  adapter_kind: "software",
  api: "",
  kernels: "stock",
  lanes: 1,
  deno: "2.9.6",
  tfjs: "4.22.0",
  commit: "0123abc",
} as const;

/** A run of the given arms, three epochs per trial. */
export function fakeRun({ arms = [{ testErrors: [90, 100, 110] }], ...options }: FakeRun = {}): Run {
  const told = environment.parse({
    schema: ENVIRONMENT_VERSION,
    suite: "fake",
    suite_title: "A suite of invented numbers",
    question: "Do reports say what the rows say?",
    judged_on: "test",
    profile: "paper",
    command: "deno task bench fake --profile paper",
    started: "2024-01-02T03:04:05Z",
    dataset: "mnist",
    dataset_title: "MNIST",
    dataset_sha256: CHECKSUM,
    dataset_notice: "",
    adapter_vendor: "mesa",
    adapter_architecture: "",
    features: ["timestamp-query"],
    limits: { maxBufferSize: 2147483648 },
    os: "linux x86_64",
    cpu: "Invented CPU at 2 GHz",
    cpu_threads: 2,
    reach_train_error_pct: null,
    v8: "14.0.1",
    program: "0.1.0",
    plan: { seeds: [], shard: null, options: null },
    ...MACHINE,
    ...options.environment,
  });
  const trained = arms.map((arm) => fakeArm(arm, { ...options, environment: told }));
  return {
    environment: told,
    variants: trained.map(({ variant }) => variant),
    trials: trained.flatMap(({ trials }) => trials),
    epochs: trained.flatMap(({ epochs }) => epochs),
    errors: trained.flatMap(({ errors }) => errors),
    sweeps: trained.flatMap(({ sweeps }) => sweeps),
    gradients: trained.flatMap(({ gradients }) => gradients),
    samples: trained.map(({ variant }) => fakeSample(variant)),
    notices: [],
  };
}

function fakeArm(
  arm: FakeArm,
  options: Pick<FakeRun, "trial" | "firstSeed"> & Pick<Run, "environment">,
) {
  const variant = variantRow.parse({
    schema: TABLES.variants.version,
    suite: options.environment.suite,
    variant: "small-modern",
    title: "Small, modern",
    model: "small",
    model_title: "784-10",
    architecture: "28x28 - dense 10",
    parameters: 7850,
    connections: 7850,
    macs: 7840,
    recipe: "modern",
    recipe_title: "softmax, cross entropy",
    learning_rate: 0.1,
    learning_rate_source: "validation split",
    batch: 128,
    published: "",
    departures: [],
    augmentation: "",
    data: "",
    baseline: "",
    ...arm.variant,
  });
  const trials = arm.testErrors.map((testErrors, index) =>
    fakeTrial(variant, {
      ...options,
      testErrors,
      seed: (options.firstSeed ?? 1) + index,
    })
  );
  const done = trials.filter((trial) => trial.status === "done");
  return {
    variant,
    trials,
    epochs: done.flatMap(fakeEpochs),
    errors: done.flatMap(fakeErrors),
    sweeps: done.flatMap(fakeSweeps),
    gradients: done.flatMap(fakeGradients),
  };
}

function fakeTrial(
  variant: VariantRow,
  { testErrors, seed, environment, trial }: {
    readonly testErrors: number | null;
    readonly seed: number;
    readonly environment: Run["environment"];
    readonly trial?: Partial<TrialRow>;
  },
): TrialRow {
  const done = testErrors !== null;
  const { test_images = 10000, validation_images = 0, validation_errors = null } = trial ?? {};
  return trialRow.parse({
    schema: TABLES.trials.version,
    trial: `${environment.suite}/${variant.variant}/${seed}`,
    variant: variant.variant,
    model: variant.model,
    recipe: variant.recipe,
    seed,
    status: done ? "done" : "failed",
    reason: done ? "" : "The loss is not a number",
    parameters: variant.parameters,
    train_images: 60000,
    validation_images,
    test_images,
    epochs: 3,
    batch: variant.batch,
    learning_rate: variant.learning_rate,
    train_loss: done ? 0.2 : null,
    train_error_pct: done ? 2 * (1 + seed / 10) : null,
    validation_errors,
    validation_error_pct: validation_errors === null ? null : 100 * validation_errors / validation_images,
    test_errors: testErrors,
    test_error_pct: done ? 100 * testErrors / test_images : null,
    train_seconds: done ? 180 / seed : null,
    first_step_seconds: done ? 1.5 : null,
    evaluate_seconds: done ? 2 : null,
    images_per_second: done ? 1000 * seed : null,
    peak_bytes: done ? 3 * 2 ** 20 : null,
    weights_sha256: done ? seed.toString(16).padStart(64, "0") : "",
    ...fieldsOf(environment, DECISIVE_OF_TRIALS),
    lanes: environment.lanes,
    finished: "2024-01-02T03:14:05Z",
    best_epoch: null,
    variant_sha256: "",
    fallback_kernels: "",
    compile_seconds: done ? 1.25 : null,
    ...trial,
  });
}

/** Training error 8, 4, 2 per cent, a tenth more for every seed. */
function fakeEpochs({ trial, suite, variant, seed, learning_rate }: TrialRow): EpochRow[] {
  return [8, 4, 2].map((error, index) =>
    epochRow.parse({
      schema: TABLES.epochs.version,
      trial,
      suite,
      variant,
      seed,
      epoch: index + 1,
      learning_rate,
      train_loss: error / 10,
      train_error_pct: error * (1 + seed / 10),
      validation_error_pct: null,
      seconds: 30,
      test_error_pct: null,
      network: 1,
      filtered_patterns: null,
      first_losses: "",
    })
  );
}

/**
 * Of ten misclassified digits, six are 4 -> 9, three 9 -> 4 and one 7 -> 2. Two thirds are the first of the test set,
 * one third the first of its second half.
 */
function fakeErrors({ trial, suite, variant, seed, test_errors }: TrialRow): ErrorRow[] {
  const count = test_errors ?? 0;
  const inFirstHalf = Math.min(5_000, Math.ceil(2 * count / 3));
  return Array.from({ length: count }, (_, index) => {
    const [true_label, predicted] = index % 10 < 6 ? [4, 9] : index % 10 < 9 ? [9, 4] : [7, 2];
    return errorRow.parse({
      schema: TABLES.errors.version,
      trial,
      suite,
      variant,
      seed,
      test_index: index < inFirstHalf ? index : 5_000 + index - inFirstHalf,
      true_label,
      predicted,
      margin: (index % 10) / 4,
    });
  });
}

/** Shifted by 0, 2 and 4 pixels: 1, 10 and 40 per cent errors, as many more as the seed. */
function fakeSweeps({ trial, suite, variant, seed }: TrialRow): SweepRow[] {
  return [[0, 10], [2, 100], [4, 400]].map(([amount, errors]) =>
    sweepRow.parse({
      schema: TABLES.sweeps.version,
      trial,
      suite,
      variant,
      seed,
      sweep: "shift",
      amount,
      images: 1000,
      errors: errors! + seed,
    })
  );
}

/** A first layer whose gradient is a tenth of the last one's at the start and a fifth at the end. */
function fakeGradients({ trial, suite, variant, seed }: TrialRow): GradientRow[] {
  const parameters = [["F1/weights", 0.1, 0.2], ["F1/biases", 3, 3], ["output/weights", 1, 1]] as const;
  return parameters.flatMap(([parameter, ...factors], position) =>
    (["start", "end"] as const).map((moment, index) =>
      gradientRow.parse({
        schema: TABLES.gradients.version,
        trial,
        suite,
        variant,
        seed,
        moment,
        parameter,
        position,
        rms: factors[index]! * 0.01 * seed / (1 + index),
      })
    )
  );
}

function fakeSample({ suite, variant }: VariantRow): SampleRow {
  const pixels = "00ff80ff";
  return sampleRow.parse({
    schema: TABLES.samples.version,
    suite,
    variant,
    sample: 0,
    label: 4,
    height: 2,
    width: 2,
    pixels,
  });
}

/** `row` with every text changed that its schema does not restrict, except the columns of `keep`. */
export function withTexts<S extends RowSchema>(
  schema: S,
  row: z.infer<S>,
  { change, keep = [] }: {
    readonly change: (text: string, column: string) => string;
    readonly keep?: readonly string[];
  },
): z.infer<S> {
  return Object.entries(row).reduce((changed, [column, text]) => {
    if (typeof text !== "string" || keep.includes(column)) return changed;
    const tried = schema.safeParse({ ...changed, [column]: change(text, column) });
    return tried.success ? tried.data : changed;
  }, row);
}

/** A published test error on MNIST, or what `columns` say. */
export function fakePublished(columns: Partial<Published> & Pick<Published, "id" | "value">): Published {
  return publishedRow.parse({
    system: "Net",
    dataset: "mnist",
    metric: "test_error_pct",
    unit: "%",
    train_images: 60000,
    test_images: 10000,
    source: "Paper 1998, Fig. 9",
    protocol: "",
    evidence: "paper",
    ...columns,
  });
}

/** An invented row of `timings.csv`: a step of 784-10 in the given rounds, or what the other columns say. */
export function fakeTiming(
  { rounds, ...columns }: Partial<TimingRow> & { readonly rounds: readonly number[] },
): TimingRow {
  return timingRow.parse({
    schema: TABLES.timings.version,
    profile: "quick",
    kind: "step",
    subject: "fc-784-10",
    title: "784-10",
    contender: "tuned",
    batch: 128,
    ...(rounds.length === 0 ? { wall_ms: null, rounds_ms: "" } : roundColumns(rounds)),
    runs: rounds.length === 0 ? null : 10,
    gpu_ms: null,
    first_ms: null,
    dispatches: null,
    flops: null,
    bytes: null,
    difference: null,
    note: "",
    adapter: MACHINE.adapter,
    adapter_kind: MACHINE.adapter_kind,
    api: MACHINE.api,
    machine: "linux x86_64, Invented CPU at 2 GHz, 2 threads",
    versions: "lenet-bench 0.1.0",
    commit: MACHINE.commit,
    finished: "2024-01-02T03:14:05Z",
    cpu_ms: null,
    cpu_rounds_ms: "",
    compile_ms: null,
    lanes: null,
    driver: "",
    ...columns,
  });
}

/** An invented row of `gpu_timings.csv`: a step of 784-10 in the given rounds, or what the other columns say. */
export function fakeGpuTiming(
  { rounds, ...columns }: Partial<GpuTimingRow> & { readonly rounds: readonly number[] },
): GpuTimingRow {
  return gpuTimingRow.parse({
    schema: TABLES.gpuTimings.version,
    profile: "quick",
    kind: "phase",
    subject: "fc-784-10",
    title: "784-10",
    layer: "",
    layer_kind: "",
    times: 1,
    phase: "none",
    contender: "tuned",
    batch: 1,
    ...(rounds.length === 0 ? { wall_ms: null, rounds_ms: "" } : roundColumns(rounds)),
    runs: rounds.length === 0 ? null : 10,
    gpu_ms: null,
    dispatches: null,
    shaders: null,
    flops: null,
    bytes: null,
    parameters: null,
    macs: null,
    activation_bytes: null,
    peak_bytes: null,
    difference: null,
    note: rounds.length === 0 ? "Not here" : "",
    adapter: MACHINE.adapter,
    adapter_kind: MACHINE.adapter_kind,
    api: MACHINE.api,
    machine: "linux x86_64, Invented CPU at 2 GHz, 2 threads",
    versions: "lenet-bench 0.1.0",
    commit: MACHINE.commit,
    finished: "2024-01-02T03:14:05Z",
    ...columns,
  });
}
