/**
 * Runs one trial: builds the network, trains, evaluates, and returns the rows to be stored.
 *
 * @module
 */
import type { ImageSet } from "../../data/dataset.ts";
import type { Split } from "../../data/split.ts";
import { type Backend, DeviceFault, faultOf } from "../../device/backend.ts";
import { watchFallbacks } from "../../device/kernel_set.ts";
import { countModel } from "../../models/network/count.ts";
import type { TrialResult } from "../../results/folder/store.ts";
import { lossesText } from "../../results/rows/epochs.ts";
import type { GradientRow } from "../../results/rows/gradients.ts";
import { TABLES } from "../../results/rows/list.ts";
import { buildCommittee, type Committee, networksOf } from "../training/boosting/committee.ts";
import { trainBoosted } from "../training/boosting/train_boosted.ts";
import { buildNetwork } from "../training/build_network.ts";
import { answer, evaluations, type SureMistake, sureMistakes } from "../training/evaluate.ts";
import { type GradientNorm, gradientNorms } from "../training/gradient_norms.ts";
import { passesOf } from "../training/images.ts";
import { largestBatch } from "../training/largest_batch.ts";
import type { EpochResult } from "../training/saved_state.ts";
import { pixelValues } from "../training/step_size.ts";
import { runSweeps, type SweepResult } from "../training/sweeps.ts";
import { train } from "../training/train.ts";
import { TrainingFailure, type TrainingOptions, type TrainingResult } from "../training/training.ts";
import { weightsSha256 } from "../training/weights.ts";
import { epochsOf, type Trial } from "./plan.ts";
import type { Checkpoint } from "./resume/checkpoint.ts";
import type { TrialContext } from "./trial_context.ts";
import { checkpointKey, type TrialKey, trialKey } from "./trial_key.ts";

/** What {@linkcode runTrial} measured, before it is written into a row. */
interface Outcome {
  readonly training: TrainingResult;
  readonly testMistakes: readonly SureMistake[] | undefined;
  readonly compileSeconds: number;
  /** On validation and test images, during the training too. */
  readonly evaluateSeconds: number;
  readonly weights: string;
  readonly sweeps: readonly SweepResult[];
  readonly gradients: readonly MomentNorm[];
}

type MomentNorm = GradientNorm & Pick<GradientRow, "moment">;

/**
 * Runs `trial`, or what is left of it.
 *
 * A failure of the training or of the device becomes a row with status `failed`; an abort by the context's signal, or
 * a mistake in the program, is thrown.
 *
 * @param context.from The trial's own checkpoint: it goes on from there, and ends as if it had never stopped.
 */
export async function runTrial(
  trial: Trial,
  context: TrialContext & { readonly from?: Checkpoint },
): Promise<TrialResult> {
  const images = context.stopwatch.time("data", () => context.images(trial.variant));
  const key = trialKey(trial, context);
  const networks = buildCommittee(trial.variant, { seed: trial.seed, backend: context.backend });
  const epochs: EpochResult[] = [...context.from?.epochs ?? []];
  const fallbacks = watchFallbacks(context.backend);
  const { lanes } = context.backend;
  try {
    const outcome = await measure(trial, networks, { key, images, context, onEpoch: (epoch) => epochs.push(epoch) });
    return rows(trial, outcome, { key, images, epochs, lanes, fallbackKernels: fallbacks() });
  } catch (error) {
    const failure = await failureBehind(error, context.backend);
    if (failure === undefined) throw error;
    const told = { key, images, epochs, lanes, fallbackKernels: fallbacks() };
    // The search for a batch that fits needs the memory.
    networks.dispose();
    return rows(trial, await batchBehind(failure, { trial, images, context }) ?? failure, told);
  } finally {
    networks.dispose();
  }
}

/**
 * The failure to be recorded, if `error` is one. A fault of the device comes first: TensorFlow.js stumbles over a lost
 * device with errors of its own, and computes nonsense after a failed shader.
 */
async function failureBehind(error: unknown, backend: Backend): Promise<Error | undefined> {
  const failure = await faultOf(backend) ?? error;
  return failure instanceof TrainingFailure || failure instanceof DeviceFault ? failure : undefined;
}

