/**
 * Which data set a run uses: one that the user names, MNIST, USPS, or drawn digits; for suites of colour images,
 * CIFAR-10 or drawn digits in colour.
 *
 * @module
 */
import { UserError } from "../base/errors.ts";
import { type Dataset, type ImageKind, withNotice } from "./dataset.ts";
import { CIFAR10_REMEDY, readCifar10Directory } from "./files/cifar10.ts";
import { downloadMnist, type DownloadOptions } from "./files/download.ts";
import { MNIST_FILES, readIdxDirectory } from "./files/mnist.ts";
import { readUspsDirectory, USPS_REMEDY } from "./files/usps.ts";
import { oddities } from "./oddities.ts";
import { syntheticColourDataset } from "./synthetic/colour.ts";
import { SYNTHETIC_SIZES, syntheticDataset } from "./synthetic/digits.ts";

/** Which data set, and where it comes from. */
export interface LoadOptions {
  /** What the images show; `digits` if left out. */
  readonly images?: ImageKind;
  /**
   * `auto`: the IDX files in `dataDir`; without `dataDir` MNIST or, if MNIST isn't available, `synthetic`. `usps` and
   * `cifar10` images only come from `dataDir`.
   */
  readonly dataset: "auto" | "mnist" | "usps" | "synthetic";
  /** Folder of IDX, USPS or CIFAR-10 files. Missing files are not looked for elsewhere. */
  readonly dataDir?: string | undefined;
  /** Another folder into which links in `dataDir` may lead, such as the store of a cache. */
  readonly dataStore?: string | undefined;
  /** The IDX files in `dataDir` have their images column by column, as EMNIST's do. */
  readonly transpose?: boolean;
  /** Where downloads are kept, in the folder `mnist`. */
  readonly cacheDir: string;
  /** Number of images to draw, for `synthetic`; as many as MNIST has if left out. */
  readonly sizes?: { readonly train: number; readonly test: number };
  /** Mirrors, progress and patience, in case MNIST has to be downloaded. */
  readonly download?: DownloadOptions;
}

/**
 * Loads the data set that the options ask for. If `auto` had to fall back, its notice says why.
 *
 * @throws {UserError} `mnist` or `usps` isn't available; `dataDir` or the cache has a bad file (with `auto` too, since
 * a file that is there is meant to be used); or `cifar10` images are asked for as digits, or without `dataDir`.
 */
export async function loadDataset(options: LoadOptions): Promise<Dataset> {
  const dataset = await load(options);
  // The others are known.
  return dataset.id.includes(":") ? withNotice(dataset, oddities(dataset)) : dataset;
}

async function load(options: LoadOptions): Promise<Dataset> {
  const { images = "digits", dataset, dataDir, dataStore, transpose, cacheDir, sizes = SYNTHETIC_SIZES, download } =
    options;
  if (images === "cifar10") return await loadCifar10({ dataset, dataDir, dataStore, sizes });
  if (dataset === "synthetic") return syntheticDataset(sizes);
  if (dataset === "usps") return await loadUsps({ dataDir, dataStore });
  const mnistOnly = dataset === "mnist";
  if (dataDir !== undefined) {
    return await readIdxDirectory(dataDir, { mnistOnly, store: dataStore, ...(transpose && { transpose }) });
  }
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

async function loadUsps({ dataDir, dataStore }: Pick<LoadOptions, "dataDir" | "dataStore">): Promise<Dataset> {
  if (dataDir === undefined) throw new UserError(`No data directory is named for USPS. ${USPS_REMEDY}`);
  return await readUspsDirectory(dataDir, { store: dataStore });
}

async function loadCifar10(
  { dataset, dataDir, dataStore, sizes }: {
    dataset: LoadOptions["dataset"];
    dataDir: string | undefined;
    dataStore: string | undefined;
    sizes: { train: number; test: number };
  },
): Promise<Dataset> {
  if (dataset === "synthetic") return syntheticColourDataset(sizes);
  if (dataset !== "auto") {
    throw new UserError(
      `Cannot use "${dataset}" to train on colour images: its digits are grey. Leave out "--dataset ${dataset}", and ` +
        "name a folder with CIFAR-10.",
    );
  }
  if (dataDir === undefined) throw new UserError(`No data directory is named for CIFAR-10's images. ${CIFAR10_REMEDY}`);
  return await readCifar10Directory(dataDir, { store: dataStore });
}
