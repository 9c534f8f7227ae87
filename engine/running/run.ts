/**
 * Runs a plan: trial after trial, each one stored as it ends.
 *
 * @module
 */
import { collectGarbage } from "../../base/garbage.ts";
import { Stopwatch } from "../../base/stopwatch.ts";
import type { Dataset } from "../../data/dataset.ts";
import { describeAugmentation } from "../../data/distortion/augmentation.ts";
import { type Split, split } from "../../data/split.ts";
import { refuseWrongArithmetic } from "../../device/arithmetic_check.ts";
import { type Backend, DeviceFault } from "../../device/backend.ts";
import { commitNotice } from "../../device/commit.ts";
import { type Machine, readMachine, readVersions, type Versions } from "../../device/provenance.ts";
import { countModel, describeArchitecture } from "../../models/network/count.ts";
import { type Environment, ENVIRONMENT_VERSION, type PlanRecord } from "../../results/folder/environment.ts";
import { lockRun } from "../../results/folder/run_lock.ts";
import { createRun, readEnvironment, type TrialResult } from "../../results/folder/store.ts";
import { TABLES } from "../../results/rows/list.ts";
import type { VariantRow } from "../../results/rows/variants.ts";
import type { Variant } from "../../suites/suite.ts";
import { networksOf } from "../training/boosting/committee.ts";
import { passesOf, preparedImages } from "../training/images.ts";
import type { TrainingProgress } from "../training/training.ts";
import { describeTreatment } from "./describe_variant.ts";
import { allEpochsOf, epochsOf, type Plan, relativeWork, type Trial, usualEpochs } from "./plan.ts";
import { checkpointFile } from "./resume/checkpoint_file.ts";
import { type Rest, resumeRun } from "./resume/resume.ts";
import type { RunPart } from "./run_parts.ts";
import { sampleRows } from "./samples.ts";
import { runTrial } from "./trial.ts";
import { trialKey } from "./trial_key.ts";

/** A trial's state is saved at the end of an epoch, but not more often than this many seconds apart. */
export const CHECKPOINT_SECONDS = 10;

/** What {@linkcode runPlan} runs, on what, and where the results go. */
export interface RunOptions {
  /** The trials to run. */
  readonly plan: Plan;
  /** Images to train and test on. */
  readonly dataset: Dataset;
  /** Where the networks are computed; the caller stops it afterwards. */
  readonly backend: Backend;
  /** Folder of the run's files; must not contain a run yet, unless that is to be resumed. */
  readonly directory: string;
  /** Resumes the interrupted run in the folder, whose plan this is; left out: starts a run. */
  readonly resume?: { readonly retryFailed: boolean };
  /** {@linkcode CHECKPOINT_SECONDS} when left out; 0 saves at the end of every epoch. */
  readonly checkpointSeconds?: number;
  /** What a user types to repeat the run; for people. */
  readonly command: string;
  /** The same as data, see {@linkcode PlanRecord}; left out: it was not started by `deno task bench`. */
  readonly asked?: NonNullable<PlanRecord["options"]>;
  /** Adds up where the run's time goes; left out: nobody wants to know. */
  readonly stopwatch?: Stopwatch<RunPart>;
  /** Stops the run between two steps; finished trials are on the disk, and the current one as it was last saved. */
  readonly signal?: AbortSignal;
  /** Called again and again while a trial trains. */
  readonly onProgress?: (progress: RunProgress) => void;
  /** Called when shaders of a trial are about to be compiled, which may take long. */
  readonly onCompiling?: (position: TrialPosition) => void;
  /** Called with each trial that has ended and is on the disk. */
  readonly onTrial?: (result: TrialResult) => void;
  /** Told of what a user should know of the run's folder: locks taken over, rows removed, where a trial goes on. */
  readonly onNotice?: (sentence: string) => void;
}

/** Which trial a run is at. */
export interface TrialPosition {
  /** The current trial. */
  readonly trial: Trial;
  /** From 1. */
  readonly trialNumber: number;
  /** Number of trials in the run. */
  readonly trials: number;
}

