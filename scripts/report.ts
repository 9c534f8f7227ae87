/**
 * `deno task report RUN_DIR...`: renders a report of run folders, or checks a committed one.
 *
 * @module
 */
import { argument, type InferValue, message, multiple, object, option } from "@optique/core";
import { path, run } from "@optique/run";
import { UserError } from "../base/errors.ts";
import { renderFolders } from "../reports/kinds.ts";
import { differences, writeReport } from "../reports/page/report_files.ts";
import { runFolders } from "../results/folder/run_folders.ts";
import { main, RUN_OPTIONS } from "./command/cli.ts";
import { REPORT_PATHS } from "./command/path_options.ts";
import { pathOptions } from "./command/path_parsers.ts";

const parser = object("Options", {
  folders: multiple(
    argument(path({ metavar: "RUN_DIR" }), {
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
    description: message`Reads CSV files only, so it needs no GPU. The same files always yield the same bytes.`,
    examples: message`deno task report results/reference/lenet300 --out reports/lenet300`,
    ...RUN_OPTIONS,
  });
  await main(() => report(options));
}

/** Renders the report of the named folders and writes it, or compares it with what is there. */
export async function report({ folders, out, check }: InferValue<typeof parser>): Promise<number> {
  const directory = out ?? (folders.length === 1 ? folders[0] : undefined);
  if (directory === undefined) {
    throw new UserError(`Cannot choose between "${folders.join('", "')}" for the report. Name a folder with --out.`);
  }
  const files = await renderFolders(folders.flatMap(runFolders));
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
