/**
 * CIFAR-10's binary files in a folder: colour photographs of ten classes (Krizhevsky 2009, Learning multiple layers of
 * features from tiny images; the format is https://www.cs.toronto.edu/~kriz/cifar.html, "binary version").
 *
 * @module
 */
import { UserError } from "../../base/errors.ts";
import { isThere, pathIn } from "../../base/files.ts";
import { sha256 } from "../checksum.ts";
import { CLASSES, type Dataset, imageBytes, type ImageSet } from "../dataset.ts";
import { type NamedFile, pathsOf, readNamed, unreadable } from "./named_file.ts";

const SHAPE = { height: 32, width: 32, maps: 3 } as const;
/** A record has a label, then the image map by map: red, green, blue, each row by row. */
const RECORD = 1 + imageBytes(SHAPE);

/** What to do if the files are missing: unlike MNIST's, they are never fetched. */
export const CIFAR10_REMEDY =
  "CIFAR-10 is not downloaded: name a folder that holds its binary files with --data-dir or " +
  "LENET_BENCH_DATA.";

/** The folder under a data directory that may contain the files, and their names. */
interface Layout {
  readonly folder: string;
  readonly train: readonly string[];
  readonly test: string;
}

/** As published, then the subset of 10,000 training images; if both are there, the first is read. */
const LAYOUTS: readonly Layout[] = [
  {
    folder: "cifar-10-batches-bin",
    train: [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`),
    test: "test_batch.bin",
  },
  { folder: "cifar10-10k", train: ["train10k.bin"], test: "test10k.bin" },
];

/** Checksum of the subset's concatenated uncompressed files. This program does not know that of the published files. */
const SUBSET_SHA256 = "4ff87ad1b3d48b0adfbb8f784f8f4f4d583a48cd3c551fdcacab490acfb6b706";

/**
 * Reads CIFAR-10, or a part of it, from `directory` or the folder `cifar-10-batches-bin` or `cifar10-10k` in it.
 *
 * @throws {UserError} A file is missing or damaged.
 */
export async function readCifar10Directory(directory: string): Promise<Dataset> {
  const { folder, train, test } = await find(directory);
  const read = (name: string) => readNamed(folder, { name, format: "CIFAR-10", ifMissing: CIFAR10_REMEDY });
  const trainFiles: NamedFile[] = [];
  for (const name of train) trainFiles.push(await read(name));
  const testFile = await read(test);
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
    throw unreadable(file, `its ${bytes.length} bytes are not one or more whole records of ${RECORD}`);
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

async function find(directory: string): Promise<Layout> {
  for (const layout of LAYOUTS) {
    for (const folder of [pathIn(directory, layout.folder), directory]) {
      for (const path of [...layout.train, layout.test].flatMap((name) => pathsOf(folder, name))) {
        if (await isThere(path)) return { ...layout, folder };
      }
    }
  }
  const names = LAYOUTS.map(({ train, folder }) => `"${train[0]}" (or a folder "${folder}")`).join(" nor ");
  throw new UserError(`Cannot find CIFAR-10 in "${directory}": it holds neither ${names}. ${CIFAR10_REMEDY}`);
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