/** Says what batch would have fitted, where `failure` is of one that does not; the device is renewed then. */
async function batchBehind(
  failure: Error,
  { trial: { variant, seed }, images, context: { backend, signal } }: {
    trial: Trial;
    images: Split;
    context: TrialContext;
  },
): Promise<DeviceFault | undefined> {
  if (!(failure instanceof DeviceFault) || failure.lost) return undefined;
  const largest = await largestBatch(variant, {
    build: () => buildNetwork(variant, { seed, backend }),
    set: images.train,
    backend,
    ...(signal && { signal }),
  });
  if (largest === undefined) return undefined;
  return new DeviceFault(
    `A batch of ${variant.recipe.batch} images does not fit the device, ${largest} is the largest found that does: ` +
      failure.message,
  );
}

async function measure(
  trial: Trial,
  networks: Committee,
  { key, images, context, onEpoch }: {
    key: TrialKey;
    images: Split;
    context: TrialContext & { readonly from?: Checkpoint };
    onEpoch: (epoch: EpochResult) => void;
  },
): Promise<Outcome> {
  const { variant, seed } = trial;
  const { plan, backend, stopwatch, signal, onProgress, checkpoints, from } = context;
  // The first run is slower on the cpu backend, too, but compiles no shader.
  const hasShaders = backend.name === "webgpu";
  const onCompiling = hasShaders ? context.onCompiling : undefined;
  const { judgedOn, measures: { sweeps = [], gradientNorms: measuresNorms = false, testErrorByEpoch = false } = {} } =
    plan.suite;
  const values = pixelValues(variant.recipe.pixels);
  const norms = async (moment: MomentNorm["moment"]): Promise<MomentNorm[]> => {
    if (!measuresNorms) return [];
    const measured = await gradientNorms(networks.members[0], images.train, { loss: variant.recipe.loss, values });
    return measured.map((norm) => ({ ...norm, moment }));
  };
  const runs = evaluations(onCompiling);
  const before = from?.gradients ?? await norms("start");
  const options: TrainingOptions = {
    recipe: variant.recipe,
    learningRate: variant.learningRate,
    epochs: epochsOf(plan, variant),
    passes: passesOf(variant),
    seed,
    ...(variant.augmentation && { augmentation: variant.augmentation }),
    backend,
    ...(images.validation.count > 0 && { validation: images.validation }),
    ...(testErrorByEpoch && judgedOn === "test" && { test: images.test }),
    evaluations: runs,
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
    ...(onCompiling && { onCompiling }),
    onEpoch,
    ...(from && { from }),
    ...(checkpoints && {
      saving: {
        everySeconds: checkpoints.everySeconds,
        save: (state) => checkpoints.save({ ...state, key: checkpointKey(key), gradients: before }),
      },
    }),
  };
  const { boosting } = variant;
  const training = await stopwatch.time(
    "train",
    () =>
      boosting
        ? trainBoosted(networks, images.train, { ...options, boosting })
        : train(networks.members[0], images.train, options),
  );
  const evaluation = { values, runs, trainingBatch: variant.recipe.batch };
  const started = performance.now();
  const testMistakes = judgedOn === "test"
    ? sureMistakes(images.test, await stopwatch.time("evaluate", () => answer(networks, images.test, evaluation)))
    : undefined;
  const evaluateSeconds = training.validationSeconds + (performance.now() - started) / 1000;
  const compiledBefore = runs.compileSeconds;
  const swept = await stopwatch.time("sweeps", () => runSweeps(networks, images.test, { sweeps, ...evaluation }));
  stopwatch.move(training.validationSeconds - (from?.validationSeconds ?? 0), { from: "train", to: "evaluate" });
  if (hasShaders) {
    stopwatch.move(training.compileSeconds - (from?.compileSeconds ?? 0), { from: "train", to: "compile" });
    stopwatch.move(compiledBefore, { from: "evaluate", to: "compile" });
    stopwatch.move(runs.compileSeconds - compiledBefore, { from: "sweeps", to: "compile" });
  }
  const compileSeconds = hasShaders ? training.compileSeconds + runs.compileSeconds : 0;
  const weights = await weightsSha256(networks);
  // Last: a training-time pass moves the running statistics of batch normalisation.
  const gradients = [...before, ...await norms("end")];
  // Errors of the last work are still on their way.
  const fault = await faultOf(backend);
  if (fault) throw fault;
  return { training, testMistakes, compileSeconds, evaluateSeconds, weights, sweeps: swept, gradients };
}

