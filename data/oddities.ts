/**
 * What is odd about a data set that nobody has checked: missing classes, equal images, an odd range of pixels, an order
 * by class. Nothing of it is an error, and each can make results worthless.
 *
 * @module
 */
import { sha256 } from "./checksum.ts";
import { CLASSES, type Dataset, imageBytes, type ImageSet } from "./dataset.ts";

/** A class with fewer images than this share of the largest is rare. */
const RARE = 1 / 5;
/** Pixels that span less of 0 to 255 are odd: images scaled to 0 to 1 twice, for example. */
const NARROW = 128;

/** Sentences for a notice; empty if nothing is odd. */
export function oddities({ train, test }: Pick<Dataset, "train" | "test">): string {
  const keys = { train: imageKeys(train), test: imageKeys(test) };
  return [
    ...ofSet("training", { set: train, keys: keys.train }),
    ...ofSet("test", { set: test, keys: keys.test }),
    ...isSorted(test.labels)
      ? ["The test images are sorted by class: tests on distorted images, which take the first ones, miss classes."]
      : [],
    ...sharedImages(keys),
  ].join(" ");
}

function ofSet(part: string, { set, keys }: { set: ImageSet; keys: readonly string[] }): string[] {
  return [...oddClasses(part, set), ...oddPixels(part, set), ...equalImages(part, keys)];
}

function oddClasses(part: string, { labels }: ImageSet): string[] {
  const counts = new Array<number>(CLASSES).fill(0);
  for (const label of labels) counts[label]!++;
  const present = counts.flatMap((count, label) => count > 0 ? [label] : []);
  if (present.length < CLASSES) {
    return [`The ${part} images are of ${present.length} of ${CLASSES} classes: ${present.join(", ")}.`];
  }
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (least >= RARE * most) return [];
  return [
    `The ${part} classes differ much in size: from ${least} images (class ${counts.indexOf(least)}) to ${most} ` +
    `(class ${counts.indexOf(most)}).`,
  ];
}

function oddPixels(part: string, { count, height, width, maps, pixels }: ImageSet): string[] {
  let [least, most] = [255, 0];
  for (const pixel of pixels) {
    if (pixel < least) least = pixel;
    if (pixel > most) most = pixel;
  }
  // All the same: the sentence on equal images says it.
  const range = most > least && most - least < NARROW
    ? [`The pixels of the ${part} images are from ${least} to ${most}, of 0 to 255: were they scaled twice?`]
    : [];
  if (maps > 1) return range;
  let corners = 0;
  for (let image = 0; image < count; image++) {
    const first = image * height * width;
    for (const at of [0, width - 1, (height - 1) * width, height * width - 1]) corners += pixels[first + at]!;
  }
  const isBright = range.length === 0 && most > least && corners / (4 * count) > (least + most) / 2;
  return isBright ? [`The ${part} images have a bright background, and digits here have 0: are they inverted?`] : range;
}

function equalImages(part: string, keys: readonly string[]): string[] {
  const distinct = new Set(keys).size;
  if (keys.length < 2 || distinct === keys.length) return [];
  if (distinct === 1) return [`All ${part} images are the same.`];
  return [`Of ${keys.length} ${part} images, ${keys.length - distinct} are the same as another one.`];
}

function sharedImages({ train, test }: { train: readonly string[]; test: readonly string[] }): string[] {
  const known = new Set(train);
  const shared = test.filter((key) => known.has(key)).length;
  return shared === 0 ? [] : [`Of ${test.length} test images, ${shared} are training images, too.`];
}

/** A checksum of each image: texts of all images would need as much memory again. */
function imageKeys(set: ImageSet): string[] {
  const size = imageBytes(set);
  return Array.from({ length: set.count }, (_, i) => sha256(set.pixels.subarray(i * size, (i + 1) * size)));
}

/** Whether images of a class follow each other. A few images are in any order by chance. */
function isSorted(labels: Uint8Array): boolean {
  const changes = labels.subarray(1).filter((label, i) => label !== labels[i]).length;
  return labels.length > 2 * CLASSES && changes > 0 && changes < Math.max(CLASSES, labels.length / 10);
}