/** How far a run is. */
export interface RunProgress extends TrialPosition {
  /** Number of epochs in a trial. */
  readonly epochs: number;
  /** How far the current trial is. */
  readonly training: TrainingProgress;
  /** Images trained on a second in this trial so far, without the time for compiling shaders. */
  readonly imagesPerSecond: number;
  /**
   * Of the whole run, without the time for compiling shaders. Trials are compared by {@linkcode relativeWork}, so it is
   * rough until some have ended.
   */
  readonly secondsLeft: number;
}

/** How a run ended. */
export interface RunSummary {
  /** Number of trials that finished. */
  readonly done: number;
  /** Number of trials that failed. */
  readonly failed: number;
  /** True when the signal ended the run early. */
  readonly interrupted: boolean;
  /** How the device was lost, when that ended the run early. */
  readonly lost?: string;
}

/**
 * Runs every trial of the plan, or those that an interrupted run has not finished, and writes the run's folder. A lost
 * device ends the run, and the current trial is left as it was last saved; any other fault fails its trial alone.
 *
 * @throws {UserError} when the adapter computes wrong numbers, the data set has too few images for the profile, or the
 * folder can't be written, is written to by another process, or contains a run of another kind than the one to resume.
 */
export async function runPlan(options: RunOptions): Promise<RunSummary> {
  const { plan, backend, dataset, directory, resume, signal, onNotice: say = () => {} } = options;
  const { stopwatch = new Stopwatch() } = options;
  const interrupted = resume && { ...resume, environment: readEnvironment(directory) };
  if (backend.name === "webgpu") await stopwatch.time("set-up", () => refuseWrongArithmetic(backend));
  const versions = await readVersions();
  const images = preparedImages(stopwatch.time("data", () => split(dataset, plan.profile)));
  const description = {
    environment: describeRun(options, { versions, machine: readMachine() }),
    variants: plan.variants.map((variant) => describeVariant(plan, variant)),
    samples: stopwatch.time("data", () => sampleRows(plan.suite, { variants: plan.variants, images })),
  };
  using lock = lockRun(directory);
  const unknownCommit = await commitNotice();
  if (unknownCommit !== undefined) say(`Note: ${unknownCommit}`);
  if (lock.notice) say(lock.notice);
  const saved = checkpointFile(directory, say);
  const context = {
    plan,
    dataset,
    images,
    backend,
    versions,
    stopwatch,
    ...(signal && { signal }),
    checkpoints: { everySeconds: options.checkpointSeconds ?? CHECKPOINT_SECONDS, save: saved.save },
  };
  const { store, trials, from }: Rest = interrupted
    ? resumeRun(directory, {
      ...interrupted,
      plan,
      description,
      backend,
      keyOf: (trial) => trialKey(trial, context),
      saved,
      say,
    })
    : { store: createRun(directory, description), trials: plan.trials };
  const finishedBefore = plan.trials.length - trials.length;
  const summary = { done: 0, failed: 0 };
  const clock = progressClock(plan, trials);
  for (const [index, trial] of trials.entries()) {
    if (signal?.aborted) break;
    const report = clock.start(trial);
    const position = { trial, trialNumber: finishedBefore + index + 1, trials: plan.trials.length };
    try {
      const result = await runTrial(trial, {
        ...context,
        ...(index === 0 && from && { from }),
        onProgress: (training) =>
          options.onProgress?.({
            ...position,
            epochs: allEpochsOf(plan, trial.variant),
            training,
            ...report(training, images(trial.variant)),
          }),
        onCompiling: () => options.onCompiling?.(position),
      });
      const lost = lossOf(backend);
      // Not recorded: such a trial has not failed, it goes on from its checkpoint.
      if (lost !== undefined && result.trial.status === "failed") return { ...summary, interrupted: false, lost };
      store.append(result);
      saved.remove();
      summary[result.trial.status]++;
      // Between trials, where nothing is timed.
      collectGarbage();
      options.onTrial?.(result);
    } catch (error) {
      if (!signal?.aborted || error !== signal.reason) throw error;
    }
    const lost = lossOf(backend);
    if (lost !== undefined) return { ...summary, interrupted: false, lost };
  }
  return { ...summary, interrupted: signal?.aborted ?? false };
}

function lossOf(backend: Backend): string | undefined {
  try {
    backend.check();
  } catch (error) {
    if (error instanceof DeviceFault && error.lost) return error.message;
    throw error;
  }
}

