/**
 * MNIST's four files in a folder, or those of any other data set of the same shape.
 *
 * @module
 */
import { UserError } from "../base/errors.ts";
import { datasetSha256, sha256 } from "./checksum.ts";
import type { Dataset } from "./dataset.ts";
import { type NamedFile, parseImageSet, uncompress } from "./idx.ts";

/** A file's name, without `.gz`, and the SHA-256 of its uncompressed bytes, hexadecimal. */
export interface PublishedFile {
  readonly name: string;
  readonly sha256: string;
}

/** Train images, train labels, test images, test labels. */
export type PublishedFiles = readonly [PublishedFile, PublishedFile, PublishedFile, PublishedFile];

/** As LeCun, Cortes and Burges published them. */
export const MNIST_FILES: PublishedFiles = [
  {
    name: "train-images-idx3-ubyte",
    sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
  },
  {
    name: "train-labels-idx1-ubyte",
    sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
  },
  {
    name: "t10k-images-idx3-ubyte",
    sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
  },
  {
    name: "t10k-labels-idx1-ubyte",
    sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
  },
];

const SIDE = 28;

/**
 * Reads the four files, plain or `.gz`, from `directory/mnist` or, where there is no such folder, from `directory`.
 *
 * They are MNIST where all four checksums are. Where none is, they are another data set, labelled with its checksum.
 *
 * @param options `mnistOnly` refuses other data sets; `files` are MNIST's if left out.
 * @throws {UserError} Where a file is missing or damaged, or the images are not 28x28.
 */
export async function readIdxDirectory(
  directory: string,
  { mnistOnly, files = MNIST_FILES }: { mnistOnly: boolean; files?: PublishedFiles },
): Promise<Dataset> {
  const folder = await isThere(`${directory}/mnist`) ? `${directory}/mnist` : directory;
  const [trainImages, trainLabels, testImages, testLabels] = [
    await read(folder, files[0]),
    await read(folder, files[1]),
    await read(folder, files[2]),
    await read(folder, files[3]),
  ];
  const mismatch = [trainImages, trainLabels, testImages, testLabels]
    .filter((file, i) => sha256(file.bytes) !== files[i]!.sha256);
  if (mismatch[0] && (mnistOnly || mismatch.length < files.length)) {
    throw new UserError(
      `Cannot read MNIST file "${mismatch[0].name}": SHA-256 differs from the published one. ` +
        "Delete it and put a good copy in its place, or leave the data directory out to have MNIST downloaded.",
    );
  }
  const train = parseImageSet(trainImages, trainLabels);
  const test = parseImageSet(testImages, testLabels);
  for (const [file, { height, width }] of [[trainImages, train], [testImages, test]] as const) {
    if (height === SIDE && width === SIDE) continue;
    throw new UserError(
      `Cannot use "${file.name}": its images are ${height}x${width}. Name a data set of 28x28 images.`,
    );
  }
  return { ...label(datasetSha256({ train, test }), mismatch.length === 0), train, test };
}

/** What the data set is called; never MNIST where it is not. */
function label(checksum: string, isMnist: boolean): Pick<Dataset, "id" | "title" | "sha256" | "notice"> {
  if (isMnist) return { id: "mnist", title: "MNIST", sha256: checksum };
  const short = checksum.slice(0, 12);
  return {
    id: `idx:${short}`,
    title: `IDX data set ${short} (not MNIST)`,
    sha256: checksum,
    notice: "The images are not MNIST: error rates on them can't be compared with those published for MNIST.",
  };
}

/**
 * Whether something exists at `path`.
 *
 * @throws {UserError} Where that may not be known.
 */
export async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw unreadable(path, error);
  }
}

/** The file's uncompressed bytes, from `folder/name` or else `folder/name.gz`. */
async function read(folder: string, { name }: PublishedFile): Promise<NamedFile> {
  for (const path of [`${folder}/${name}`, `${folder}/${name}.gz`]) {
    if (!await isThere(path)) continue;
    try {
      return uncompress({ name: path, bytes: await Deno.readFile(path) });
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw unreadable(path, error);
    }
  }
  throw new UserError(
    `Cannot find "${name}" or "${name}.gz" in "${folder}". ` +
      "Put it there, or leave the data directory out to have MNIST downloaded.",
  );
}

function unreadable(path: string, error: unknown): UserError {
  const why = error instanceof Error ? error.message : String(error);
  return new UserError(`Cannot read "${path}": ${why}. Make it a file that this program may read.`);
}
