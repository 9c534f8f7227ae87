/**
 * What an epoch's steps add up to, and when a training is given up.
 *
 * @module
 */
import type { ImageSet } from "../../data/dataset.ts";
import type { Network } from "../../models/network/network.ts";
import { type EvaluationOptions, mistakes, predict } from "./evaluate.ts";
import { type EpochResult, FIRST_STEPS } from "./saved_state.ts";
import type { StepMetrics } from "./step/step.ts";
import { TrainingFailure } from "./training.ts";

/**
 * When a training at chance is given up: from so many steps and images on, if its errors are at least this share of
 * those that always giving the commonest answer makes.
 *
 * A network can stay at chance for some hundred steps before it starts to learn (in the committed runs for up to about
 * 2,000), so it is given time, and less of it at the end, when it has no more. A few steps or images, as in a check
 * that everything runs, say nothing. Of the committed trials, those that learned anything ended at 0.92 of chance or
 * less, and those that did not at 1.00 (`epoch_test.ts`).
 */
const GIVEN_UP = { images: 1000, before: { steps: 2000, share: 1 }, atEnd: { steps: 40, share: 0.95 } };

/**
 * Adds up the steps of an epoch; the last batch may be smaller.
 *
 * @throws {TrainingFailure} when a loss is not finite.
 */
export function summarise(
  metrics: readonly StepMetrics[],
  { epoch, images, batchSize, learningRate }: {
    epoch: number;
    images: number;
    batchSize: number;
    learningRate: number;
  },
): Pick<EpochResult, "epoch" | "learningRate" | "trainLoss" | "trainErrorPct" | "firstLosses"> {
  const lost = metrics.findIndex(({ loss }) => !Number.isFinite(loss));
  if (lost >= 0) {
    throw new TrainingFailure(
      `The loss became ${metrics[lost]!.loss} in step ${
        lost + 1
      } of epoch ${epoch} (step size ${learningRate}): it diverged`,
    );
  }
  const total = metrics.reduce((sum, { loss }, i) => sum + loss * Math.min(batchSize, images - i * batchSize), 0);
  const errors = metrics.reduce((sum, { wrong }) => sum + wrong, 0);
  return {
    ...{ epoch, learningRate, trainLoss: total / images, trainErrorPct: 100 * errors / images },
    ...(epoch === 1 && { firstLosses: metrics.slice(0, FIRST_STEPS).map(({ loss }) => loss) }),
  };
}

/**
 * The errors after an epoch on the sets that are given.
 *
 * @throws {TrainingFailure} when an output is not finite.
 */
export async function heldOutErrors(
  network: Pick<Network, "forward">,
  { validation, test, ...options }: EvaluationOptions & {
    readonly validation: ImageSet | undefined;
    readonly test: ImageSet | undefined;
  },
): Promise<Pick<EpochResult, "validationErrors" | "testErrors">> {
  const errorsOn = async (set: ImageSet) => mistakes(set, await predict(network, set, options)).length;
  return {
    ...(validation && { validationErrors: await errorsOn(validation) }),
    ...(test && { testErrors: await errorsOn(test) }),
  };
}

/** The errors of always giving the commonest answer to the images of a set, in per cent. */
export function chanceErrorPct({ count, labels }: Pick<ImageSet, "count" | "labels">): number {
  const images = new Map<number, number>();
  for (const label of labels.subarray(0, count)) images.set(label, (images.get(label) ?? 0) + 1);
  return 100 * (count - Math.max(...images.values())) / count;
}

/** How far a training is, for the rule that gives one up. */
interface Stage {
  readonly chancePct: number;
  /** Since the start of the training. */
  readonly steps: number;
  /** Shown since then. */
  readonly images: number;
  readonly isOver: boolean;
}

/** Whether so many errors on the training images are reason to give a training up. */
export function isAtChance(errorPct: number, { chancePct, steps, images, isOver }: Stage): boolean {
  const rule = isOver ? GIVEN_UP.atEnd : GIVEN_UP.before;
  const hadTime = steps >= rule.steps && images >= GIVEN_UP.images;
  // Of one class there is nothing to learn.
  return chancePct > 0 && hadTime && errorPct >= rule.share * chancePct;
}

/**
 * Gives up a training whose network answers no better than chance: in the whole last epoch, each batch before its
 * update, and now. Without the second look a network that starts to learn within the epoch would be given up.
 *
 * @param options.epochs All so far; the last is the one whose weights the network has.
 * @throws {TrainingFailure} when the network still guesses after enough steps.
 */
export async function refuseChance(
  network: Network,
  set: ImageSet,
  { epochs, steps, images, isOver, ...evaluation }: EvaluationOptions & Omit<Stage, "chancePct"> & {
    readonly epochs: readonly EpochResult[];
  },
): Promise<void> {
  const { epoch, trainErrorPct, trainLoss } = epochs.at(-1)!;
  const stage = { chancePct: chanceErrorPct(set), steps, images, isOver };
  if (!isAtChance(trainErrorPct, stage)) return;
  const nowPct = 100 * mistakes(set, await predict(network, set, evaluation)).length / set.count;
  if (!isAtChance(nowPct, stage)) return;
  const hasLearned = epochs.some(({ trainErrorPct }) => trainErrorPct < GIVEN_UP.atEnd.share * stage.chancePct);
  throw new TrainingFailure(
    `${hasLearned ? "Fell back to chance" : "Never started to learn: still at chance"} after ${steps} steps, with ` +
      `${trainErrorPct.toFixed(1)}% training errors in epoch ${epoch} and ${nowPct.toFixed(1)}% after it (always ` +
      `giving the commonest answer: ${stage.chancePct.toFixed(1)}%), loss ${trainLoss.toPrecision(4)}`,
  );
}

/** For progress: the loss of the last complete epoch. */
export function lossOf(results: readonly EpochResult[]): { loss?: number } {
  const last = results.at(-1);
  return last ? { loss: last.trainLoss } : {};
}
