/**
 * The report of the kernels' speed, made of `timings.csv` files alone: the same files give the same bytes.
 *
 * @module
 */
import { readTable } from "../../results/rows/table.ts";
import { TABLES } from "../../results/rows/tables.ts";
import { roundsOf, type TimingRun } from "../../results/rows/timings.ts";
import { counted, integer, listed, measure, times } from "../page/format.ts";
import { escape, left, section, table } from "../page/markdown.ts";
import type { ReportFiles } from "../page/report_files.ts";
import type { RunKind } from "../run_kind.ts";
import { kernelNotices } from "./kernel_notices.ts";
import { adapterOf, contendersOf, outcome, OWN, subjectRows } from "./kernel_rows.ts";
import { kernelParagraphs, stepParagraphs } from "./kernel_tables.ts";

/** Runs of `deno task bench kernels`. */
export const KERNEL_RUNS: RunKind = {
  file: TABLES.timings.file,
  contents: "timings of kernels",
  render: (folders) => renderKernelReport(folders.map((folder) => readTable(TABLES.timings, folder))),
};

/** Renders `report.md` for the runs given, one after the other. */
export function renderKernelReport(runs: readonly TimingRun[]): ReportFiles {
  const notices = runs.flatMap(kernelNotices).map((text) => `> **Notice.** ${escape(text)}`).join("\n>\n");
  const parts = [
    "# Speed of the kernels",
    "How much faster do this project's kernels train than TensorFlow.js's own, and than other libraries?",
    notices,
    ...runs.map(answer),
    ...runs.flatMap((run) => {
      const where = escape(adapterOf(run));
      return [
        section(`Training steps on ${where}`, stepParagraphs(run)),
        section(`Kernels on ${where}`, kernelParagraphs(run)),
      ];
    }),
    section("How it was measured", METHOD),
    section("Environment", environmentParagraphs(runs)),
  ];
  return new Map([["report.md", parts.filter((part) => part !== "").join("\n\n") + "\n"]]);
}

/** What came out on one adapter, a sentence for each of the others. */
function answer(run: TimingRun): string {
  const steps = subjectRows(run, "step");
  const sentences = contendersOf(run).flatMap((name) => {
    const ratios = steps.flatMap(({ others }) => others.get(name)?.ratio ?? []);
    const [first] = ratios;
    if (first === undefined) return [];
    const values = ratios.map(({ value }) => value);
    const counts = OUTCOMES.flatMap((kind) => {
      const count = ratios.filter((ratio) => outcome(ratio) === kind).length;
      return count === 0 ? [] : [`${integer(count)} ${kind}`];
    });
    const span = ratios.length === 1
      ? times(first)
      : `${measure(Math.min(...values))} to ${measure(Math.max(...values))}`;
    return [
      `Than ${escape(name)}, of ${counted(ratios.length, "training step")}: **${
        listed(counts)
      }**, ${span} times as fast.`,
    ];
  });
  if (sentences.length === 0) return "";
  const rounds = Math.min(...steps.map(({ own }) => roundsOf(own).length));
  return `The ${OWN} kernels on ${escape(adapterOf(run))}, medians of ${counted(rounds, "round")}. ${
    sentences.join(" ")
  }`;
}

const OUTCOMES = ["faster", "slower", "undecided"] as const;

const METHOD: readonly string[] = [
  "A step is all that training does with one batch: upload of the pixels, forward pass, gradients, update of the " +
  "weights by SGD with momentum. Everyone trains the same network on batches of the same size. Everything is warmed up " +
  "first; then the contenders take turns in rounds, and a different one begins each time. A round takes a number of " +
  "runs and waits for the device, then twice that number, and the difference counts: it holds no waiting, which costs " +
  "Deno some 11 ms whatever the work.",
  "Times are medians over the rounds. `Times as fast` is the other's median over the tuned kernels', with a 95% " +
  "interval (percentile bootstrap of both medians); `faster` and `slower` mean that it excludes 1. It covers what " +
  "changes from round to round in one run, not from one machine or day to the next.",
  "Time on the device is by its own time stamps, in a pass of its own, without the work of JavaScript. The first step " +
  "is that on a fresh device, with Mesa's cache of shaders on the disk switched off; it compiles the shaders. Other " +
  "libraries keep one process for all networks, so that only the first of these starts from nothing. Operations count " +
  "a multiply-add as two, and padding as if it were multiplied; those of a step are its convolutions, matrix products " +
  "and trainable subsampling.",
];

/** Where and with what, a column a run. */
function environmentParagraphs(runs: readonly TimingRun[]): string[] {
  const all = (run: TimingRun, read: (row: TimingRun["rows"][number]) => string) =>
    [...new Set(run.rows.map(read).filter((text) => text !== ""))].map(escape).join("; ");
  const facts: readonly (readonly [heading: string, read: (run: TimingRun) => string])[] = [
    ["profile", (run) => all(run, (row) => row.profile)],
    ["adapter", (run) => all(run, (row) => row.kind === "ceiling" ? `${row.adapter} (${row.adapter_kind})` : "")],
    ["machine", (run) => all(run, (row) => row.machine)],
    ["versions", (run) => all(run, (row) => row.versions)],
    ["commit", (run) => all(run, (row) => row.commit)],
    ["finished", (run) => escape(run.rows.at(-1)?.finished ?? "")],
  ];
  return [
    table(
      [left(""), ...runs.map((_, index) => left(runs.length === 1 ? "this run" : `run ${index + 1}`))],
      facts.map(([heading, read]) => [heading, ...runs.map(read)]),
    ),
    "The command that repeats it: `deno task bench:peers --profile` with the profile above.",
  ];
}
