/**
 * The report on two revisions' training steps, made of `step_comparisons.csv` files alone.
 *
 * @module
 */
import { median } from "simple-statistics";
import { adapterWords } from "../../base/graphics_api.ts";
import { THRESHOLDS } from "../../results/regression/judgement.ts";
import { ALARM_LEVEL } from "../../results/regression/slices.ts";
import { TABLES } from "../../results/rows/list.ts";
import type { StepComparisonRow, StepComparisonRun } from "../../results/rows/steps/step_comparisons.ts";
import { readTable } from "../../results/rows/table.ts";
import { roundsOf } from "../../results/rows/timings.ts";
import { pairedRatio } from "../../results/statistics/ratio.ts";
import { cell, integer, measure, signed, times } from "../page/format.ts";
import {
  type Column,
  escape,
  joined,
  left,
  type Markdown,
  md,
  right,
  section,
  table,
  trusted,
} from "../page/markdown.ts";
import type { ReportFiles } from "../page/report_files.ts";
import type { RunKind } from "../run_kind.ts";
import { environmentTable } from "./environment.ts";

/** Runs of `deno task bench kernels --against REV`. */
export const STEP_COMPARISON_RUNS: RunKind = {
  file: TABLES.stepComparisons.file,
  contents: "training steps of two revisions",
  render: (folders) => renderStepComparison(folders.map((folder) => readTable(TABLES.stepComparisons, folder))),
};

/** Renders `report.md` for the runs given: next to each other, if there are several, and one after the other. */
export function renderStepComparison(runs: readonly StepComparisonRun[]): ReportFiles {
  const notices = joined(
    runs.flatMap(({ notices }) => notices).map((text) => md`> **Notice.** ${escape(text)}`),
    "\n>\n",
  );
  const parts = [
    md`# Training steps of two revisions`,
    md`How much faster are the training steps of a checkout (head) than those of an earlier commit (base)?`,
    notices,
    ...(runs.length > 1 ? [section("Side by side, in CPU time", [sideBySide(runs)])] : []),
    ...runs.flatMap(({ rows }) =>
      rows.length === 0 ? [] : [section(headingOf(rows[0]!), [stepTable(rows), ...instructionTable(rows)])]
    ),
    section("How it was measured", runs.some(isJudged) ? METHOD : EARLIER_METHOD),
    section("Environment", [
      environmentTable(runs, { time: [md`finished`, ({ rows }) => escape(rows.at(-1)?.finished ?? "")] }),
    ]),
  ];
  return new Map([["report.md", joined(parts, "\n\n") + "\n"]]);
}

function headingOf({ adapter, api, driver, base_commit, commit }: StepComparisonRow): Markdown {
  const commits = `${base_commit.slice(0, 12)} (base) and ${commit.slice(0, 12)} (head)`;
  return md`${escape(commits)} on ${escape([adapterWords({ adapter, api }), driver].filter(Boolean).join(", "))}`;
}

/** One row per network and kind, one column per run. */
function sideBySide(runs: readonly StepComparisonRun[]): Markdown {
  const keyOf = ({ subject, kind, batch }: StepComparisonRow) => `${kind} ${batch} ${subject}`;
  const rows = new Map(runs.flatMap(({ rows }) => rows.map((row) => [keyOf(row), row])));
  return table(
    [
      left("network"),
      right("batch"),
      left("what"),
      ...runs.map(({ rows: [row] }): Column => ({
        heading: escape(row ? row.driver || adapterWords(row) : "nothing measured"),
        align: "right",
      })),
    ],
    [...rows].map(([key, { title, batch, kind }]) => [
      escape(title),
      md`${batch}`,
      kind === "step" ? md`step` : md`first step`,
      ...runs.map(({ rows }) => {
        const row = rows.find((row) => keyOf(row) === key);
        return row ? times(pairedRatio(valuesOf(row.base_cpu_ms), valuesOf(row.head_cpu_ms))) : md``;
      }),
    ]),
  );
}

