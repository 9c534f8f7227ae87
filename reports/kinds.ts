/**
 * All kinds of runs. A new kind is a file and a line here.
 *
 * @module
 */
import { UserError } from "../base/errors.ts";
import { holdsTable } from "../results/rows/table.ts";
import type { ReportFiles } from "./page/report_files.ts";
import type { RunKind } from "./run_kind.ts";
import { SUITE_RUNS } from "./suite/report.ts";
import { GPU_TIMING_RUNS } from "./timing/gpu_timing.ts";
import { KERNEL_RUNS } from "./timing/kernels.ts";
import { STEP_COMPARISON_RUNS } from "./timing/step_comparison.ts";
import { STEP_KERNEL_RUNS } from "./timing/step_kernels.ts";
import { CALIBRATION_RUNS } from "./tracking/calibration.ts";
import { MEMORY_RUNS } from "./tracking/memory.ts";

/** Every kind; a folder is of one kind only. */
export const RUN_KINDS: readonly RunKind[] = [
  SUITE_RUNS,
  GPU_TIMING_RUNS,
  KERNEL_RUNS,
  STEP_COMPARISON_RUNS,
  STEP_KERNEL_RUNS,
  MEMORY_RUNS,
  CALIBRATION_RUNS,
];

/**
 * Renders one report of run folders that are all of one kind.
 *
 * @param folders At least one.
 * @throws {UserError} The folders are of different kinds, or that kind's report refuses them.
 */
export async function renderFolders(folders: readonly string[]): Promise<ReportFiles> {
  const found = new Map(folders.map((folder) => [kindOf(folder), folder]));
  const [first, second] = found;
  if (second !== undefined) {
    const [one, other] = [first!, second].map(([{ contents }, folder]) => `"${folder}", which contains ${contents},`);
    throw new UserError(`Cannot report on ${one} and ${other} together. Make a report for each.`);
  }
  return await (first?.[0] ?? SUITE_RUNS).render(folders);
}

/** A folder without any of the files counts as a suite's: reading it as one says what is missing. */
function kindOf(folder: string): RunKind {
  return RUN_KINDS.find((kind) => holdsTable(kind, folder)) ?? SUITE_RUNS;
}
