/**
 * Boosting: three networks trained one after the other, the later ones on patterns that are hard for the earlier ones.
 *
 * @module
 */
import { imageBytes, type ImageSet } from "../../../data/dataset.ts";
import type { Augmentation } from "../../../data/distortion/augmentation.ts";
import { epochImages } from "../../../data/distortion/versions.ts";
import type { Network } from "../../../models/network/network.ts";
import type { Boosting } from "../../../suites/suite.ts";
import { predict } from "../evaluate.ts";
import type { EpochResult, TrainingState } from "../saved_state.ts";
import { pixelValues } from "../step_size.ts";
import { train } from "../train.ts";
import { TrainingFailure, type TrainingOptions, type TrainingResult } from "../training.ts";
import { readWeights, writeWeights } from "../weights.ts";
import { type Committee, committeeOf, memberSeed } from "./committee.ts";
import { disagreement, type Filter, FilteredImages, halfWrong } from "./filter.ts";

/** Of the second network and of the third. */
const FILTERS: readonly (() => Filter)[] = [halfWrong, disagreement];

/** The options of a boosted training; `epochs` are those of each network. */
export interface BoostedOptions extends TrainingOptions {
  readonly boosting: Boosting;
}

/** What adds up over the networks. */
type Totals = Pick<TrainingState, "compileSeconds" | "validationSeconds" | "peakBytes">;

/**
 * Trains the networks of `committee` in place, one after the other, each for as many epochs and updates. Epochs are
 * counted through. Errors on held-out images are those of the networks so far, their outputs added.
 *
 * A training that is resumed filters the current network's patterns again, and finds the same ones.
 *
 * @throws {RangeError} when nothing is distorted, or the recipe trains in batches.
 * @throws {TrainingFailure} when a network's training fails, or a filter finds nothing.
 */
export async function trainBoosted(
  { members }: Pick<Committee, "members">,
  set: ImageSet,
  options: BoostedOptions,
): Promise<TrainingResult> {
  const { augmentation, recipe, epochs, seed, from, saving, passes = 1, ...shared } = options;
  if (!augmentation || recipe.optimiser.kind !== "diagonal_levenberg_marquardt") {
    throw new RangeError(
      `Recipe "${recipe.id}" can't be boosted: that needs distortions, and a recipe that trains pattern by pattern.`,
    );
  }
  const weights = from ? partsOf(from.weights, members) : await inOrder(members, readWeights);
  if (from) members.forEach((network, i) => writeWeights(network, weights[i]!));
  const imagesPerEpoch = passes * set.count;
  const results: EpochResult[] = [...from?.epochs ?? []];
  const imagesBefore = results.length * imagesPerEpoch;
  const compiledBefore = from?.compileSeconds ?? 0;
  let firstStepSeconds = from?.firstStepSeconds;
  let totals: Totals = from ?? { compileSeconds: 0, validationSeconds: 0, peakBytes: 0 };
  for (const [i, network] of members.entries()) {
    const before = i * epochs;
    if (results.length >= before + epochs) continue;
    const started = performance.now();
    const filtered = i === 0 ? undefined : await findPatterns(set, {
      ...options,
      augmentation,
      filter: FILTERS[i - 1]!(),
      earlier: members.slice(0, i),
      seed: memberSeed(seed, i + 1),
    });
    const filterSeconds = (performance.now() - started) / 1000;
    /** Its epoch as one of the whole training. */
    const inAll = (epoch: EpochResult): EpochResult => ({
      ...epoch,
      epoch: before + epoch.epoch,
      seconds: epoch.seconds + (epoch.epoch === 1 ? filterSeconds : 0),
      network: i + 1,
      ...(filtered && { filteredPatterns: filtered.found }),
    });
    const resumed = results.slice(before).map((epoch) => ({ ...epoch, epoch: epoch.epoch - before }));
    const { compileSeconds, validationSeconds, peakBytes } = totals;
    const result = await train(network, filtered?.images ?? set, {
      ...shared,
      recipe,
      passes,
      epochs,
      seed: memberSeed(seed, i + 1),
      // Filtered images are distorted already.
      ...(!filtered && { augmentation }),
      measured: committeeOf([members[0], ...members.slice(1, i + 1)]),
      ...(from && resumed.length > 0 && {
        from: { ...from, epochs: resumed, weights: weights[i]!, compileSeconds: 0, validationSeconds: 0 },
      }),
      onEpoch: (epoch) => {
        const whole = inAll(epoch);
        results.push(whole);
        options.onEpoch?.(whole);
      },
      onProgress: (progress) =>
        options.onProgress?.({
          ...progress,
          epoch: before + progress.epoch,
          images: before * imagesPerEpoch + progress.images,
          imagesBefore,
          compileSeconds: compileSeconds - compiledBefore + progress.compileSeconds,
        }),
      ...(saving && {
        saving: {
          ...saving,
          save: (state) =>
            saving.save({
              ...state,
              epochs: [...results],
              firstStepSeconds: firstStepSeconds ?? state.firstStepSeconds,
              compileSeconds: compileSeconds + state.compileSeconds,
              validationSeconds: validationSeconds + state.validationSeconds,
              peakBytes: Math.max(peakBytes, state.peakBytes),
              weights: joined(weights.with(i, state.weights)),
            }),
        },
      }),
    });
    weights[i] = await readWeights(network);
    firstStepSeconds ??= result.firstStepSeconds;
    totals = {
      compileSeconds: compileSeconds + result.compileSeconds,
      validationSeconds: validationSeconds + result.validationSeconds,
      peakBytes: Math.max(peakBytes, result.peakBytes),
    };
  }
  return { ...totals, epochs: results, firstStepSeconds: firstStepSeconds ?? 0 };
}

/**
 * The patterns for the network after `earlier`, as many as `set` has, and how many of them differ.
 *
 * @throws {TrainingFailure} when none of the candidates is taken.
 */
async function findPatterns(
  set: ImageSet,
  { augmentation: { pool: _, ...augmentation }, boosting: { versions }, filter, earlier, recipe, seed, signal }:
    & Pick<BoostedOptions, "boosting" | "recipe" | "seed" | "signal">
    & { readonly augmentation: Augmentation; readonly filter: Filter; readonly earlier: readonly Network[] },
): Promise<{ images: ImageSet; found: number }> {
  const kept = new FilteredImages(filter, { most: set.count, size: imageBytes(set) });
  const evaluation = { values: pixelValues(recipe.pixels), trainingBatch: recipe.batch };
  for (let version = 1; version <= versions && !kept.isFull; version++) {
    signal?.throwIfAborted();
    const candidates = epochImages(set, { augmentation, epoch: version, seed });
    kept.add(candidates, await inOrder(earlier, (network) => predict(network, candidates, evaluation)));
  }
  if (kept.taken === 0) {
    throw new TrainingFailure(
      `No pattern for network ${earlier.length + 1}: the earlier ones make no errors that it could learn from, ` +
        `on ${versions * set.count} distorted images`,
    );
  }
  return { images: { ...set, ...kept.repeated() }, found: kept.taken };
}

async function inOrder<T, R>(values: readonly T[], each: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const value of values) results.push(await each(value));
  return results;
}

function joined(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  return Float32Array.from(parts.flatMap((part) => [...part]));
}

/** `all`, cut into as many equal parts as there are networks, which are of one kind. */
function partsOf(all: Float32Array<ArrayBuffer>, { length }: readonly Network[]): Float32Array<ArrayBuffer>[] {
  const size = all.length / length;
  return Array.from({ length }, (_, i) => all.slice(i * size, (i + 1) * size));
}
