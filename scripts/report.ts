/**
 * `deno task report RUN_DIR...`: renders a report of run folders, or checks a committed one.
 *
 * @module
 */
import { argument, type InferValue, message, multiple, object, option } from "@optique/core";
import { run } from "@optique/run";
import { UserError } from "../base/errors.ts";
import { loadDataset } from "../data/choose_dataset.ts";
import { readPublished } from "../data/published.ts";
import { renderFolders } from "../reports/kinds.ts";
import { differences, type ReportFiles, writeReport } from "../reports/page/report_files.ts";
import { renderMisclassified } from "../reports/suite/misclassified.ts";
import { runFolders } from "../results/folder/run_folders.ts";
import { readRun } from "../results/folder/store.ts";
import { main, RUN_OPTIONS } from "./command/cli.ts";
import { CACHE_DIR, REPORT_PATHS } from "./command/path_options.ts";
import { pathOptions, userPath } from "./command/path_parsers.ts";

const parser = object("Options", {
  folders: multiple(
    argument(userPath({ metavar: "RUN_DIR" }), {
      description: message`Run folders of one kind and suite, or folders that contain some; they share one report`,
    }),
    { min: 1 },
  ),
  ...pathOptions(REPORT_PATHS),
  check: option("--check", {
    description: message`Write nothing; fail if the files in the folder differ from the report by a byte`,
  }),
});

if (import.meta.main) {
  const options = run(parser, {
    programName: "deno task report",
    brief: message`Compare measured error rates with the published ones.`,
    description:
      message`Reads CSV files only, except with --digits, so it needs no GPU. The same files always yield the same bytes.`,
    examples: message`deno task report results/reference/lenet300 --out reports/lenet300`,
    ...RUN_OPTIONS,
  });
  await main(() => report(options));
}

/** Renders the report of the named folders and writes it, or compares it with what is there. */
export async function report({ folders, out, digits, check }: InferValue<typeof parser>): Promise<number> {
  const directory = out ?? (folders.length === 1 ? folders[0] : undefined);
  if (directory === undefined) {
    throw new UserError(`Cannot choose between "${folders.join('", "')}" for the report. Name a folder with --out.`);
  }
  const runs = folders.flatMap(runFolders);
  const files = new Map([
    ...await renderFolders(runs),
    ...digits === undefined ? [] : await misclassified(runs, digits),
  ]);
  if (!check) {
    writeReport(files, directory);
    console.log(`Wrote ${[...files.keys()].join(", ")} to ${directory}.`);
    return 0;
  }
  const different = differences(files, directory);
  if (different.length > 0) {
    throw new UserError(
      `The report in "${directory}" does not match its CSV files: see "${different.join('", "')}". ` +
        "Render it again without --check and look at what changed.",
    );
  }
  console.log(`The report in ${directory} matches its CSV files.`);
  return 0;
}

/** The digits that each network of a suite got wrong. */
async function misclassified(folders: readonly string[], dataDir: string): Promise<ReportFiles> {
  const runs = folders.map(readRun);
  const isUsps = runs[0]?.environment.dataset.split(":")[0] === "usps";
  const transpose = runs[0]?.environment.plan.options?.transpose === true;
  const dataset = await loadDataset({
    dataset: isUsps ? "usps" : "auto",
    dataDir,
    cacheDir: CACHE_DIR,
    transpose,
  });
  return renderMisclassified(runs, { dataset, published: readPublished() });
}