function rows(
  trial: Trial,
  outcome: Outcome | Error,
  { key, images, epochs, lanes, fallbackKernels }: {
    key: TrialKey;
    images: Split;
    epochs: readonly EpochResult[];
    lanes: number;
    fallbackKernels: string;
  },
): TrialResult {
  const { variant } = trial;
  const failed = outcome instanceof Error;
  const training = failed ? undefined : outcome.training;
  // The one whose weights are judged.
  const last = training?.epochs.at((training.bestEpoch ?? training.epochs.length) - 1);
  const trainSeconds = training?.epochs.reduce((sum, { seconds }) => sum + seconds, 0);
  const testMistakes = failed ? undefined : outcome.testMistakes;
  const arm = {
    trial: key.trial,
    suite: key.suite,
    variant: key.variant,
    seed: key.seed,
  } as const;
  return {
    trial: {
      schema: TABLES.trials.version,
      ...key,
      model: variant.model.id,
      recipe: variant.recipe.id,
      status: failed ? "failed" : "done",
      reason: failed ? outcome.message : "",
      parameters: networksOf(variant) * countModel(variant.model).parameters,
      batch: variant.recipe.batch,
      learning_rate: variant.learningRate,
      train_loss: last?.trainLoss ?? null,
      train_error_pct: last?.trainErrorPct ?? null,
      validation_errors: last?.validationErrors ?? null,
      validation_error_pct: percentage(last?.validationErrors, images.validation),
      test_errors: testMistakes?.length ?? null,
      test_error_pct: percentage(testMistakes?.length, images.test),
      train_seconds: trainSeconds ?? null,
      first_step_seconds: training?.firstStepSeconds ?? null,
      evaluate_seconds: failed ? null : outcome.evaluateSeconds,
      images_per_second: training && trainSeconds
        ? images.train.count * passesOf(variant) * training.epochs.length / trainSeconds
        : null,
      peak_bytes: training?.peakBytes ?? null,
      weights_sha256: failed ? "" : outcome.weights,
      finished: new Date().toISOString(),
      best_epoch: training?.bestEpoch ?? null,
      fallback_kernels: fallbackKernels,
      lanes,
      compile_seconds: failed ? null : outcome.compileSeconds,
    },
    epochs: epochs.map((epoch) => ({
      schema: TABLES.epochs.version,
      ...arm,
      epoch: epoch.epoch,
      learning_rate: epoch.learningRate,
      train_loss: epoch.trainLoss,
      train_error_pct: epoch.trainErrorPct,
      validation_error_pct: percentage(epoch.validationErrors, images.validation),
      seconds: epoch.seconds,
      test_error_pct: percentage(epoch.testErrors, images.test),
      network: epoch.network ?? 1,
      filtered_patterns: epoch.filteredPatterns ?? null,
      first_losses: lossesText(epoch.firstLosses ?? []),
    })),
    errors: (testMistakes ?? []).map(({ index, trueLabel, predicted, margin }) => ({
      schema: TABLES.errors.version,
      ...arm,
      test_index: images.testPositions[index]!,
      true_label: trueLabel,
      predicted,
      margin,
    })),
    sweeps: (failed ? [] : outcome.sweeps).map((result) => ({ schema: TABLES.sweeps.version, ...arm, ...result })),
    gradients: (failed ? [] : outcome.gradients).map((norm) => ({ schema: TABLES.gradients.version, ...arm, ...norm })),
  };
}

function percentage(errors: number | undefined, { count }: ImageSet): number | null {
  return errors === undefined ? null : 100 * errors / count;
}
