/**
 * What an epoch's steps add up to, and when a training is given up.
 *
 * @module
 */
import type { ImageSet } from "../../data/dataset.ts";
import type { Network } from "../../models/network/network.ts";
import { type EvaluationOptions, mistakes, predict } from "./evaluate.ts";
import type { EpochResult } from "./saved_state.ts";
import type { StepMetrics } from "./step/step.ts";
import { TrainingFailure } from "./training.ts";

/**
 * Chance is nine errors in ten. With small initial weights a network can stay there for some hundred steps before it
 * starts to learn, so it is given time, and less of it at the end of the training.
 */
const CHANCE = { errorPct: 85, steps: 2000, stepsAtEnd: 300 };

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
): Omit<EpochResult, "seconds" | "validationErrors" | "testErrors"> {
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
  return { epoch, learningRate, trainLoss: total / images, trainErrorPct: 100 * errors / images };
}

/** The errors after an epoch on the sets that are given. */
export async function heldOutErrors(
  network: Network,
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

/**
 * @param options.steps Since the start of the training.
 * @throws {TrainingFailure} when the network still guesses after enough steps.
 */
export function refuseChance(
  { epoch, trainErrorPct, trainLoss }: Pick<EpochResult, "epoch" | "trainErrorPct" | "trainLoss">,
  { steps, isLast }: { steps: number; isLast: boolean },
): void {
  if (steps < (isLast ? CHANCE.stepsAtEnd : CHANCE.steps) || trainErrorPct <= CHANCE.errorPct) return;
  throw new TrainingFailure(
    `Stuck at chance: ${trainErrorPct.toFixed(1)}% training errors after epoch ${epoch}, ` +
      `loss ${trainLoss.toPrecision(4)}`,
  );
}

/** For progress: the loss of the last complete epoch. */
export function lossOf(results: readonly EpochResult[]): { loss?: number } {
  const last = results.at(-1);
  return last ? { loss: last.trainLoss } : {};
}
