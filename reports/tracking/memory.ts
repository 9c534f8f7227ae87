/**
 * The report on memory over many trials, made only from `memory.csv` files: the same files give the same bytes.
 *
 * @module
 */
import { adapterWords } from "../../base/graphics_api.ts";
import { TABLES } from "../../results/rows/list.ts";
import type { MemoryRow, MemoryRun } from "../../results/rows/memory.ts";
import { readTable } from "../../results/rows/table.ts";
import type { Interval } from "../../results/statistics/intervals.ts";
import { type Slope, theilSenSlope } from "../../results/statistics/slope.ts";
import { counted, integer, listed, measure } from "../page/format.ts";
import { escape, joined, left, type Markdown, md, right, section, table, trusted } from "../page/markdown.ts";
import type { ReportFiles } from "../page/report_files.ts";
import { drawTrends, type Trend } from "../page/trend_chart.ts";
import type { RunKind } from "../run_kind.ts";

/** Bytes per trial by which a process may grow and still count as flat: 160 MB in ten thousand trials. */
export const FLAT_BYTES_A_TRIAL = 16_000;

/** What has to be the same for every trial of a variant. */
const EXACT = ["tensors", "tensor_bytes", "gpu_bytes_used", "gpu_bytes_allocated"] as const;

/** What a run shows of its memory. */
export interface MemoryVerdict {
  /** `cannot tell`: too few trials, or an interval on both sides of the bound. */
  readonly process: "flat" | "grows" | "cannot tell";
  /** Bytes per trial over the second half of the run; left out if that is too short. */
  readonly slope?: Slope;
  /** Those of {@linkcode EXACT} in which a later trial of a variant differs from its second one. */
  readonly changed: readonly (typeof EXACT)[number][];
}

/** Judges a run; a variant's first trial is left out, since it may leave buffers behind for reuse. */
export function judgeMemory(rows: readonly MemoryRow[]): MemoryVerdict {
  const byVariant = [...Map.groupBy(rows, ({ variant }) => variant).values()];
  const changed = EXACT.filter((name) =>
    byVariant.some(([, second, ...later]) => later.some((row) => row[name] !== second?.[name]))
  );
  const half = rows.slice(Math.floor(rows.length / 2)).map((row) => row.rss_bytes);
  if (half.length < 10) return { process: "cannot tell", changed };
  const slope = theilSenSlope(half);
  return { process: verdictOf(slope.interval), slope, changed };
}

function verdictOf({ low, high }: Interval): MemoryVerdict["process"] {
  return high < FLAT_BYTES_A_TRIAL ? "flat" : low > FLAT_BYTES_A_TRIAL ? "grows" : "cannot tell";
}

/** Runs of `deno task bench:memory`. */
export const MEMORY_RUNS: RunKind = {
  file: TABLES.memory.file,
  contents: "measurements of memory",
  render: (folders) => renderMemoryReport(folders.map((folder) => readTable(TABLES.memory, folder))),
};

/** Renders `report.md` and a chart for each of the runs. */
export async function renderMemoryReport(runs: readonly MemoryRun[]): Promise<ReportFiles> {
  const told = runs.filter(({ rows }) => rows.length > 0);
  const charts = await Promise.all(told.map(({ rows }) => drawTrends(trends(rows))));
  const pictureName = (index: number) => told.length === 1 ? md`memory.svg` : md`memory_${index + 1}.svg`;
  const notices = joined(runs.flatMap((run) => run.notices).map((text) => md`> **Notice.** ${escape(text)}`), "\n>\n");
  const parts = [
    md`# Memory over many trials`,
    md`Does memory stay flat, however many trials one process runs?`,
    notices,
    ...told.map(({ rows }, index) =>
      section(md`On ${escape(adapterWords(rows[0]!))}`, [
        answer(rows),
        md`![Memory by trial](${pictureName(index)})`,
        variantTable(rows),
        environmentTable(rows),
      ])
    ),
    section("How it was measured", METHOD),
  ];
  return new Map([
    ["report.md", joined(parts, "\n\n") + "\n"],
    ...charts.map((svg, index) => [pictureName(index), svg] as const),
  ]);
}

