/**
 * `deno task report RUN_DIR...`: makes a report from run folders, or checks a committed one.
 *
 * @module
 */
import { join } from "node:path";
import { argument, type InferValue, message, multiple, object, option, optional } from "@optique/core";
import { path, run } from "@optique/run";
import { readPublished } from "../data/published.ts";
import { UserError } from "../base/errors.ts";
import { renderGpuReport } from "../reports/gpu_timing.ts";
import { renderKernelReport } from "../reports/kernels.ts";
import { renderMemoryReport } from "../reports/memory.ts";
import { differences, renderReport, type ReportFiles, writeReport } from "../reports/report.ts";
import { GPU_TIMINGS_FILE, holdsGpuTimings, readGpuTimings } from "../results/gpu_timings.ts";
import { holdsMemory, MEMORY_FILE, readMemory } from "../results/memory.ts";
import { readRun } from "../results/store.ts";
import { holdsTimings, readTimings, TIMINGS_FILE } from "../results/timings.ts";
import { main, RUN_OPTIONS } from "./cli.ts";

/** A folder that holds one of these is that of a run. */
const RUN_FILES: ReadonlySet<string> = new Set(["environment.json", TIMINGS_FILE, GPU_TIMINGS_FILE, MEMORY_FILE]);

const parser = object("Options", {
  folders: multiple(
    argument(path({ metavar: "RUN_DIR" }), {
      description: message`Run folders of one suite, or folders that hold some; together they make one report`,
    }),
    { min: 1 },
  ),
  out: optional(option("-o", "--out", path({ metavar: "DIR" }), {
    description: message`Folder for report.md and its pictures. Default: RUN_DIR, where only one is named`,
  })),
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
  if (folders.every(holdsMemory)) return await renderMemoryReport(folders.map(readMemory));
  const timed = folders.filter(holdsTimings);
  const measured = folders.filter(holdsGpuTimings);
  if (measured.length === folders.length) {
    return await renderGpuReport(folders.map((folder) => readGpuTimings(folder)), readPublished());
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
  return renderKernelReport(folders.map((folder) => readTimings(folder)));
}

/** A folder of a run, or all such folders under one that is none; itself where there is none. */
function runFolders(folder: string): string[] {
  const found = below(folder);
  return found.length === 0 ? [folder] : found;
}

function below(folder: string): string[] {
  const entries = entriesOf(folder);
  if (entries.some(({ isFile, name }) => isFile && RUN_FILES.has(name))) return [folder];
  return entries.filter((entry) => entry.isDirectory).flatMap((entry) => below(join(folder, entry.name)));
}

/** What a folder holds; nothing where it can't be read, for reading it as a run says why. */
function entriesOf(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)];
  } catch {
    return [];
  }
}
