/**
 * Drawn digits in colour, in the shape of CIFAR-10's images, to test suites of colour images without files.
 *
 * @module
 */
import { stream } from "../../base/random.ts";
import { datasetSha256 } from "../checksum.ts";
import type { Dataset, ImageSet } from "../dataset.ts";
import { fitImages } from "../fit.ts";
import { syntheticDataset } from "./digits.ts";

/** Fixed: there is only one such data set, whatever the trial's seed. */
const SEED = 0;
const MAPS = 3;
/** Least share of a digit's ink in each map, so that every digit can be seen. */
const LEAST_SHARE = 0.25;

/**
 * The digits of {@linkcode syntheticDataset} with two background pixels on each side, 32x32, each in a random colour on
 * black. Image `i` of a part is the same whatever the sizes, and its label is `i % 10`.
 */
export function syntheticColourDataset(sizes: { train: number; test: number }): Dataset {
  const digits = syntheticDataset(sizes);
  const train = colour(digits.train, "synthetic-colour/train");
  const test = colour(digits.test, "synthetic-colour/test");
  return {
    id: "synthetic-colour",
    title: "Synthetic digits in colour",
    sha256: datasetSha256({ train, test }),
    train,
    test,
    notice:
      "The images are digits drawn by this program, not photographs: error rates on them can't be compared with " +
      "published ones.",
  };
}

function colour(digits: ImageSet, name: string): ImageSet {
  const grey = fitImages(digits, "pad_to_32");
  const size = grey.height * grey.width;
  const random = stream(SEED, name);
  const pixels = new Uint8Array(grey.pixels.length * MAPS);
  for (let image = 0; image < grey.count; image++) {
    const shares = Array.from({ length: MAPS }, () => LEAST_SHARE + (1 - LEAST_SHARE) * random.uniform());
    for (let p = image * size; p < (image + 1) * size; p++) {
      shares.forEach((share, map) => pixels[p * MAPS + map] = Math.round(share * grey.pixels[p]!));
    }
  }
  return { ...grey, maps: MAPS, pixels };
}
