/**
 * The training loop.
 *
 * Nothing is read back from the device inside an epoch: a read-back costs 11 to 13 ms in Deno whatever its size, more
 * than a whole step of a small network. The losses and numbers of errors of all steps are read together after the
 * epoch. The device is waited for only around the first step of each batch size, to time compiling.
 *
 * @module
 */
import { UserError } from "../../base/errors.ts";
import { stream, streamFrom } from "../../base/random.ts";
import type { ImageSet } from "../../data/dataset.ts";
import type { Augmentation } from "../../data/distortion/augmentation.ts";
import { DISTORTION_SIZE, refuseSeveralMaps } from "../../data/distortion/distort.ts";
import { epochDistortions } from "../../data/distortion/versions.ts";
import type { Network } from "../../models/network/network.ts";
import { chunks, emptyBatch, fillBatch, takeRows } from "./batches.ts";
import { watchForBest } from "./early_stopping.ts";
import { heldOutErrors, lossOf, refuseChance, summarise } from "./epoch.ts";
import { evaluations } from "./evaluate.ts";
import { FirstRuns } from "./first_runs.ts";
import { trainByPattern } from "./pattern/train_by_pattern.ts";
import type { EpochResult } from "./saved_state.ts";
import { createTrainingStep } from "./step/create.ts";
import { pixelValues, stepSize } from "./step_size.ts";
import type { TrainingOptions, TrainingResult } from "./training.ts";
import { readValues, readWeights, writeValues, writeWeights } from "./weights.ts";

/** Timers, signals and progress are handled this often, in milliseconds. */
const TURN_MS = 100;

/**
 * Trains `network` in place on `set`. With early stopping it is left with the weights of its best epoch.
 *
 * @throws {UserError} when the recipe stops early and there are no validation images.
 * @throws {TrainingFailure} when the loss or an output is no longer finite, or the error stays at chance.
 * @throws {RangeError} when images of several maps would have to be distorted.
 */