function stepTable(rows: readonly StepComparisonRow[]): Markdown {
  const columns = [
    left("network"),
    right("batch"),
    left("what"),
    right("rounds"),
    right("CPU time, base / head, ms"),
    right("times as fast in CPU time (95%)"),
    right("wall time, base / head, ms"),
    right("times as fast in wall time (95%)"),
    ...(rows.some(({ judgement }) => judgement !== "") ? [left("verdict on head")] : []),
  ];
  return table(
    columns,
    rows.map((row) => {
      const [baseCpu, headCpu] = [valuesOf(row.base_cpu_ms), valuesOf(row.head_cpu_ms)];
      const [baseWall, headWall] = [valuesOf(row.base_wall_ms), valuesOf(row.head_wall_ms)];
      return [
        escape(row.title),
        md`${row.batch}`,
        row.kind === "step" ? md`step` : md`first step`,
        md`${baseCpu.length}`,
        md`${measure(median(baseCpu))} / ${cell(median(headCpu))}`,
        md`**${times(pairedRatio(baseCpu, headCpu))}**`,
        md`${measure(median(baseWall))} / ${cell(median(headWall))}`,
        times(pairedRatio(baseWall, headWall)),
        ...(columns.length > 8 ? [row.judgement === "" ? md`` : md`**${escape(row.judgement)}**`] : []),
      ];
    }),
  );
}

/** What was counted, if anything was. */
function instructionTable(rows: readonly StepComparisonRow[]): Markdown[] {
  const counted = rows.flatMap(({ title, batch, base_instructions: base, head_instructions: head }) =>
    base === null || head === null ? [] : [[
      escape(title),
      md`${batch}`,
      md`${integer(base)} / ${integer(head)}`,
      md`**${signed(100 * (head / base - 1))}%**`,
    ]]
  );
  if (counted.length === 0) return [];
  return [
    md`Instructions, counted by callgrind in fresh processes, without interval: the same code executes the same number to
      about 0.01%. Only code that was generated at run time counts, which is the shaders and JavaScript that V8 compiled;
      not what waits for memory, and not Deno's and the driver's own code.`,
    table([left("network"), right("batch"), right("a step's instructions, base / head"), right("change")], counted),
  ];
}

function valuesOf(rounds_ms: string): number[] {
  return roundsOf({ rounds_ms });
}

function isJudged({ rows }: StepComparisonRun): boolean {
  return rows.some(({ judgement }) => judgement !== "");
}

const FIRST_STEPS =
  md`A first step includes building the network. It is that of a fresh process, started alternately, with Mesa's cache of
    shaders on the disk switched off; it compiles the shaders.`;

const METHOD: readonly Markdown[] = [
  md`Each round has a fresh process of either revision, with its own kernels and packages: two processes of the same code
    differ by some 2% for as long as they run. Both are warmed up; then they take turns in slices of a tenth of a second,
    A B B A and B A A B, and a round's time is the trimmed mean of a side's slices. CPU time is that of all threads of the
    process; it decides on a software adapter, and wall time on a device.`,
  md`\`Times as fast\` is the median over the rounds of base's time divided by head's, with a 95% interval (percentile
    bootstrap of the pairs). The verdict is that of \`deno task bench SUITE --against REV\`: regressed if head's steps cost
    over half of ${trusted(String(100 * THRESHOLDS.ratio))}% more, and by more than chance explains, at a level of
    ${trusted(String(100 * ALARM_LEVEL))}% for all steps and looks together. A clear case ends after fewer rounds.`,
  FIRST_STEPS,
];

/** Of runs before version 3 of the table. */
const EARLIER_METHOD: readonly Markdown[] = [
  md`Each revision has a process of its own, with its own kernels and packages. Both are warmed up; then they take turns
    in rounds, A B, B A and so on. A turn takes a number of steps and waits for the device, then twice that number; the
    difference counts. CPU time is that of all threads of the process, and it decides: wall time also contains what else
    the machine did.`,
  md`\`Times as fast\` is the median over the rounds of base's time divided by head's, with a 95% interval (percentile
    bootstrap of the pairs). It covers what changes from round to round in one run. With fewer than six rounds the
    interval is too narrow.`,
  FIRST_STEPS,
];
