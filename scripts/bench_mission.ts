/**
 * The mission's four suites one after the other, and one report on all of them.
 *
 * @module
 */
import { UserError } from "../base/errors.ts";
import { pathIn } from "../base/files.ts";
import { readPublished } from "../data/published.ts";
import { type CombinedPart, renderCombined, suitePart } from "../reports/combined.ts";
import { gpuTimingPart } from "../reports/gpu_timing.ts";
import { writeReport } from "../reports/report.ts";
import { readGpuTimings } from "../results/gpu_timings.ts";
import { readRun } from "../results/store.ts";
import { GPU_TIMING } from "../suites/gpu_timing.ts";
import { MISSION, SUITES } from "../suites/mod.ts";
import { benchGpuTiming } from "./bench_gpu_timing.ts";
import { type BenchOptions, typedOptions } from "./bench_options.ts";
import { benchSuite } from "./bench_suite.ts";
import { INTERRUPTED, interruptSignal, newRunDirectory } from "./cli.ts";

/** A suite's picture on the page on all. */
const PICTURE = "error_rates.svg";

/** Runs the suites, each into a folder of the run's; returns the first exit status that is not 0. */
export async function benchMission(options: BenchOptions): Promise<number> {
  refuseOptionsOfOneSuite(options);
  // As the timing suite needs it, whose turn comes last: Mesa reads it with the first adapter.
  Deno.env.set("MESA_SHADER_CACHE_DISABLE", "true");
  const directory = options.out ?? newRunDirectory("all", options.profile);
  const signal = interruptSignal(() => console.error("Stopping after this step; Ctrl-C again stops at once."));
  const parts: CombinedPart[] = [];
  let status = 0;
  for (const [index, id] of MISSION.entries()) {
    console.log(`\n== ${id}, ${index + 1} of ${MISSION.length}`);
    const folder = pathIn(directory, id);
    const code = await runSuite(id, { options, directory: folder, signal });
    status ||= code;
    const part = partOf(id, folder);
    if (part) parts.push(part);
    // After every suite: what was finished is reported on, whatever comes next.
    if (parts.length > 0) writeReport(new Map([["report.md", renderCombined(parts)]]), directory);
    if (signal.aborted) break;
  }
  if (parts.length > 0) console.log(`\nReport on all: ${directory}/report.md`);
  return signal.aborted ? INTERRUPTED : status;
}

async function runSuite(
  id: string,
  { options, directory, signal }: { options: BenchOptions; directory: string; signal: AbortSignal },
): Promise<number> {
  if (id === GPU_TIMING.id) {
    return await benchGpuTiming(
      { command: "gpu_timing", profile: options.profile, filter: undefined, out: directory },
      {
        signal,
      },
    );
  }
  const suite = SUITES.find((each) => each.id === id)!;
  return await benchSuite(suite, { options, directory, signal });
}

/** undefined where nothing was finished. */
function partOf(id: string, folder: string): CombinedPart | undefined {
  const published = readPublished();
  const where = { link: `${id}/report.md` };
  if (id === GPU_TIMING.id) {
    const run = readGpuTimings(folder);
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

/** What means the same to every suite. */
const SHARED: readonly string[] = ["--dataset", "--data-dir", "--out"];

/** Seeds, filters and backends mean something else in every suite. */
function refuseOptionsOfOneSuite(options: BenchOptions): void {
  const typed = typedOptions(options).find((name) => !SHARED.includes(name));
  if (typed !== undefined) {
    throw new UserError(
      `${typed} is for one suite. Name it in front, e.g. "deno task bench ${MISSION[0]} ${typed} ...".`,
    );
  }
}
