/**
 * Training pattern by pattern, with a step size for every weight (LeCun 1998, appendix C).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { UserError } from "../../../base/errors.ts";
import { stream } from "../../../base/random.ts";
import type { ImageSet } from "../../../data/dataset.ts";
import { epochImages } from "../../../data/distortion/versions.ts";
import type { Network } from "../../../models/network/network.ts";
import type { PatternOptimiser, Recipe } from "../../../recipes/recipe.ts";
import { emptyBatch, fillBatch } from "../batches.ts";
import { heldOutErrors, lossOf, refuseChance, summarise } from "../epoch.ts";
import { evaluations } from "../evaluate.ts";
import { FirstRuns } from "../first_runs.ts";
import type { EpochResult } from "../saved_state.ts";
import { pixelValues, stepSize } from "../step_size.ts";
import type { TrainingOptions, TrainingResult } from "../training.ts";
import { readWeights, writeWeights } from "../weights.ts";
import { connected } from "./connected.ts";
import { createUpdates } from "./create_updates.ts";
import { curvature } from "./curvature.ts";

/** Progress is reported and signals are handled this often, in milliseconds. */
const TURN_MS = 100;

/** Patterns between two looks at the clock, at first. */
const FIRST_PATTERNS = 16;

/**
 * Trains `network` in place on `set`: every epoch is a pass over all images, distorted or not, in the same random
 * order. If an epoch is several passes, all are over the same images, and the second derivatives are estimated before
 * the first of them.
 *
 * @throws {UserError} when the recipe asks for what only training in batches has.
 * @throws {TrainingFailure} when the error or an output is no longer finite, or the error stays at chance.
 */
export async function trainByPattern(
  network: Network,
  set: ImageSet,
  options: TrainingOptions & { readonly optimiser: PatternOptimiser },
): Promise<TrainingResult> {
  refuseBatchOptions(options);
  const {
    recipe,
    optimiser,
    epochs,
    passes = 1,
    seed,
    augmentation,
    backend,
    from,
    saving,
    evaluations: runs = evaluations(),
  } = options;
  const evaluation = { values: pixelValues(recipe.pixels), runs, trainingBatch: 1 };
  const imagesOf = (epoch: number) => augmentation ? epochImages(set, { augmentation, epoch, seed }) : set;
  const estimate = (images: ImageSet, pass: number) =>
    secondDerivatives(network, images, { recipe, optimiser, pass, seed });
  // From the first weights, also if training resumes with later ones.
  const onlyEstimate = optimiser.curvatureOnce ? await estimate(imagesOf(1), 1) : undefined;
  if (from) writeWeights(network, from.weights);
  const exists = connected(network);
  const pass = stream(seed, "shuffle/1").shuffle(set.count);
  const order = Uint32Array.from({ length: passes * set.count }, (_, i) => pass[i % set.count]!);
  const updates = await createUpdates(network, { set, order, recipe, errorFactor: optimiser.errorFactor, backend });
  const steps = new FirstRuns(() => updates.finished(), options.onCompiling);
  const results: EpochResult[] = [...from?.epochs ?? []];
  const imagesBefore = results.length * order.length;
  const compileSeconds = () => (from?.compileSeconds ?? 0) + steps.compileSeconds;
  let firstStepSeconds = from?.firstStepSeconds ?? 0;
  let validationSeconds = from?.validationSeconds ?? 0;
  let lastSaved = performance.now();
  let current = set;
  const peakBytes = from?.peakBytes ?? tf.memory().numBytes;
  try {
    for (let epoch = results.length + 1; epoch <= epochs; epoch++) {
      const started = performance.now();
      const progress = (images: number) =>
        options.onProgress?.({
          epoch,
          images: (epoch - 1) * order.length + images,
          imagesBefore,
          compileSeconds: steps.compileSeconds + runs.compileSeconds,
          ...lossOf(results),
        });
      const eta = stepSize(recipe.schedule, {
        base: options.learningRate,
        step: epoch - 1,
        stepsPerEpoch: 1,
        epochs,
      });
      const images = imagesOf(epoch);
      if (images !== current) updates.setImages(current = images);
      const second = onlyEstimate ?? await estimate(images, epoch);
      updates.startPass(second.map((h, i) => exists[i]! * eta / (optimiser.mu + h)));
      let patterns = FIRST_PATTERNS;
      for (let done = 0; done < order.length;) {
        const count = Math.min(patterns, order.length - done);
        const turn = performance.now();
        const isCompiled = steps.has(1);
        await steps.run(1, () => updates.run(count));
        await updates.finished();
        done += count;
        await options.pace?.(count);
        if (epoch === 1 && done === count) firstStepSeconds = (performance.now() - started) / 1000;
        if (isCompiled) patterns = patternsPerTurn(count, performance.now() - turn);
        // The first patterns say nothing about the speed: the program was compiled for them.
        if (isCompiled || done === order.length) progress(done);
        await new Promise((resolve) => setTimeout(resolve, 0));
        options.signal?.throwIfAborted();
      }
      const metrics = await updates.finishPass();
      const seconds = (performance.now() - started) / 1000;
      steps.took(seconds);
      backend.check();
      const result = summarise(metrics, { epoch, images: order.length, batchSize: 1, learningRate: eta });
      const validationStarted = performance.now();
      const errors = await heldOutErrors(options.measured ?? network, {
        validation: options.validation,
        test: options.test,
        ...evaluation,
      });
      validationSeconds += (performance.now() - validationStarted) / 1000;
      const whole = { ...result, seconds, ...errors };
      results.push(whole);
      options.onEpoch?.(whole);
      const isLast = epoch === epochs;
      await refuseChance(network, set, {
        epochs: results,
        steps: epoch * order.length,
        images: epoch * order.length,
        isOver: isLast,
        ...evaluation,
      });
      if (saving && !isLast && performance.now() - lastSaved >= 1000 * saving.everySeconds) {
        saving.save({
          epochs: [...results],
          firstStepSeconds,
          compileSeconds: compileSeconds(),
          validationSeconds,
          peakBytes,
          weights: await readWeights(network),
          velocities: new Float32Array(),
          dropout: stream(seed, "dropout").state(),
        });
        lastSaved = performance.now();
      }
    }
  } finally {
    updates.dispose();
  }
  return { epochs: results, firstStepSeconds, compileSeconds: compileSeconds(), validationSeconds, peakBytes };
}

