/**
 * Which data set a run uses: one the user names, MNIST, or drawn digits; for suites of colour images, CIFAR-10 or drawn
 * digits in colour.
 *
 * @module
 */
import { UserError } from "../base/errors.ts";
import type { Dataset, ImageKind } from "./dataset.ts";
import { CIFAR10_REMEDY, readCifar10Directory } from "./files/cifar10.ts";
import { downloadMnist, type DownloadOptions } from "./files/download.ts";
import { MNIST_FILES, readIdxDirectory } from "./files/mnist.ts";
import { syntheticColourDataset } from "./synthetic/colour.ts";
import { SYNTHETIC_SIZES, syntheticDataset } from "./synthetic/digits.ts";

/** Which data set, and where from. */
export interface LoadOptions {
  /** What the images are to show; `digits` if left out. */
  readonly images?: ImageKind;
  /**
   * `auto`: what `dataDir` holds, else MNIST, else, if MNIST isn't available, `synthetic`. Of `cifar10` images, what
   * `dataDir` holds and nothing else.
   */
  readonly dataset: "auto" | "mnist" | "synthetic";
  /** Folder of IDX or CIFAR-10 files. What it lacks is not looked for elsewhere. */
  readonly dataDir?: string;
  /** Where downloads are kept, in the folder `mnist`. */
  readonly cacheDir: string;
  /** Images to draw, for `synthetic`; MNIST's numbers if left out. */
  readonly sizes?: { readonly train: number; readonly test: number };
  /** Mirrors, progress and patience, should MNIST have to be downloaded. */
  readonly download?: DownloadOptions;
}

/**
 * Loads the data set that the options ask for. Where `auto` had to fall back, its notice says why.
 *
 * @throws {UserError} `mnist` isn't available, or `dataDir` or the cache holds a bad file; the latter is an error
 * in `auto` too, since a file that is there is meant to be used. Where `cifar10` images are asked for as `mnist`, or
 * from nowhere.
 */
export async function loadDataset(options: LoadOptions): Promise<Dataset> {
  const { images = "digits", dataset, dataDir, cacheDir, sizes = SYNTHETIC_SIZES, download } = options;
  if (images === "cifar10") return await loadCifar10({ dataset, dataDir, sizes });
  if (dataset === "synthetic") return syntheticDataset(sizes);
  const mnistOnly = dataset === "mnist";
  if (dataDir !== undefined) return await readIdxDirectory(dataDir, { mnistOnly });
  try {
    await downloadMnist(`${cacheDir}/mnist`, download);
  } catch (error) {
    if (mnistOnly || !(error instanceof UserError)) throw error;
    const drawn = syntheticDataset(sizes);
    return {
      ...drawn,
      notice: `Drawn digits are used, because MNIST isn't available. ${error.message} ${drawn.notice}`,
    };
  }
  const files = download?.files ?? MNIST_FILES;
  return await readIdxDirectory(cacheDir, { mnistOnly: true, isCache: true, files });
}

async function loadCifar10(
  { dataset, dataDir, sizes }: {
    dataset: LoadOptions["dataset"];
    dataDir: string | undefined;
    sizes: { train: number; test: number };
  },
): Promise<Dataset> {
  if (dataset === "synthetic") return syntheticColourDataset(sizes);
  if (dataset === "mnist") {
    throw new UserError(
      'Cannot use "mnist" where colour images are trained on: its digits are grey. Leave out "--dataset mnist", and ' +
        "name a folder that holds CIFAR-10.",
    );
  }
  if (dataDir === undefined) throw new UserError(`No data directory is named for CIFAR-10's images. ${CIFAR10_REMEDY}`);
  return await readCifar10Directory(dataDir);
}
