/**
 * MNIST's four files in a folder, or those of any other data set of the same shape.
 *
 * @module
 */
import { UserError } from "../../base/errors.ts";
import { datasetSha256, sha256 } from "../checksum.ts";
import { type Dataset, type ImageSet, withNotice } from "../dataset.ts";
import { transpose as transposeImages } from "../transpose.ts";
import { findFiles, type Layout } from "./find.ts";
import { idxHeader, parseImageSet } from "./idx.ts";
import { type NamedFile, readNamed, REMEDIES as LIMITS } from "./named_file.ts";

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

/**
 * Names of other data sets' files, such as `emnist-digits-train-images-idx3-ubyte`, `qmnist-test-labels-idx2-int` and
 * `test-images-idx3-ubyte`.
 */
const ALIAS = /^(?:(?<prefix>.+)-)?(?<part>train|t10k|test)-(?<kind>images|labels)(?:-(?:idx\d?|ubyte|int))*$/;

/** What a folder may contain, and who owns it. */
export interface ReadOptions {
  /** Refuses a data set that is not MNIST. */
  readonly mnistOnly: boolean;
  /** The folder is this program's own: a bad file may be deleted and downloaded again. */
  readonly isCache?: boolean;
  /** MNIST's if left out. */
  readonly files?: PublishedFiles;
  /** Another folder into which links may lead. */
  readonly store?: string | undefined;
  /** The files have their images column by column, as EMNIST's do. */
  readonly transpose?: boolean;
}

/**
 * Reads the four files, plain or `.gz`, from `directory` or one of the folders in it where people have them: `mnist`,
 * `MNIST/raw` as torchvision writes it, and so on.
 *
 * They are MNIST if all four checksums are. If not, they are another data set, labelled with its checksum; if some are,
 * its notice says which.
 *
 * @throws {UserError} A file is missing or damaged, the images are not 28x28, or the data set is refused.
 */
export async function readIdxDirectory(
  directory: string,
  { mnistOnly, isCache = false, files = MNIST_FILES, store, transpose = false }: ReadOptions,
): Promise<Dataset> {
  const { folder, paths } = await findFiles(directory, [layoutOf(files)], {
    remedy: IF_MISSING,
    store,
    remedies: LIMITS,
  });
  const remedy = isCache ? REMEDIES.cache : REMEDIES.user;
  const named: NamedFile[] = [];
  for (const path of paths) named.push(await readNamed(folder, { path, format: "IDX", remedy, store }));
  const [trainImages, trainLabels, testImages, testLabels] = named as [NamedFile, NamedFile, NamedFile, NamedFile];
  const damaged = isCache ? named.find((file, i) => sha256(file.bytes) !== files[i]!.sha256) : undefined;
  if (damaged) {
    throw new UserError(`Cannot read MNIST file "${damaged.name}": SHA-256 differs from the published one. ${remedy}`);
  }
  const parts = { train: parseImageSet(trainImages, trainLabels), test: parseImageSet(testImages, testLabels) };
  for (const [file, { height, width }] of [[trainImages, parts.train], [testImages, parts.test]] as const) {
    if (height === SIDE && width === SIDE) continue;
    throw new UserError(
      `Cannot use "${file.name}": its images are ${height}x${width}. Name a data set of 28x28 images.`,
    );
  }
  const sets = transpose ? { train: transposeImages(parts.train), test: transposeImages(parts.test) } : parts;
  const others = checksums(sets).flatMap((checksum, i) => checksum === files[i]!.sha256 ? [] : [files[i]!.name]);
  const isMnist = others.length === 0;
  if (!isMnist && mnistOnly) {
    throw new UserError(
      `Cannot use "${folder}" as MNIST: ${
        others.length === files.length
          ? "none of its four files has the published SHA-256"
          : `SHA-256 of ${quoted(others)} differs from the published one`
      }. Leave out "--dataset mnist" to use the data set that it holds.`,
    );
  }
  const dataset = { ...label(datasetSha256(sets), { isMnist, transpose }), ...sets };
  return isMnist || others.length === files.length ? dataset : withNotice(
    dataset,
    `Files that differ from MNIST's: ${quoted(others)}; published ones: ${
      quoted(files.map(({ name }) => name).filter((name) => !others.includes(name)))
    }. A damaged copy looks the same.`,
  );
}

/** Folders from the likeliest on; if all files are in several, the first is read. */
function layoutOf(files: PublishedFiles): Layout {
  return {
    folders: ["mnist", "mnist/raw", "MNIST", "MNIST/raw", "raw"],
    files: files.map(({ name }) => name),
    alias: (name) => {
      const { prefix = "", part, kind } = ALIAS.exec(name)?.groups ?? {};
      return part === undefined
        ? undefined
        : { prefix, file: (part === "train" ? 0 : 2) + (kind === "images" ? 0 : 1) };
    },
  };
}

/** SHA-256 of the four files as MNIST's are written: labels may have come in another form. */
function checksums({ train, test }: { train: ImageSet; test: ImageSet }): string[] {
  return [train, test].flatMap(({ count, height, width, pixels, labels }) => [
    sha256(idxHeader([count, height, width]), pixels),
    sha256(idxHeader([count]), labels),
  ]);
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}

/** The name of the data set; never MNIST if it is not. */
function label(
  checksum: string,
  { isMnist, transpose }: { isMnist: boolean; transpose: boolean },
): Pick<Dataset, "id" | "title" | "sha256" | "notice"> {
  if (isMnist) return { id: "mnist", title: "MNIST", sha256: checksum };
  const short = checksum.slice(0, 12);
  return {
    id: `idx:${short}`,
    title: `IDX data set ${short}${transpose ? ", transposed" : ""} (not MNIST)`,
    sha256: checksum,
    notice: "The images are not MNIST: error rates on them can't be compared with those published for MNIST.",
  };
}