export async function train(network: Network, set: ImageSet, options: TrainingOptions): Promise<TrainingResult> {
  const { recipe, epochs, passes = 1, augmentation, validation, backend, from, saving } = options;
  const { optimiser } = recipe;
  if (augmentation) refuseSeveralMaps(set);
  if (optimiser.kind === "diagonal_levenberg_marquardt") {
    return await trainByPattern(network, set, { ...options, optimiser });
  }
  const { evaluations: runs = evaluations() } = options;
  const values = pixelValues(recipe.pixels);
  const evaluation = { values, runs, trainingBatch: recipe.batch };
  const imagesPerEpoch = passes * set.count;
  const stepsPerEpoch = Math.ceil(imagesPerEpoch / recipe.batch);
  const shown = (epochs: number) => ({ steps: epochs * stepsPerEpoch, images: epochs * imagesPerEpoch });
  if (recipe.earlyStopping && !validation) {
    throw new UserError(
      `Recipe "${recipe.id}" stops early by its validation error, and no image is held out. Hold some out ` +
        "(validationImages of the suite's profile), or leave earlyStopping out of the recipe.",
    );
  }
  const earlyStopping = recipe.earlyStopping &&
    watchForBest(network, { ...recipe.earlyStopping, ...(from?.best && { best: from.best }) });
  const dropout = from ? streamFrom(from.dropout) : stream(options.seed, "dropout");
  if (from) writeWeights(network, from.weights);
  const trainingStep = createTrainingStep(network, {
    recipe: { ...recipe, optimiser },
    dropout,
    mostSteps: stepsPerEpoch,
    backend,
    ...(augmentation && { distortion: { background: values[0]!, ...elasticOf(augmentation) } }),
  });
  if (from) writeValues(trainingStep.velocities, from.velocities);
  const batch = emptyBatch(set, Math.min(recipe.batch, imagesPerEpoch));
  const results: EpochResult[] = [...from?.epochs ?? []];
  const imagesBefore = results.length * imagesPerEpoch;
  const peakBytes = () => from?.peakBytes ?? trainingStep.peakBytes;
  const steps = new FirstRuns(() => trainingStep.finished(), options.onCompiling);
  const compileSeconds = () => (from?.compileSeconds ?? 0) + steps.compileSeconds;
  const progress = () => ({
    imagesBefore,
    compileSeconds: steps.compileSeconds + runs.compileSeconds,
    ...lossOf(results),
  });
  let firstStepSeconds = from?.firstStepSeconds ?? 0;
  let validationSeconds = from?.validationSeconds ?? 0;
  let caughtUp = Promise.resolve();
  let lastTurn = performance.now();
  let lastSaved = lastTurn;
  try {
    for (let epoch = results.length + 1; epoch <= epochs; epoch++) {
      const started = performance.now();
      const order = epochOrder(set.count, { epoch, passes, seed: options.seed });
      const distortions = augmentation && epochDistortions({ augmentation, epoch, seed: options.seed }, set.count);
      let learningRate = 0;
      let step = (epoch - 1) * stepsPerEpoch;
      let images = (epoch - 1) * imagesPerEpoch;
      for (const indices of chunks(order, recipe.batch)) {
        learningRate = stepSize(recipe.schedule, { base: options.learningRate, step, stepsPerEpoch, epochs });
        const { pixels, labels } = fillBatch(batch, set, { indices, values });
        const inputs = {
          stepSize: learningRate,
          ...(distortions && { distortions: takeRows(distortions, { indices, size: DISTORTION_SIZE }) }),
        };
        const size = trainingStep.batchFor(indices.length);
        const isCompiled = steps.has(size);
        await steps.run(size, () => trainingStep.run(pixels, labels, inputs));
        if (step === 0) firstStepSeconds = (performance.now() - started) / 1000;
        // The time of a step that compiles says nothing about the speed: progress is reported some steps later.
        if (!isCompiled) lastTurn = performance.now();
        step++;
        images += indices.length;
        if (options.pace) await options.pace(1);
        if (performance.now() - lastTurn > TURN_MS) {
          options.onProgress?.({ epoch, images, ...progress() });
          await new Promise((resolve) => setTimeout(resolve, 0));
          // A device may be slower than this loop: at most two turns' work is queued.
          await caughtUp;
          caughtUp = trainingStep.caughtUp();
          options.signal?.throwIfAborted();
          lastTurn = performance.now();
        }
      }
      const metrics = await trainingStep.takeMetrics();
      const seconds = (performance.now() - started) / 1000;
      steps.took(seconds);
      backend.check();
      const result = summarise(metrics, { epoch, images: imagesPerEpoch, batchSize: recipe.batch, learningRate });
      const validationStarted = performance.now();
      const errors = await heldOutErrors(options.measured ?? network, {
        validation,
        test: options.test,
        ...evaluation,
      });
      validationSeconds += (performance.now() - validationStarted) / 1000;
      const whole = { ...result, seconds, ...errors };
      results.push(whole);
      options.onEpoch?.(whole);
      options.onProgress?.({ epoch, images, ...progress() });
      const { validationErrors } = errors;
      const isOver = validationErrors !== undefined && await earlyStopping?.isOver(epoch, validationErrors);
      if (epoch === epochs || isOver === true) break;
      await refuseChance(network, set, { epochs: results, ...shown(epoch), isOver: false, ...evaluation });
      if (saving && performance.now() - lastSaved >= 1000 * saving.everySeconds) {
        saving.save({
          epochs: [...results],
          firstStepSeconds,
          compileSeconds: compileSeconds(),
          validationSeconds,
          peakBytes: peakBytes(),
          weights: await readWeights(network),
          velocities: await readValues(trainingStep.velocities),
          dropout: dropout.state(),
          ...(earlyStopping?.best && { best: earlyStopping.best }),
        });
        lastSaved = performance.now();
      }
    }
    backend.check();
  } finally {
    trainingStep.dispose();
  }
  earlyStopping?.restore();
  const bestEpoch = earlyStopping?.best?.epoch;
  const judged = results.slice(0, bestEpoch ?? results.length);
  await refuseChance(network, set, {
    epochs: judged,
    ...shown(results.length),
    isOver: true,
    ...evaluation,
  });
  return {
    epochs: results,
    firstStepSeconds,
    compileSeconds: compileSeconds(),
    validationSeconds,
    peakBytes: peakBytes(),
    ...(bestEpoch !== undefined && { bestEpoch }),
  };
}

/** The images of an epoch: one random order for each pass. */
function epochOrder(
  count: number,
  { epoch, passes, seed }: { epoch: number; passes: number; seed: number },
): Uint32Array {
  const order = new Uint32Array(passes * count);
  for (let pass = 0; pass < passes; pass++) {
    order.set(stream(seed, `shuffle/${(epoch - 1) * passes + pass + 1}`).shuffle(count), pass * count);
  }
  return order;
}

function elasticOf({ elastic }: Augmentation): Pick<Augmentation, "elastic"> {
  return elastic ? { elastic } : {};
}
