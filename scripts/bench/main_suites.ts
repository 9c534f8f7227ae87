/**
 * The main suites one after the other, and one report on all of them.
 *
 * @module
 */
import { UserError } from "../../base/errors.ts";
import { pathIn } from "../../base/files.ts";
import { Stopwatch } from "../../base/stopwatch.ts";
import { readPublished } from "../../data/published.ts";
import type { RunPart } from "../../engine/running/run_parts.ts";
import { isTimedToTheEnd } from "../../engine/timing/gpu/benchmark.ts";
import { writeReport } from "../../reports/page/report_files.ts";
import { type CombinedPart, renderCombined, suitePart } from "../../reports/suite/combined.ts";
import { gpuTimingPart } from "../../reports/timing/gpu_timing.ts";
import { holdsRun, readRun } from "../../results/folder/store.ts";
import { setGpuTimingsAside } from "../../results/rows/gpu_timings.ts";
import { TABLES } from "../../results/rows/list.ts";
import { holdsTable, readTable } from "../../results/rows/table.ts";
import { GPU_TIMING } from "../../suites/gpu_timing.ts";
import { MAIN_SUITES, SUITES } from "../../suites/list.ts";
import { INTERRUPTED, interruptSignal, newRunDirectory } from "../command/cli.ts";
import { reportOnGpuTiming } from "./gpu_timing.ts";
import { benchGpuTimingApart } from "./gpu_timing_apart.ts";
import { type BenchOptions, typedOptions } from "./options.ts";
import { ownOptions, resumeCommand } from "./resume.ts";
import { benchSuite, type Surroundings } from "./suite.ts";
import { processStopwatch, timeTable } from "./time_table.ts";

/** A suite's picture on the page about all of them. */
const PICTURE = "error_rates.svg";

/**
 * Runs the suites, each into a subfolder of the run, or resumes them; returns the first exit status that is not 0.
 *
 * @throws {UserError} when an option has another meaning in every suite.
 */
export async function benchMainSuites(options: BenchOptions): Promise<number> {
  refuseOptionsOfOneSuite(options);
  const directory = options.resume ?? options.out ?? newRunDirectory("all", options.profile);
  const signal = interruptSignal(() => console.error("Stopping after this step; Ctrl-C again stops at once."));
  const parts: CombinedPart[] = [];
  const watches = new Map<string, Stopwatch<RunPart>>();
  let status = 0;
  for (const [index, id] of MAIN_SUITES.entries()) {
    console.log(`\n== ${id}, ${index + 1} of ${MAIN_SUITES.length}`);
    const folder = pathIn(directory, id);
    const stopwatch = index === 0 ? processStopwatch() : new Stopwatch<RunPart>();
    watches.set(id, stopwatch);
    const code = await runSuite(id, { options, directory: folder, signal, resumable: directory, stopwatch });
    status ||= code;
    const part = partOf(id, folder);
    if (part) parts.push(part);
    // After every suite, so that whatever comes next, there is a report on what has finished.
    if (parts.length > 0) writeReport(new Map([["report.md", renderCombined(parts)]]), directory);
    stopwatch.stop();
    if (signal.aborted) break;
  }
  if (parts.length > 0) console.log(`\nReport on all: ${directory}/report.md`);
  if (options.timings) console.log(timeTable(watches));
  return signal.aborted ? INTERRUPTED : status;
}

/** One of the suites, and its surroundings. */
type Part = Required<Surroundings> & { readonly options: BenchOptions };

async function runSuite(id: string, { options, ...where }: Part): Promise<number> {
  if (id === GPU_TIMING.id) return await timeOrKeep({ options, ...where });
  const suite = SUITES.find((each) => each.id === id)!;
  const { directory } = where;
  // A suite that the interrupted run did not reach is started.
  const own = options.resume !== undefined && holdsRun(directory)
    ? ownOptions({ ...options, resume: directory })
    : { ...options, resume: undefined, retryFailed: false };
  return await benchSuite(suite, { options: own, ...where });
}

/**
 * Times are measured alternately and can't be resumed: those of a finished run are kept, others are measured again.
 */
async function timeOrKeep(
  { options, directory, signal, resumable }: Part,
): Promise<number> {
  const { profile, resume } = options;
  if (resume !== undefined && holdsTable(TABLES.gpuTimings, directory)) {
    if (isTimedToTheEnd(readTable(TABLES.gpuTimings, directory).rows, GPU_TIMING.profiles[profile])) {
      console.log("Timed before, and kept");
      await reportOnGpuTiming(directory);
      return 0;
    }
    const kept = setGpuTimingsAside(directory);
    console.log(`Timed again from the beginning; what was timed before is in ${kept}`);
  }
  const status = await benchGpuTimingApart({ profile, out: directory }, signal);
  if (status === INTERRUPTED) console.log(`Resume with: ${resumeCommand(resumable, options)}`);
  return status;
}

/** undefined if nothing has finished. */
function partOf(id: string, folder: string): CombinedPart | undefined {
  const published = readPublished();
  const where = { link: `${id}/report.md` };
  if (id === GPU_TIMING.id) {
    const run = readTable(TABLES.gpuTimings, folder);
    return run.rows.length === 0 ? undefined : gpuTimingPart(run, { published, ...where });
  }
  const run = readRun(folder);
  return run.trials.length === 0
    ? undefined
    : suitePart([run], { published, ...where, ...(hasPicture(folder) && { picture: `${id}/${PICTURE}` }) });
}

function hasPicture(folder: string): boolean {
  return [...Deno.readDirSync(folder)].some(({ name }) => name === PICTURE);
}

/** Options with the same meaning for every suite. */
const SHARED: readonly string[] = [
  "--adapter",
  "--dataset",
  "--data-dir",
  "--data-store",
  "--out",
  "--resume",
  "--retry-failed",
  "--checkpoint-seconds",
  "--timings",
];

/** Seeds, filters and backends depend on the suite. */
function refuseOptionsOfOneSuite(options: BenchOptions): void {
  const typed = typedOptions(options).find((name) => !SHARED.includes(name));
  if (typed !== undefined) {
    throw new UserError(
      `${typed} is for one suite. Name one first, e.g. "deno task bench ${MAIN_SUITES[0]} ${typed} ...".`,
    );
  }
}
