/**
 * The tables of the report of the kernels' speed.
 *
 * @module
 */
import type { TimingRun } from "../../results/rows/timings.ts";
import { cell, measure, NOT_AVAILABLE, times } from "../page/format.ts";
import { escape, joined, left, type Markdown, md, right, table } from "../page/markdown.ts";
import {
  type Ceilings,
  ceilingsOf,
  contendersOf,
  OWN,
  shareOfCeiling,
  STOCK,
  type SubjectRow,
  subjectRows,
  type TimedRow,
} from "./kernel_rows.ts";

/** Training steps: all contenders next to each other. */
export function stepParagraphs(run: TimingRun): Markdown[] {
  const contenders = contendersOf(run);
  const columns = [
    left("network"),
    right("batch"),
    right(md`${escape(OWN)}, ms`),
    ...contenders.flatMap((name) => [right(md`${escape(name)}, ms`), right("times as fast (95%)")]),
    right(md`dispatches, ${escape(OWN)} / ${escape(STOCK)}`),
    right(md`on the device, ${escape(OWN)} / ${escape(STOCK)}, ms`),
    right("GFLOP/s"),
  ];
  const rows = subjectRows(run, "step").map((subject): readonly Markdown[] => [
    escape(subject.title),
    md`${subject.own.batch}`,
    md`**${measure(subject.own.wall_ms)}**`,
    ...contenders.flatMap((name): readonly Markdown[] => {
      const other = subject.others.get(name);
      return other ? [measure(other.row.wall_ms), times(other.ratio)] : ["", ""];
    }),
    both(subject, { of: ({ dispatches }) => dispatches, show: (count) => md`${count}` }),
    both(subject, { of: ({ gpu_ms }) => gpu_ms }),
    cell(gigaflops(subject.own)),
  ]);
  return [table(columns, rows), processorTimes(run), firstSteps(run)];
}

/** CPU time and compile time of each kernel set; runs made before these were measured have no such table. */
function processorTimes(run: TimingRun): Markdown {
  const timed = run.rows.filter(({ kind, cpu_ms }) => kind === "step" && cpu_ms !== null);
  if (timed.length === 0) return "";
  return table(
    [
      left("network"),
      left("kernels"),
      right("lanes"),
      right("CPU time, ms"),
      right("wall time, ms"),
      right("compile time, ms"),
    ],
    timed.map(({ title, contender, lanes, cpu_ms, wall_ms, compile_ms }) => [
      escape(title),
      escape(contender),
      cell(lanes, (lanes) => md`${lanes}`),
      cell(cpu_ms),
      cell(wall_ms),
      cell(compile_ms),
    ]),
  );
}

/** The first step of each contender, which compiles. */
function firstSteps(run: TimingRun): Markdown {
  const contenders = contendersOf(run);
  const columns = [left("first step, ms"), right(OWN), ...contenders.map((name) => right(escape(name)))];
  return table(
    columns,
    subjectRows(run, "step").map(({ title, own, others }) => [
      escape(title),
      cell(own.first_ms),
      ...contenders.map((name) => {
        const other = others.get(name);
        return other ? cell(other.row.first_ms) : "";
      }),
    ]),
  );
}

/** Single kernels: tuned next to stock, and their share of the ceilings. */
export function kernelParagraphs(run: TimingRun): Markdown[] {
  const ceilings = ceilingsOf(run);
  const columns = [
    left("kernel"),
    right(md`${escape(OWN)}, ms`),
    right(md`${escape(STOCK)}, ms`),
    right("times as fast (95%)"),
    right(md`on the device, ${escape(OWN)} / ${escape(STOCK)}, ms`),
    right(md`GFLOP/s, ${escape(OWN)} / ${escape(STOCK)}`),
    ...(ceilings ? [right(md`share of the ceiling, ${escape(OWN)} / ${escape(STOCK)}, %`)] : []),
  ];
  const rows = subjectRows(run, "kernel").map((subject) => {
    const stock = subject.others.get(STOCK);
    return [
      escape(subject.title),
      md`**${measure(subject.own.wall_ms)}**`,
      cell(stock?.row.wall_ms),
      stock ? times(stock.ratio) : "",
      both(subject, { of: ({ gpu_ms }) => gpu_ms }),
      both(subject, { of: gigaflops }),
      ...(ceilings ? [both(subject, { of: (row) => 100 * shareOfCeiling(row, ceilings) })] : []),
    ];
  });
  return [table(columns, rows), ceilings && rows.length > 0 ? ceilingSentences(ceilings) : ""];
}

function ceilingSentences({ flopsPerMs, bytesPerMs }: Ceilings): Markdown {
  return md`Ceilings, measured in the same run: ${measure(flopsPerMs / 1e6)} GFLOP/s for multiply-adds in registers,
    ${measure(bytesPerMs / 1e6)} GB/s for a copy. A kernel's share is the least time that they allow for its
    operations and bytes over the time that it took.`;
}

function gigaflops({ flops, wall_ms }: TimedRow): number | null {
  return flops === null ? null : flops / wall_ms / 1e6;
}

/** A value of our own kernels and one of the stock ones, in one cell. */
function both(
  { own, others }: SubjectRow,
  { of, show = measure }: { of: (row: TimedRow) => number | null; show?: (value: number) => Markdown },
): Markdown {
  const stock = others.get(STOCK)?.row;
  const values = [of(own), stock ? of(stock) : null];
  return values.every((value) => value === null)
    ? NOT_AVAILABLE
    : joined(values.map((value) => cell(value, show)), " / ");
}
