/**
 * The report on training steps by kernel, made of `step_kernels.csv` files alone.
 *
 * @module
 */
import { sum } from "simple-statistics";
import { adapterWords } from "../../base/graphics_api.ts";
import { TABLES } from "../../results/rows/list.ts";
import type { StepKernelRow, StepKernelRun } from "../../results/rows/steps/step_kernels.ts";
import { readTable } from "../../results/rows/table.ts";
import { roundsOf } from "../../results/rows/timings.ts";
import { counted, integer, measure, percent } from "../page/format.ts";
import { escape, joined, left, type Markdown, md, right, section, table } from "../page/markdown.ts";
import type { ReportFiles } from "../page/report_files.ts";
import type { RunKind } from "../run_kind.ts";
import { environmentTable } from "./environment.ts";

/** Runs of `deno task bench kernels --by-kernel`. */
export const STEP_KERNEL_RUNS: RunKind = {
  file: TABLES.stepKernels.file,
  contents: "training steps by kernel",
  render: (folders) => renderStepKernels(folders.map((folder) => readTable(TABLES.stepKernels, folder))),
};

/** Renders `report.md` for the runs given, next to each other. */
export function renderStepKernels(runs: readonly StepKernelRun[]): ReportFiles {
  const notices = joined(
    runs.flatMap(({ notices }) => notices).map((text) => md`> **Notice.** ${escape(text)}`),
    "\n>\n",
  );
  const networks = new Map(runs.flatMap(({ rows }) => rows.map((row) => [row.subject, row])));
  const parts = [
    md`# Training steps by kernel`,
    md`Which kernels take a training step's time, and which take long to compile?`,
    notices,
    ...[...networks.values()].map(({ subject, title, batch, rounds_ms }) =>
      section(md`${escape(title)}, batch ${batch}`, [
        md`Medians of ${counted(roundsOf({ rounds_ms }).length, "round")}.`,
        kernelTable(runs.map(({ rows }) => rows.filter((row) => row.subject === subject))),
      ])
    ),
    section("How it was measured", METHOD),
    section("Environment", [
      environmentTable(runs, {
        time: [md`finished`, ({ rows }) => escape(rows.at(-1)?.finished ?? "")],
      }),
    ]),
  ];
  return new Map([["report.md", joined(parts, "\n\n") + "\n"]]);
}

/** One row per kernel, in the order of the first run's step, then their sum and the step; three columns per run. */
function kernelTable(runs: readonly (readonly StepKernelRow[])[]): Markdown {
  const kernels = new Map(runs.flat().filter(({ kernel }) => kernel !== "").map((row) => [nameOf(row), row]));
  const columns = [
    left("kernel"),
    right("dispatches"),
    right("multiply-adds"),
    right("loads per multiply-add"),
    ...runs.flatMap(([row]) => {
      const where = row ? escape(row.driver || adapterWords(row)) : md`nothing measured`;
      return [right(md`${where}: time, ms`), right("% of the step"), right("to compile, ms")];
    }),
  ];
  const inRuns = (isMeant: (row: StepKernelRow) => boolean) =>
    runs.flatMap((rows): readonly Markdown[] => cells(rows.filter(isMeant), { of: rows }));
  const all = [...kernels.values()].reduce((sum, { dispatches }) => sum + dispatches, 0);
  return table(columns, [
    ...[...kernels].map(([name, { kernel, shapes, dispatches, loads, multiply_adds }]): readonly Markdown[] => [
      escape(`${kernel}: ${shapes}`),
      integer(dispatches),
      multiply_adds === null ? "" : integer(multiply_adds),
      loads === null || !multiply_adds ? "" : measure(loads / multiply_adds),
      ...inRuns((row) => nameOf(row) === name),
    ]),
    [md`**all of them**`, integer(all), "", "", ...inRuns(({ kernel }) => kernel !== "")],
    [md`**the whole step**`, "", "", "", ...inRuns(({ kernel }) => kernel === "")],
  ]);
}

function nameOf({ kernel, shapes }: StepKernelRow): string {
  return `${kernel} ${shapes}`;
}

/** Time, share of the step and compile time of some kernels together; nothing if the run has none of them. */
function cells(some: readonly StepKernelRow[], { of: rows }: { readonly of: readonly StepKernelRow[] }): Markdown[] {
  const step = rows.find(({ kernel }) => kernel === "");
  if (some.length === 0 || !step) return ["", "", ""];
  const time = sum(some.map(timeOf));
  const compilations = some.flatMap(({ compile_ms }) => compile_ms ?? []);
  return [
    measure(time),
    percent(100 * time / timeOf(step)),
    compilations.length === 0 ? "" : measure(sum(compilations)),
  ];
}

/** A software adapter's own time is that of the processor, which does not contain what else the machine did. */
function timeOf({ adapter_kind, cpu_ms, wall_ms }: StepKernelRow): number {
  return (adapter_kind === "software" ? cpu_ms : wall_ms)!;
}

const METHOD: readonly Markdown[] = [
  md`A step of a network is recorded, with this project's kernels. Then each of its programs is timed alone, on the
    step's own buffers, alternately with the others and with the whole step. A round runs a number of times and waits
    for the device, then runs twice that number; the time is the difference, and the table has the median over the
    rounds. On a software adapter it is CPU time of all threads, on others wall time.`,
  md`A kernel alone finds its inputs in the caches that the one before it has filled in a step, so the kernels together
    can take less time than the step; the rest of the step is JavaScript, and the upload of the pixels.`,
  md`Loads and multiply-adds are those of all threads in the innermost loops, as the kernels count them to choose their
    tiles: places outside an image, and tiles that reach past an edge, included. What a thread gets from another one of
    its subgroup is not a load. Kernels without such a count have empty cells.`,
  md`Compile time is CPU time: the first dispatch of a new pipeline, from WGSL on, less the second one; the median of
    three, with Mesa's cache of shaders on the disk switched off.`,
];
