/**
 * MNIST's four files in a folder, or those of any other data set of the same shape.
 *
 * @module
 */
import { UserError } from "../../base/errors.ts";
import { isThere, pathIn } from "../../base/files.ts";
import { datasetSha256, sha256 } from "../checksum.ts";
import type { Dataset } from "../dataset.ts";
import { parseImageSet } from "./idx.ts";
import { readNamed } from "./named_file.ts";

/** A file's name, without `.gz`, and the SHA-256 of its uncompressed bytes, hexadecimal. */
export interface PublishedFile {
  /** Name of the file. */
  readonly name: string;
  /** Of the uncompressed file, hexadecimal. */
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

/** What to do about a bad file, depending on its owner: users are never asked to delete their own files. */
const REMEDIES = {
  cache: 'Delete it and run "deno task data fetch mnist".',
  user: "Put a good copy in its place, or leave the data directory out to have MNIST downloaded.",
} as const;

const IF_MISSING = "Put it there, or leave the data directory out to have MNIST downloaded.";

/** What a folder may contain, and who owns it. */
export interface ReadOptions {
  /** Refuses a data set that is not MNIST. */
  readonly mnistOnly: boolean;
  /** The folder is this program's own: a bad file may be deleted and downloaded again. */
  readonly isCache?: boolean;
  /** MNIST's if left out. */
  readonly files?: PublishedFiles;
}

/**
 * Reads the four files, plain or `.gz`, from `directory/mnist` or, if there is no such folder, from `directory`.
 *
 * They are MNIST if all four checksums are. If none is, they are another data set, labelled with its checksum.
 *
 * @throws {UserError} A file is missing or damaged, the images are not 28x28, or the data set is refused.
 */
export async function readIdxDirectory(
  directory: string,
  { mnistOnly, isCache = false, files = MNIST_FILES }: ReadOptions,
): Promise<Dataset> {
  const folder = await isThere(`${directory}/mnist`) ? pathIn(directory, "mnist") : directory;
  const remedy = isCache ? REMEDIES.cache : REMEDIES.user;
  const read = ({ name }: PublishedFile) => readNamed(folder, { name, format: "IDX", remedy, ifMissing: IF_MISSING });
  const [trainImages, trainLabels, testImages, testLabels] = [
    await read(files[0]),
    await read(files[1]),
    await read(files[2]),
    await read(files[3]),
  ];
  const mismatch = [trainImages, trainLabels, testImages, testLabels]
    .filter((file, i) => sha256(file.bytes) !== files[i]!.sha256);
  const isAnother = mismatch.length === files.length && !isCache;
  if (isAnother && mnistOnly) {
    throw new UserError(
      `Cannot use "${folder}" as MNIST: none of its four files has the published SHA-256. ` +
        'Leave out "--dataset mnist" to use the data set that it holds.',
    );
  }
  if (mismatch[0] && !isAnother) {
    throw new UserError(
      `Cannot read MNIST file "${mismatch[0].name}": SHA-256 differs from the published one. ${remedy}`,
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

/** The name of the data set; never MNIST if it is not. */
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
