/**
 * The training loop.
 *
 * Nothing is read back from the device inside an epoch: a read-back costs 11 to 13 ms in Deno whatever its size, more
 * than a whole step of a small network. Each step's loss and number of errors are fetched together when the epoch ends.
 *
 * @module
 */
import type { Augmentation } from "../data/augmentation.ts";
import type { ImageSet } from "../data/dataset.ts";
import { DISTORTION_SIZE, drawDistortions, noDistortions, refuseSeveralMaps } from "../data/distort.ts";
import type { Network } from "../models/build.ts";
import type { Recipe } from "../suites/suite.ts";
import { chunks, emptyBatch, fillBatch, takeRows } from "./batches.ts";
import { mistakes, predict } from "./evaluate.ts";
import { stream } from "../base/random.ts";
import { pixelValues, stepSize } from "./recipe.ts";
import { createTrainingStep, type StepMetrics } from "./step.ts";

export interface TrainingOptions {
  readonly recipe: Recipe;
  readonly learningRate: number;
  readonly epochs: number;
  readonly seed: number;
  /** Left out: trains on the images as they are. */
  readonly augmentation?: Augmentation;
  /** Measured after every epoch where given; never trained on. */
  readonly validation?: ImageSet;
  /** Throws when the device is no longer to be trusted; asked after every epoch. */
  readonly check: () => void;
  /** Ends the training with the signal's reason, some tenths of a second later, or after an evaluation. */
  readonly signal?: AbortSignal;
  /** Called about ten times a second and at the end of every epoch. */
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Called with every epoch that ends, also when the training fails later. */
  readonly onEpoch?: (epoch: EpochResult) => void;
}

export interface TrainingProgress {
  /** From 1. */
  readonly epoch: number;
  /** Images trained on since the start, over all epochs. */
  readonly images: number;
  /** Of the last whole epoch. */
  readonly loss?: number;
}

export interface EpochResult {
  /** From 1. */
  readonly epoch: number;
  /** Step size of the epoch's last step. */
  readonly learningRate: number;
  /** Mean over the epoch, each batch measured before its update. */
  readonly trainLoss: number;
  readonly trainErrorPct: number;
  readonly validationErrors?: number;
  /** Training alone, without the evaluation on the validation set. */
  readonly seconds: number;
}

export interface TrainingResult {
  readonly epochs: readonly EpochResult[];
  /** Until the first step's work was done; most of it is the compilation of shaders. */
  readonly firstStepSeconds: number;
  /** Bytes of all tensors at the end of the first forward pass, when the weights and all activations are alive. */
  readonly peakBytes: number;
}

/** Training went wrong in a way that more of it would not mend. */
export class TrainingFailure extends Error {
  override readonly name = "TrainingFailure";
}

/**
 * Nine errors in ten are chance. Small initial weights can keep a network there for some hundred steps before it starts
 * to learn, so it is given time, and less so when the training is over anyway.
 */
const CHANCE = { errorPct: 85, steps: 2000, stepsAtEnd: 300 };

/** Timers, signals and progress get their turn this often, in milliseconds. */
const TURN_MS = 100;

/**
 * Trains `network` in place on `set`.
 *
 * @throws {TrainingFailure} when the loss is no longer finite, or the error stays at chance.
 * @throws {RangeError} when images of several maps are to be distorted.
 */