function answer(rows: readonly MemoryRow[]): Markdown {
  const { process, slope, changed } = judgeMemory(rows);
  const kib = (bytes: number) => trusted((bytes / 1024).toFixed(1));
  const exact = changed.length === 0
    ? md`Tensors and GPU bytes are **exactly the same** for all trials of a variant, from its second one on.`
    : md`From its second trial on, trials of a variant **differ** in: ${
      listed(changed.map((name) => escape(name.replaceAll("_", " "))))
    }.`;
  const growth = slope === undefined
    ? md`The run is too short to say whether the process grows.`
    : md`The process: **${escape(process)}**; over the second half it grew by ${
      kib(slope.value)
    } KiB per trial (95% interval ${kib(slope.interval.low)} to ${kib(slope.interval.high)}; flat means under ${
      kib(FLAT_BYTES_A_TRIAL)
    }).`;
  return md`${counted(rows.length, "trial")} in one process. ${exact} ${growth}`;
}

function mib(bytes: number): number {
  return bytes / 2 ** 20;
}

function trends(rows: readonly MemoryRow[]): Trend[] {
  const trend = (title: string, unit: string, value: (row: MemoryRow) => number): Trend => ({
    title,
    axes: { x: "trial", value: unit },
    points: rows.map((row) => ({ x: row.trial, value: value(row) })),
  });
  return [
    trend("Process (resident set)", "MiB", (row) => mib(row.rss_bytes)),
    trend("JavaScript's objects", "MiB", (row) => mib(row.heap_bytes)),
    trend("GPU buffers, with those kept for reuse", "MiB", (row) => mib(row.gpu_bytes_allocated)),
    trend("Tensors alive", "tensors", (row) => row.tensors),
  ];
}

/** Memory after the last trial of each variant. */
function variantTable(rows: readonly MemoryRow[]): Markdown {
  const variants = [...Map.groupBy(rows, ({ variant }) => variant)];
  return table(
    [
      left("variant"),
      right("trials"),
      right("tensors"),
      right("GPU in use, bytes"),
      right("GPU kept, MiB"),
      right("process, MiB"),
    ],
    variants.map(([variant, own]) => {
      const last = own.at(-1)!;
      return [
        escape(variant),
        integer(own.length),
        integer(last.tensors),
        integer(last.gpu_bytes_used),
        measure(mib(last.gpu_bytes_allocated)),
        measure(mib(last.rss_bytes)),
      ];
    }),
  );
}

function environmentTable(rows: readonly MemoryRow[]): Markdown {
  const { adapter_kind, machine, versions, commit } = rows[0]!;
  return table(
    [left(""), left("this run")],
    [
      [md`adapter`, md`${escape(adapterWords(rows[0]!))} (${escape(adapter_kind)})`],
      [md`machine`, escape(machine)],
      [md`versions`, escape(versions)],
      [md`commit`, escape(commit)],
      [md`finished`, escape(rows.at(-1)!.finished)],
    ],
  );
}

const METHOD: readonly Markdown[] = [
  md`Small networks, plain, convolutional, with dropout and batch normalisation, and with distorted digits, are trained
    alternately, each time with a new seed, as \`deno task bench\` trains them; after each trial the memory is read. With a
    software adapter the process includes the device's buffers too.`,
  md`Growth of the process is the median of the slopes between all pairs of trials in the second half, with the interval
    of Sen 1968. After each trial of any run the program runs JavaScript's garbage collector: WebGPU frees bind groups
    and encoders only then, and V8, which does not know how large they are, would let them pile up.`,
  md`The command that repeats it: \`deno task bench:memory\`.`,
];
