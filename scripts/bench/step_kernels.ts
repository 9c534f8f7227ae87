/**
 * `deno task bench kernels --by-kernel`: every kernel of a training step alone, next to the whole step.
 *
 * @module
 */
import { UserError } from "../../base/errors.ts";
import { DeviceFault } from "../../device/backend.ts";
import { timeStepKernels } from "../../engine/timing/kernels/step_kernels.ts";
import type { TimingSubject } from "../../engine/timing/kernels/subjects.ts";
import type { TimingOptions } from "../../engine/timing/timed_work.ts";
import { counted, measure } from "../../reports/page/format.ts";
import { writeReport } from "../../reports/page/report_files.ts";
import { renderStepKernels } from "../../reports/timing/step_kernels.ts";
import { TABLES } from "../../results/rows/list.ts";
import type { StepKernelRow } from "../../results/rows/steps/step_kernels.ts";
import { createTable, readTable } from "../../results/rows/table.ts";
import type { ProfileName } from "../../suites/suite.ts";
import { INTERRUPTED, interruptSignal, newRunDirectory } from "../command/cli.ts";

export interface BenchStepKernelsOptions {
  readonly profile: ProfileName;
  readonly timing: TimingOptions;
  /** Training steps. */
  readonly subjects: readonly TimingSubject[];
  readonly out: string | undefined;
}

/** Times, stores and reports; returns the exit status. */
export async function benchStepKernels(
  { profile, timing, subjects, out }: BenchStepKernelsOptions,
): Promise<number> {
  const directory = out ?? newRunDirectory("kernels-by-kernel", profile);
  const store = createTable(TABLES.stepKernels, directory);
  const signal = interruptSignal(() => console.error("Stopping after this network; Ctrl-C again stops at once."));
  console.log(
    `Training steps by kernel: ${counted(subjects.length, "network")}, ${counted(timing.rounds, "round")}, ` +
      `profile ${profile}`,
  );
  try {
    await timeStepKernels({
      profile,
      timing,
      subjects,
      signal,
      onRows(rows) {
        rows.forEach(store.append);
        for (const row of rows) console.log(resultLine(row));
      },
    });
  } catch (error) {
    if (!(error instanceof DeviceFault)) throw error;
    throw new UserError(`${error.message}. What was timed before is in "${directory}".`, { cause: error });
  }
  writeReport(renderStepKernels([readTable(TABLES.stepKernels, directory)]), directory);
  console.log(`Report: ${directory}/report.md`);
  return signal.aborted ? INTERRUPTED : 0;
}

/** For example `LeNet-1, pool 128x28x28x4 to 128x14x14x4: 0.51 ms, 27.1 ms to compile`. */
function resultLine({ title, kernel, shapes, wall_ms, compile_ms }: StepKernelRow): string {
  const name = kernel === "" ? "whole step" : `${kernel} ${shapes}`;
  const compile = compile_ms === null ? "" : `, ${measure(compile_ms)} ms to compile`;
  return `${title}, ${name}: ${measure(wall_ms!)} ms${compile}`;
}
