/**
 * The report of the kernels' speed, made only from `timings.csv` files: the same files give the same bytes.
 *
 * @module
 */
import { TABLES } from "../../results/rows/list.ts";
import { readTable } from "../../results/rows/table.ts";
import { roundsOf, type TimingRun } from "../../results/rows/timings.ts";
import { counted, integer, listed, measure, times } from "../page/format.ts";
import { escape, joined, type Markdown, md, section } from "../page/markdown.ts";
import type { ReportFiles } from "../page/report_files.ts";
import type { RunKind } from "../run_kind.ts";
import { environmentTable } from "./environment.ts";
import { kernelNotices } from "./kernel_notices.ts";
import { adapterOf, contendersOf, KERNEL_SETS, outcome, OWN, subjectRows } from "./kernel_rows.ts";
import { kernelParagraphs, stepParagraphs } from "./kernel_tables.ts";

/** Runs of `deno task bench kernels` and `deno task bench:peers`. */
export const KERNEL_RUNS: RunKind = {
  file: TABLES.timings.file,
  contents: "timings of kernels",
  render: (folders) => renderKernelReport(folders.map((folder) => readTable(TABLES.timings, folder))),
};

/** Renders `report.md` for the given runs, one after the other. */
export function renderKernelReport(runs: readonly TimingRun[]): ReportFiles {
  const notices = joined(runs.flatMap(kernelNotices).map((text) => md`> **Notice.** ${escape(text)}`), "\n>\n");
  const parts = [
    md`# Speed of the kernels`,
    md`How much faster do this project's kernels train than TensorFlow.js's own, and than other libraries?`,
    notices,
    ...runs.map(answer),
    ...runs.flatMap((run) => {
      const where = escape(adapterOf(run));
      return [
        section(md`Training steps on ${where}`, stepParagraphs(run)),
        section(md`Kernels on ${where}`, kernelParagraphs(run)),
      ];
    }),
    section("How it was measured", METHOD),
    section("Environment", environmentParagraphs(runs)),
  ];
  return new Map([["report.md", joined(parts, "\n\n") + "\n"]]);
}

/** The main findings on one adapter, one sentence per contender. */
function answer(run: TimingRun): Markdown {
  const steps = subjectRows(run, "step");
  const sentences = contendersOf(run).flatMap((name) => {
    const ratios = steps.flatMap(({ others }) => others.get(name)?.ratio ?? []);
    const [first] = ratios;
    if (first === undefined) return [];
    const values = ratios.map(({ value }) => value);
    const counts = OUTCOMES.flatMap((kind) => {
      const count = ratios.filter((ratio) => outcome(ratio) === kind).length;
      return count === 0 ? [] : [md`${integer(count)} ${escape(kind)}`];
    });
    const span = ratios.length === 1
      ? times(first)
      : md`${measure(Math.min(...values))} to ${measure(Math.max(...values))}`;
    return [
      md`Than ${escape(name)}, of ${counted(ratios.length, "training step")}: **${
        listed(counts)
      }**, ${span} times as fast.`,
    ];
  });
  if (sentences.length === 0) return "";
  const rounds = Math.min(...steps.map(({ own }) => roundsOf(own).length));
  return md`The ${escape(OWN)} kernels on ${escape(adapterOf(run))}, medians of ${counted(rounds, "round")}. ${
    joined(sentences, " ")
  }`;
}

const OUTCOMES = ["faster", "slower", "undecided"] as const;

const METHOD: readonly Markdown[] = [
  md`A step is all that training does with one batch: upload of the pixels, forward pass, gradients, update of the
    weights by SGD with momentum. All contenders train the same network on batches of the same size. Everything is warmed
    up first; then the contenders are timed alternately in rounds that start with a different one each time. A round runs
    a number of times and waits for the device, then runs twice that number; the time is the difference, which contains no
    waiting: that takes Deno some 11 ms, whatever the work.`,
  md`Times are medians over the rounds. \`Times as fast\` is the other's median over the tuned kernels', with a 95%
    interval (percentile bootstrap of both medians); \`faster\` and \`slower\` mean that it excludes 1. It covers what
    changes from round to round in one run, not from one machine or day to the next.`,
  md`Time on the device is by its own time stamps, measured separately, without the work of JavaScript. The first step
    runs on a fresh device, with Mesa's shader cache on disk switched off; it compiles the shaders. Other libraries use
    one process for all networks, so only the first of these starts from nothing. Operations count
    a multiply-add as two, and padding as if it were multiplied; those of a step are its convolutions, matrix products
    and trainable subsampling.`,
];

/** The environment, one column per run. */
function environmentParagraphs(runs: readonly TimingRun[]): Markdown[] {
  return [
    environmentTable(runs, {
      onAdapter: ({ kind }) => kind === "ceiling",
      time: [md`finished`, ({ rows }) => escape(rows.at(-1)?.finished ?? "")],
    }),
    md`The command that repeats it: \`deno task ${
      hasPeers(runs) ? md`bench:peers` : md`bench kernels`
    } --profile\` with the profile above.`,
  ];
}

/** Whether any peer was timed, which only `bench:peers` does. */
function hasPeers(runs: readonly TimingRun[]): boolean {
  return runs.some((run) =>
    subjectRows(run, "step").some(({ others }) => [...others.keys()].some((name) => !KERNEL_SETS.includes(name)))
  );
}
