/**
 * How long a trial would take here, from a few steps of it.
 *
 * @module
 */
import type { Dataset } from "../data/dataset.ts";
import { split } from "../data/split.ts";
import type { Profile, Variant } from "../suites/suite.ts";
import { preparedImages } from "./images.ts";
import { train } from "./train.ts";
import { buildNetwork } from "./trial.ts";

/** Steps that are timed, after one that compiles the shaders. */
const STEPS = 3;

/** Seconds that one trial of `variant` would train; evaluation comes on top and is a small part. */
export async function estimateSeconds(
  variant: Variant,
  { profile, dataset, check }: { profile: Profile; dataset: Dataset; check: () => void },
): Promise<number> {
  const { model, recipe, learningRate, augmentation } = variant;
  const available = dataset.train.count - profile.validationImages;
  const images = profile.trainImages === "all" ? available : profile.trainImages;
  const sample = Math.min(recipe.batch * STEPS, images);
  const few = preparedImages(split(dataset, { trainImages: sample, validationImages: 0, testImages: 1 }))({ model });
  const network = buildNetwork(variant, 0);
  try {
    const { epochs } = await train(network, few.train, {
      recipe,
      learningRate,
      epochs: 2,
      seed: 0,
      ...(augmentation && { augmentation }),
      check,
    });
    // The first epoch compiles; the second is what all the others are like.
    const [first, second] = [epochs[0]!.seconds, epochs[1]!.seconds];
    return (first - second) + second / sample * images * profile.epochs;
  } finally {
    network.dispose();
  }
}
