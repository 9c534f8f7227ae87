/**
 * Training images as the arms of a suite see them, for a report's contact sheet.
 *
 * @module
 */
import { stream } from "../../base/random.ts";
import { CLASSES } from "../../data/dataset.ts";
import { distortImages, drawDistortions, refuseSeveralMaps } from "../../data/distortion/distort.ts";
import type { Split } from "../../data/split.ts";
import { firstImages } from "../../data/treatment.ts";
import { TABLES } from "../../results/rows/list.ts";
import type { SampleRow } from "../../results/rows/samples.ts";
import type { Suite, Variant } from "../../suites/suite.ts";
import type { ImageNeeds } from "../training/images.ts";

/** The run's first trial draws its first distortions from the same stream. */
const SEED = 1;

/**
 * The first training images, one a class, under every augmentation of the variants and without: a set of rows for the
 * first variant of each. None if nothing is distorted.
 *
 * @throws {RangeError} Where images of several maps are to be distorted.
 */
export function sampleRows(
  suite: Suite,
  { variants, images }: { variants: readonly Variant[]; images: (variant: ImageNeeds) => Split },
): SampleRow[] {
  if (variants.every(({ augmentation }) => augmentation === undefined)) return [];
  const firsts = new Map(variants.toReversed().map((variant) => [variant.augmentation?.id, variant])).values();
  const chosen = new Set(firsts);
  return variants.filter((variant) => chosen.has(variant)).flatMap((variant) =>
    rowsOf(suite, variant, images(variant))
  );
}

function rowsOf(suite: Suite, { id, augmentation }: Variant, { train }: Split): SampleRow[] {
  const set = firstImages(train, Math.min(CLASSES, train.count));
  refuseSeveralMaps(set);
  const { count, height, width, labels } = set;
  const pixels = augmentation === undefined ? set.pixels : distortImages(
    set.pixels,
    drawDistortions(augmentation, { count, random: stream(SEED, "augment/1") }),
    { height, width, background: 0, ...(augmentation.elastic && { elastic: augmentation.elastic }) },
  );
  const size = height * width;
  return Array.from({ length: count }, (_, sample) => ({
    schema: TABLES.samples.version,
    suite: suite.id,
    variant: id,
    sample,
    label: labels[sample]!,
    height,
    width,
    pixels: Uint8Array.from(pixels.subarray(sample * size, (sample + 1) * size), Math.round).toHex(),
  }));
}
