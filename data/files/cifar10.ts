/**
 * CIFAR-10's binary files in a folder: colour photographs of ten classes (Krizhevsky 2009, Learning multiple layers of
 * features from tiny images; the format is https://www.cs.toronto.edu/~kriz/cifar.html, "binary version").
 *
 * @module
 */
import { sha256 } from "../checksum.ts";
import { CLASSES, type Dataset, imageBytes, type ImageSet } from "../dataset.ts";
import { findFiles, type Layout } from "./find.ts";
import { foreign, type NamedFile, readNamed, REMEDIES, unreadable } from "./named_file.ts";

const SHAPE = { height: 32, width: 32, maps: 3 } as const;
/** A record has a label, then the image map by map: red, green, blue, each row by row. */
const RECORD = 1 + imageBytes(SHAPE);

/** What to do if the files are missing: unlike MNIST's, they are never fetched. */
export const CIFAR10_REMEDY =
  "CIFAR-10 is not downloaded: name a folder that holds its binary files with --data-dir or " +
  "LENET_BENCH_DATA.";

/** As published, then the subset of 10,000 training images; the first that is there is read. The test file is last. */
const LAYOUTS: readonly Layout[] = [
  {
    folders: ["cifar-10-batches-bin"],
    files: [...[1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`), "test_batch.bin"],
  },
  { folders: ["cifar10-10k"], files: ["train10k.bin", "test10k.bin"] },
];

const SIGNS = [{
  name: /cifar-?100/i,
  says: "This is CIFAR-100, which is not read: take CIFAR-10's binary version, cifar-10-binary.tar.gz.",
}] as const;

/** Checksum of the subset's concatenated uncompressed files. This program does not know that of the published files. */
const SUBSET_SHA256 = "4ff87ad1b3d48b0adfbb8f784f8f4f4d583a48cd3c551fdcacab490acfb6b706";

/**
 * Reads CIFAR-10, or a part of it, from `directory` or the folder `cifar-10-batches-bin` or `cifar10-10k` in it.
 *
 * @param options.store Another folder into which links may lead.
 * @throws {UserError} A file is missing or damaged.
 */
export async function readCifar10Directory(
  directory: string,
  { store }: { readonly store?: string | undefined } = {},
): Promise<Dataset> {
  const { folder, paths } = await findFiles(directory, LAYOUTS, {
    remedy: CIFAR10_REMEDY,
    signs: SIGNS,
    store,
    remedies: REMEDIES,
  });
  const files: NamedFile[] = [];
  for (const path of paths) files.push(await readNamed(folder, { path, format: "CIFAR-10", store }));
  const trainFiles = files.slice(0, -1);
  const testFile = files.at(-1)!;
  const sets = { train: parseRecords(trainFiles), test: parseRecords([testFile]) };
  return { ...label(sha256(...[...trainFiles, testFile].map(({ bytes }) => bytes)), sets), ...sets };
}

/**
 * Parses the uncompressed records of several files, one after the other.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseRecords } from "./cifar10.ts";
 *
 * const red = Uint8Array.from({ length: 3073 }, (_, i) => i === 0 ? 7 : i <= 1024 ? 255 : 0);
 * const set = parseRecords([{ name: "one-image", format: "CIFAR-10", bytes: red }]);
 * assert.deepEqual([...set.pixels.subarray(0, 6)], [255, 0, 0, 255, 0, 0]);
 * assert.deepEqual([...set.labels], [7]);
 * ```
 *
 * @throws {UserError} A file is empty or ends within a record, or a label is above 9.
 */
export function parseRecords(files: readonly NamedFile[]): ImageSet {
  for (const file of files) refuseDamaged(file);
  const count = files.reduce((sum, { bytes }) => sum + bytes.length / RECORD, 0);
  const size = imageBytes(SHAPE);
  const pixels = new Uint8Array(count * size);
  const labels = new Uint8Array(count);
  let image = 0;
  for (const { bytes } of files) {
    for (let start = 0; start < bytes.length; start += RECORD) {
      labels[image] = bytes[start]!;
      interleave(bytes.subarray(start + 1, start + RECORD), pixels.subarray(image * size, (image + 1) * size));
      image++;
    }
  }
  return { count, ...SHAPE, pixels, labels };
}

function refuseDamaged(file: NamedFile): void {
  const { bytes } = file;
  if (bytes.length === 0 || bytes.length % RECORD !== 0) {
    throw foreign(file, `its ${bytes.length} bytes are not one or more whole records of ${RECORD}`);
  }
  for (let start = 0; start < bytes.length; start += RECORD) {
    if (bytes[start]! < CLASSES) continue;
    throw unreadable(file, `label ${start / RECORD} is "${bytes[start]}", not one of 0 to ${CLASSES - 1}`);
  }
}

/** Writes an image's maps, which follow each other in `planes`, pixel by pixel into `image`. */
function interleave(planes: Uint8Array, image: Uint8Array): void {
  const { maps } = SHAPE;
  const plane = planes.length / maps;
  for (let map = 0; map < maps; map++) {
    for (let p = 0; p < plane; p++) image[p * maps + map] = planes[map * plane + p]!;
  }
}

/** The name of the data set; never CIFAR-10 unless that is known. */
function label(
  checksum: string,
  { train, test }: { train: ImageSet; test: ImageSet },
): Pick<Dataset, "id" | "title" | "sha256" | "notice"> {
  const images = `${train.count} training and ${test.count} test images`;
  if (checksum === SUBSET_SHA256) {
    return {
      id: "cifar10-10k",
      title: `CIFAR-10, ${images}`,
      sha256: checksum,
      notice: "A fifth of CIFAR-10's 50,000 training images: results can't be compared with those published for all.",
    };
  }
  const short = checksum.slice(0, 12);
  return {
    id: `cifar10:${short}`,
    title: `Images ${short} in CIFAR-10's format, ${images}`,
    sha256: checksum,
    notice: "The checksum is not one that this program knows: whether these are CIFAR-10's images is for you to say.",
  };
}