/** Rates, and the time left for `trials`, from the work that this process has done so far. */
function progressClock(plan: Plan, trials: readonly Trial[]) {
  const runStarted = performance.now();
  const workOf = ({ variant }: Trial) => relativeWork(variant) * allEpochsOf(plan, variant);
  let workAfter = trials.reduce((sum, trial) => sum + workOf(trial), 0);
  let done = 0;
  let compileSeconds = 0;
  return {
    start(trial: Trial) {
      const trialStarted = performance.now();
      const work = workOf(trial);
      workAfter -= work;
      const doneBefore = done;
      const compiledBefore = compileSeconds;
      return ({ images, imagesBefore, compileSeconds: compiled }: TrainingProgress, { train }: Split) => {
        compileSeconds = compiledBefore + compiled;
        const imagesInAll = train.count * passesOf(trial.variant) * allEpochsOf(plan, trial.variant);
        done = doneBefore + work * (images - imagesBefore) / imagesInAll;
        const workLeft = workAfter + work * (1 - images / imagesInAll);
        const now = performance.now();
        return {
          imagesPerSecond: (images - imagesBefore) / ((now - trialStarted) / 1000 - compiled),
          secondsLeft: ((now - runStarted) / 1000 - compileSeconds) * workLeft / done,
        };
      };
    },
  };
}

function describeVariant(plan: Plan, variant: Variant): VariantRow {
  const [epochs, usual] = [epochsOf(plan, variant), usualEpochs(plan, variant)];
  const otherLength = epochs === usual ? [] : [`${epochs} passes in place of the profile's ${usual}`];
  const networks = networksOf(variant);
  const { parameters, connections, macs } = countModel(variant.model);
  const times = networks === 1 ? "" : `${networks} times `;
  return {
    schema: TABLES.variants.version,
    suite: plan.suite.id,
    variant: variant.id,
    title: variant.title,
    model: variant.model.id,
    model_title: `${times}${variant.model.title}`,
    architecture: `${times}${describeArchitecture(variant.model)}`,
    parameters: networks * parameters,
    connections: networks * connections,
    macs: networks * macs,
    recipe: variant.recipe.id,
    recipe_title: variant.recipe.title,
    learning_rate: variant.learningRate,
    learning_rate_source: variant.learningRateSource,
    batch: variant.recipe.batch,
    published: variant.published ?? "",
    departures: variant.published === undefined
      ? []
      : [...otherLength, ...variant.departures, ...variant.recipe.departures],
    augmentation: variant.augmentation === undefined ? "" : describeAugmentation(variant.augmentation),
    data: describeTreatment(variant.data),
    baseline: variant.baseline ?? "",
  };
}

function describeRun(
  { plan, dataset, backend, command, asked }: RunOptions,
  { versions, machine }: { versions: Versions; machine: Machine },
): Environment {
  return {
    schema: ENVIRONMENT_VERSION,
    suite: plan.suite.id,
    suite_title: plan.suite.title,
    question: plan.suite.question,
    judged_on: plan.suite.judgedOn,
    profile: plan.profileName,
    command,
    started: new Date().toISOString(),
    dataset: dataset.id,
    dataset_title: dataset.title,
    dataset_sha256: dataset.sha256,
    dataset_notice: dataset.notice ?? "",
    backend: backend.name,
    adapter: backend.adapter.name,
    api: backend.adapter.api,
    adapter_kind: backend.adapter.kind,
    adapter_vendor: backend.adapter.vendor,
    adapter_architecture: backend.adapter.architecture,
    features: [...backend.adapter.features],
    limits: { ...backend.adapter.limits },
    kernels: backend.kernels,
    lanes: backend.lanes,
    os: machine.os,
    cpu: machine.cpu,
    cpu_threads: machine.cpuThreads,
    reach_train_error_pct: plan.suite.measures?.reachTrainErrorPct ?? null,
    deno: versions.deno,
    v8: versions.v8,
    tfjs: versions.tfjs,
    program: versions.program,
    commit: versions.commit,
    plan: { seeds: [...plan.seeds], shard: plan.shard ?? null, options: asked ?? null },
  };
}
