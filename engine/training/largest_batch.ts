/**
 * The largest batch that fits the device, found by trying.
 *
 * Only the driver knows how much memory a step takes: tensors, buffers that TensorFlow.js keeps for reuse, alignment,
 * and a limit on each buffer. And drivers report a batch that does not fit in different ways, as the size of a buffer
 * or of a binding, or as lack of memory. So nothing is estimated here and no message is interpreted: a batch fits if
 * it can be trained on.
 *
 * @module
 */
import type { ImageSet } from "../../data/dataset.ts";
import { firstImages } from "../../data/treatment.ts";
import { type Backend, DeviceFault, faultOf } from "../../device/backend.ts";
import type { Network } from "../../models/network/network.ts";
import type { Variant } from "../../suites/suite.ts";
import { train } from "./train.ts";
import { TrainingFailure } from "./training.ts";

/** Halvings of the gap between a batch that fits and one that does not, which leave at most 1/32 of the former. */
const REFINEMENTS = 5;

/** How a batch is tried. */
export interface BatchTest {
  /** Makes the variant's network; called for every try. */
  readonly build: () => Network;
  /** The variant's training images. */
  readonly set: ImageSet;
  /** Renewed before every try and at the end, so that no try is affected by the one before. */
  readonly backend: Backend;
  readonly signal?: AbortSignal;
}

/**
 * Searches for a batch smaller than the variant's that can be trained on, after the device reported a fault.
 *
 * @returns At most 1/32 less than the largest. undefined when the batch did not cause the fault: its own size works
 *   now, no size does, or no device is available any more, which {@linkcode Backend.check} then reports.
 * @throws The reason of the signal, or a mistake in the program.
 */
export async function largestBatch(variant: Variant, test: BatchTest): Promise<number | undefined> {
  try {
    const own = Math.min(variant.recipe.batch, test.set.count);
    const largest = await search(own, (batch) => fits(batch, variant, test));
    await test.backend.renew();
    return largest;
  } catch (error) {
    if (error instanceof DeviceFault) return undefined;
    throw error;
  }
}

async function search(own: number, fits: (batch: number) => Promise<boolean>): Promise<number | undefined> {
  if (await fits(own)) return undefined;
  let tooLarge = own;
  let fitting = Math.floor(own / 2);
  while (fitting > 0 && !await fits(fitting)) {
    tooLarge = fitting;
    fitting = Math.floor(fitting / 2);
  }
  if (fitting === 0) return undefined;
  for (let i = 0; i < REFINEMENTS && tooLarge - fitting > 1; i++) {
    const middle = Math.floor((fitting + tooLarge) / 2);
    if (await fits(middle)) fitting = middle;
    else tooLarge = middle;
  }
  return fitting;
}

/**
 * Trains two epochs of one step, and of the smaller one at the end of a whole epoch: the first compiles, the second
 * records, which takes as much memory again.
 *
 * @throws {DeviceFault} when no device is available.
 */
async function fits(batch: number, variant: Variant, { build, set, backend, signal }: BatchTest): Promise<boolean> {
  // A try has no validation images.
  const { earlyStopping: _, ...recipe } = variant.recipe;
  const images = Math.min(set.count, batch + set.count % batch);
  signal?.throwIfAborted();
  await backend.renew();
  const network = build();
  try {
    await train(network, firstImages(set, images), {
      recipe: { ...recipe, batch },
      learningRate: variant.learningRate,
      epochs: 2,
      seed: 0,
      ...(variant.augmentation && { augmentation: variant.augmentation }),
      ...(signal && { signal }),
      backend,
    });
  } catch (error) {
    if (error instanceof DeviceFault || await faultOf(backend)) return false;
    // A loss that diverges has been computed: the batch fits.
    if (!(error instanceof TrainingFailure)) throw error;
  } finally {
    network.dispose();
  }
  return await faultOf(backend) === undefined;
}