export async function train(network: Network, set: ImageSet, options: TrainingOptions): Promise<TrainingResult> {
  const { recipe, epochs, augmentation } = options;
  if (augmentation) refuseSeveralMaps(set);
  const values = pixelValues(recipe.pixels);
  const stepsPerEpoch = Math.ceil(set.count / recipe.batch);
  const trainingStep = createTrainingStep(network, {
    recipe,
    mostSteps: stepsPerEpoch,
    ...(augmentation && { distortion: { background: values[0]!, ...elasticOf(augmentation) } }),
  });
  const batch = emptyBatch(set, Math.min(recipe.batch, set.count));
  const results: EpochResult[] = [];
  let firstStepSeconds = 0;
  let caughtUp = Promise.resolve();
  let lastTurn = performance.now();
  try {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const started = performance.now();
      const order = stream(options.seed, `shuffle/${epoch}`).shuffle(set.count);
      const distortions = augmentation &&
        distortionsOf(epoch, { augmentation, seed: options.seed, count: set.count });
      let learningRate = 0;
      let step = (epoch - 1) * stepsPerEpoch;
      let images = (epoch - 1) * set.count;
      for (const indices of chunks(order, recipe.batch)) {
        learningRate = stepSize(recipe.schedule, { base: options.learningRate, step, stepsPerEpoch, epochs });
        const { pixels, labels } = fillBatch(batch, set, { indices, values });
        trainingStep.run(pixels, labels, {
          stepSize: learningRate,
          ...(distortions && { distortions: takeRows(distortions, { indices, size: DISTORTION_SIZE }) }),
        });
        if (step === 0) {
          // The one wait for the device inside an epoch, once a trial, so that compilation is known apart.
          await trainingStep.finished();
          firstStepSeconds = (performance.now() - started) / 1000;
        }
        step++;
        images += indices.length;
        if (performance.now() - lastTurn > TURN_MS) {
          options.onProgress?.({ epoch, images, ...lossOf(results) });
          await new Promise((resolve) => setTimeout(resolve, 0));
          // A device may be slower than this loop: no more than two turns' work waits for it.
          await caughtUp;
          caughtUp = trainingStep.caughtUp();
          options.signal?.throwIfAborted();
          lastTurn = performance.now();
        }
      }
      const metrics = await trainingStep.takeMetrics();
      const seconds = (performance.now() - started) / 1000;
      options.check();
      const result = summarise(metrics, { epoch, set, batchSize: recipe.batch, learningRate });
      const validationErrors = options.validation &&
        mistakes(options.validation, await predict(network, options.validation, { values })).length;
      const whole = { ...result, seconds, ...(validationErrors === undefined ? {} : { validationErrors }) };
      results.push(whole);
      options.onEpoch?.(whole);
      options.onProgress?.({ epoch, images, ...lossOf(results) });
      const patience = epoch === epochs ? CHANCE.stepsAtEnd : CHANCE.steps;
      if (epoch * stepsPerEpoch >= patience && result.trainErrorPct > CHANCE.errorPct) {
        throw new TrainingFailure(
          `Stuck at chance: ${result.trainErrorPct.toFixed(1)}% training errors after epoch ${epoch}, ` +
            `loss ${result.trainLoss.toPrecision(4)}`,
        );
      }
    }
    options.check();
    return { epochs: results, firstStepSeconds, peakBytes: trainingStep.peakBytes };
  } finally {
    trainingStep.dispose();
  }
}

/** A row an image of the set: new ones, or those of the pool's next version, whose first is the images as they are. */
function distortionsOf(
  epoch: number,
  { augmentation, seed, count }: { augmentation: Augmentation; seed: number; count: number },
): Float32Array<ArrayBuffer> {
  const version = augmentation.pool === undefined ? epoch : (epoch - 1) % augmentation.pool;
  if (version === 0) return noDistortions(count);
  return drawDistortions(augmentation, { count, random: stream(seed, `augment/${version}`) });
}

function elasticOf({ elastic }: Augmentation): Pick<Augmentation, "elastic"> {
  return elastic ? { elastic } : {};
}

function summarise(
  metrics: readonly StepMetrics[],
  { epoch, set, batchSize, learningRate }: { epoch: number; set: ImageSet; batchSize: number; learningRate: number },
): Omit<EpochResult, "seconds" | "validationErrors"> {
  const lost = metrics.findIndex(({ loss }) => !Number.isFinite(loss));
  if (lost >= 0) {
    throw new TrainingFailure(
      `The loss became ${metrics[lost]!.loss} in step ${
        lost + 1
      } of epoch ${epoch} (step size ${learningRate}): it diverged`,
    );
  }
  // The last batch of an epoch may be smaller.
  const total = metrics.reduce((sum, { loss }, i) => sum + loss * Math.min(batchSize, set.count - i * batchSize), 0);
  const errors = metrics.reduce((sum, { wrong }) => sum + wrong, 0);
  return { epoch, learningRate, trainLoss: total / set.count, trainErrorPct: 100 * errors / set.count };
}

function lossOf(results: readonly EpochResult[]): { loss?: number } {
  const last = results.at(-1);
  return last ? { loss: last.trainLoss } : {};
}
