/**
 * `deno task report RUN_DIR...`: makes a report from run folders, or checks a committed one.
 *
 * @module
 */
import { argument, type InferValue, message, multiple, object, option } from "@optique/core";
import { path, run } from "@optique/run";
import { UserError } from "../base/errors.ts";
import { readPublished } from "../data/published.ts";
import { differences, renderReport, type ReportFiles, writeReport } from "../reports/suite/report.ts";
import { renderGpuReport } from "../reports/timing/gpu_timing.ts";
import { renderKernelReport } from "../reports/timing/kernels.ts";
import { renderCalibration } from "../reports/tracking/calibration.ts";
import { renderMemoryReport } from "../reports/tracking/memory.ts";
import { runFolders } from "../results/folder/run_folders.ts";
import { readRun } from "../results/folder/store.ts";
import { holdsTable, readTable } from "../results/rows/table.ts";
import { TABLES } from "../results/rows/tables.ts";
import { main, RUN_OPTIONS } from "./command/cli.ts";
import { REPORT_PATHS } from "./command/path_options.ts";
import { pathOptions } from "./command/path_parsers.ts";

const parser = object("Options", {
  folders: multiple(
    argument(path({ metavar: "RUN_DIR" }), {
      description: message`Run folders of one suite, or folders that hold some; together they make one report`,
    }),
    { min: 1 },
  ),
  ...pathOptions(REPORT_PATHS),
  check: option("--check", {
    description: message`Write nothing; fail where the files in the folder differ from the report by a byte`,
  }),
});

if (import.meta.main) {
  const options = run(parser, {
    programName: "deno task report",
    brief: message`Set measured error rates beside the published ones.`,
    description: message`Reads CSV files only, so it needs no GPU. The same files give the same bytes.`,
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
  const files = await render(folders.flatMap(runFolders));
  if (!check) {
    writeReport(files, directory);
    console.log(`Wrote ${[...files.keys()].join(", ")} to ${directory}.`);
    return 0;
  }
  const different = differences(files, directory);
  if (different.length > 0) {
    throw new UserError(
      `The report in "${directory}" is not what its CSV files give: see "${different.join('", "')}". ` +
        "Render it again without --check and look at what changed.",
    );
  }
  console.log(`The report in ${directory} is what its CSV files give.`);
  return 0;
}

/** Timings have a report of their own. */
async function render(folders: readonly string[]): Promise<ReportFiles> {
  if (folders.every((folder) => holdsTable(TABLES.calibration, folder))) {
    return renderCalibration(folders.flatMap((folder) => readTable(TABLES.calibration, folder).rows));
  }
  if (folders.every((folder) => holdsTable(TABLES.memory, folder))) {
    return await renderMemoryReport(folders.map((folder) => readTable(TABLES.memory, folder)));
  }
  const timed = folders.filter((folder) => holdsTable(TABLES.timings, folder));
  const measured = folders.filter((folder) => holdsTable(TABLES.gpuTimings, folder));
  if (measured.length === folders.length) {
    return await renderGpuReport(folders.map((folder) => readTable(TABLES.gpuTimings, folder)), readPublished());
  }
  if (timed.length === 0 && measured.length === 0) {
    return await renderReport(folders.map((folder) => readRun(folder)), readPublished());
  }
  const other = folders.find((folder) => !timed.includes(folder));
  if (other !== undefined) {
    const [first] = [...timed, ...measured];
    throw new UserError(
      `Cannot report on "${first}", which holds timings, and "${other}" together. Make a report for each.`,
    );
  }
  return renderKernelReport(folders.map((folder) => readTable(TABLES.timings, folder)));
}
