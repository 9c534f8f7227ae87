/**
 * `deno task data fetch mnist`: downloads MNIST into the cache ahead of a run.
 *
 * @module
 */
import { argument, choice, command, message, object } from "@optique/core";
import { run } from "@optique/run";
import { loadDataset } from "../data/choose_dataset.ts";
import { main, RUN_OPTIONS } from "./command/cli.ts";
import { CACHE_DIR } from "./command/path_options.ts";
import { downloadProgress } from "./command/progress.ts";

const parser = command(
  "fetch",
  object({
    dataset: argument(choice(["mnist"], { metavar: "DATASET" }), {
      description: message`Only mnist: USPS and CIFAR-10 are not downloaded, but read from --data-dir`,
    }),
  }),
  { description: message`Download a data set into ${CACHE_DIR} and check it` },
);

if (import.meta.main) {
  const { dataset } = run(parser, {
    programName: "deno task data",
    brief: message`Fetch data sets ahead of a run.`,
    ...RUN_OPTIONS,
  });
  await main(async () => {
    const { title, sha256 } = await loadDataset({
      dataset,
      cacheDir: CACHE_DIR,
      download: { onProgress: downloadProgress() },
    });
    console.log(`${title} is in ${CACHE_DIR}, SHA-256 ${sha256}`);
    return 0;
  });
}
