/**
 * A suite from its record to its rows, for programs that need no more than that.
 *
 * @module
 */
import { UserError } from "../../base/errors.ts";
import { startBackend } from "../../device/backend.ts";
import { TUNED_KERNELS } from "../../kernels/mod.ts";
import { readRun, type Run } from "../../results/folder/store.ts";
import type { ProfileName, Suite } from "../../suites/suite.ts";
import { type DataOptions, fittingPlan, loadDataFor } from "./load_data.ts";
import { plan, type PlanOptions } from "./plan.ts";
import { type RunOptions, runPlan } from "./run.ts";

/** How {@linkcode runSuite} runs. */
export interface SuiteOptions
  extends
    Omit<PlanOptions, "profile">,
    Partial<Pick<DataOptions, "dataset" | "dataDir" | "cacheDir">>,
    Pick<
      RunOptions,
      "onProgress" | "onCompiling" | "onTrial" | "onNotice" | "signal" | "resume" | "checkpointSeconds"
    > {
  /** How much work. */
  readonly profile: ProfileName;
  /** Folder of the run's files; must not contain a run yet, unless that is to be resumed. */
  readonly directory: string;
}

/**
 * Runs `suite` on the WebGPU adapter with the tuned kernels, on the data set that is asked for; by default on drawn
 * digits if its profile asks for them, else on what `dataDir` contains, else on MNIST.
 *
 * @returns The run, as its files tell it; after an abort, what was finished.
 * @throws {UserError} No adapter, a lost device, bad data, a folder that can't be written, a filter that matches
 * nothing.
 */
export async function runSuite(suite: Suite, options: SuiteOptions): Promise<Run> {
  const { dataset: asked, dataDir, cacheDir = ".cache/data", ...running } = options;
  const whole = plan(suite, options);
  const dataset = await loadDataFor(whole, {
    cacheDir,
    ...(asked !== undefined && { dataset: asked }),
    ...(dataDir !== undefined && { dataDir }),
  });
  const work = fittingPlan(whole, dataset);
  const backend = await startBackend("webgpu", { kernels: TUNED_KERNELS });
  try {
    const { lost } = await runPlan({
      plan: work,
      dataset,
      backend,
      ...running,
      command: `runSuite of suite "${suite.id}", profile ${work.profileName}`,
    });
    if (lost) throw new UserError(`${lost}. The trials before it are in "${options.directory}".`);
  } finally {
    backend.stop();
  }
  return readRun(options.directory);
}
