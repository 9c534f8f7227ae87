/**
 * Which data set a run uses: one the user names, MNIST, or drawn digits.
 *
 * @module
 */
import { UserError } from "../base/errors.ts";
import type { Dataset } from "./dataset.ts";
import { downloadMnist, type DownloadOptions } from "./download.ts";
import { MNIST_FILES, readIdxDirectory } from "./mnist.ts";
import { SYNTHETIC_SIZES, syntheticDataset } from "./synthetic.ts";

/** Which data set, and where from. */
export interface LoadOptions {
  /** `auto`: what `dataDir` holds, else MNIST, else, where MNIST can't be had, `synthetic`. */
  readonly dataset: "auto" | "mnist" | "synthetic";
  /** Folder of IDX files. What it lacks is not looked for elsewhere. */
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
 * @throws {UserError} Where `mnist` can't be had, or `dataDir` or the cache holds a bad file; the latter is an error
 * in `auto` too, since a file that is there is meant to be used.
 */
export async function loadDataset(options: LoadOptions): Promise<Dataset> {
  const { dataset, dataDir, cacheDir, sizes = SYNTHETIC_SIZES, download } = options;
  if (dataset === "synthetic") return syntheticDataset(sizes);
  const mnistOnly = dataset === "mnist";
  if (dataDir !== undefined) return await readIdxDirectory(dataDir, { mnistOnly });
  try {
    await downloadMnist(`${cacheDir}/mnist`, download);
  } catch (error) {
    if (mnistOnly || !(error instanceof UserError)) throw error;
    const drawn = syntheticDataset(sizes);
    return { ...drawn, notice: `Drawn digits are used, because MNIST can't be had. ${error.message} ${drawn.notice}` };
  }
  const files = download?.files ?? MNIST_FILES;
  return await readIdxDirectory(cacheDir, { mnistOnly: true, isCache: true, files });
}