/** Nothing that was asked for is silently left out. */
function refuseBatchOptions({ recipe }: TrainingOptions): void {
  const asked = [
    ...recipe.batch === 1 ? [] : [`batches of ${recipe.batch}`],
    ...recipe.weightDecay ? ["weight decay"] : [],
    ...recipe.earlyStopping ? ["early stopping"] : [],
  ];
  if (asked.length === 0) return;
  throw new UserError(
    `Recipe "${recipe.id}" trains pattern by pattern, which has no ${asked.join(" and no ")}. ` +
      "Take them out of the recipe, or give the arm one that trains in batches.",
  );
}

/** The mean of the error's second derivative over some patterns, for every number of every parameter. */
async function secondDerivatives(
  network: Network,
  set: ImageSet,
  { recipe, optimiser: { curvaturePatterns, errorFactor }, pass, seed }: {
    recipe: Pick<Recipe, "loss" | "hidden" | "output" | "pixels">;
    optimiser: PatternOptimiser;
    pass: number;
    seed: number;
  },
): Promise<Float32Array<ArrayBuffer>> {
  const indices = stream(seed, `curvature/${pass}`).shuffle(set.count).subarray(0, curvaturePatterns);
  const { pixels } = fillBatch(emptyBatch(set, indices.length), set, { indices, values: pixelValues(recipe.pixels) });
  const flat = tf.tidy(() => {
    const images = tf.tensor4d(pixels, [indices.length, ...network.spec.input]);
    return tf.concat(curvature(network, images, { ...recipe, errorFactor }).map((h) => tf.reshape(h, [-1])));
  });
  const second = Float32Array.from(await flat.data<"float32">());
  flat.dispose();
  return second;
}

/** So many that they take about {@linkcode TURN_MS}. */
function patternsPerTurn(count: number, milliseconds: number): number {
  return Math.max(1, Math.min(Math.round(count * TURN_MS / Math.max(milliseconds, 1)), 4 * count));
}
