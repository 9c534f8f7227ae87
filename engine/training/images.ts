/**
 * A run's images as each variant needs them.
 *
 * @module
 */
import type { ImageSet } from "../../data/dataset.ts";
import { fitImages } from "../../data/fit.ts";
import type { Split } from "../../data/split.ts";
import { firstImages, shufflePixels } from "../../data/treatment.ts";
import type { Variant } from "../../suites/suite.ts";

/** What the images of a variant depend on. */
export type ImageNeeds = Pick<Variant, "model" | "data">;

/** The split, treated and fitted for a network's input once, and kept for the next variant with the same needs. */
export function preparedImages(all: Split): (variant: ImageNeeds) => Split {
  const prepared = new Map<string, Split>();
  return ({ model: { fit }, data = {} }) => {
    const { share = 1, shuffledPixels = false } = data;
    const key = JSON.stringify([fit, share, shuffledPixels]);
    const known = prepared.get(key);
    if (known) return known;
    const prepare = (set: ImageSet) => fitImages(shuffledPixels ? shufflePixels(set) : set, fit);
    const images = {
      train: prepare(firstImages(all.train, Math.max(1, Math.round(share * all.train.count)))),
      validation: prepare(all.validation),
      test: prepare(all.test),
      testPositions: all.testPositions,
    };
    prepared.set(key, images);
    return images;
  };
}

/** Passes over a variant's images that count as one epoch: more for a share of them, to make as many updates. */
export function passesOf({ data }: Pick<Variant, "data">): number {
  return Math.round(1 / (data?.share ?? 1));
}
