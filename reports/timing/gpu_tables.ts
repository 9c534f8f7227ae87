/**
 * Tables of the timing suite's report: networks by batch size, forms of a step, latency, first steps, costs of the
 * device.
 *
 * @module
 */
import type { Published } from "../../data/published.ts";
import type { GpuTimingRow, GpuTimingRun } from "../../results/rows/gpu_timings.ts";
import { roundsOf } from "../../results/rows/timings.ts";
import { medianRatio } from "../../results/statistics/ratio.ts";
import { cell, integer, measure, NOT_AVAILABLE, percent, times } from "../page/format.ts";
import { escape, folded, left, type Markdown, md, right, table, trusted } from "../page/markdown.ts";
import {
  ceilingsOf,
  type Estimate,
  gigaflops,
  isTimed,
  milliseconds,
  perSecond,
  type PhaseRows,
  phaseRows,
  rest,
} from "./gpu_rows.ts";
import type { Ceilings } from "./kernel_rows.ts";

/** The network that 1990's numbers are about. */
const LENET_1 = "lenet1";

/** A network's fastest batch sizes, and every batch size folded away. */
export function batchParagraphs(run: GpuTimingRun): Markdown[] {
  const rows = phaseRows(run);
  if (rows.length === 0) return [];
  const ceilings = ceilingsOf(run);
  const networks = Map.groupBy(rows, ({ subject }) => subject);
  const best = [...networks.values()].map((rows) => {
    const training = fastest(rows, "step");
    const inference = fastest(rows, "forward");
    return [
      escape(rows[0]!.title),
      training ? shown(training.rate) : NOT_AVAILABLE,
      training ? integer(training.row.batch) : "",
      inference ? shown(inference.rate) : NOT_AVAILABLE,
      inference ? integer(inference.row.batch) : "",
      cell(training && utilisation(training.row, ceilings), share),
      cell(inference && utilisation(inference.row, ceilings), share),
    ];
  });
  return [
    table([
      left("network"),
      right("trained, images a second (95%)"),
      right("at batch"),
      right("inference, images a second (95%)"),
      right("at batch"),
      right("of the multiply-add ceiling, training, %"),
      right("inference, %"),
    ], best),
    folded("Every network and batch size", everyBatch(rows, ceilings)),
  ];
}

function everyBatch(rows: readonly PhaseRows[], ceilings: Ceilings | undefined): Markdown {
  return table(
    [
      left("network"),
      right("batch"),
      right("forward, ms (95%)"),
      right("backward, ms"),
      right("optimiser, ms"),
      right("whole step, ms (95%)"),
      right("unattributed, ms"),
      right("step on the device, ms"),
      right("dispatches per step"),
      right("GFLOP/s"),
      right("of the ceiling, %"),
      right("peak, MB"),
    ],
    rows.map(({ title, subject, batch, phases }) => {
      const step = phases.get("step");
      const optimiser = rows.find((row) => row.subject === subject && row.phases.has("optimiser"))?.phases.get(
        "optimiser",
      );
      const gradients = phases.get("forward_backward");
      const unattributed = step?.wall_ms && gradients?.wall_ms && optimiser?.wall_ms
        ? step.wall_ms - gradients.wall_ms - optimiser.wall_ms
        : undefined;
      return [
        escape(title),
        integer(batch),
        range(milliseconds(phases.get("forward"))),
        cell(rest(gradients, phases.get("forward"))?.value),
        cell(optimiser?.wall_ms),
        range(milliseconds(step)),
        cell(unattributed),
        cell(step?.gpu_ms),
        cell(step?.dispatches, (count) => md`${count}`),
        cell(gigaflops(step)),
        cell(step && utilisation(step, ceilings), share),
        cell(step?.peak_bytes, megabytes),
      ];
    }),
  );
}

/** The row of a phase with the most images per second. */
export function fastest(
  rows: readonly PhaseRows[],
  phase: "step" | "forward",
): { readonly row: GpuTimingRow; readonly rate: Estimate } | undefined {
  return rows.flatMap(({ phases }) => {
    const row = phases.get(phase);
    const rate = perSecond(row);
    return row && rate ? [{ row, rate }] : [];
  }).reduce<{ row: GpuTimingRow; rate: Estimate } | undefined>(
    (best, each) => best === undefined || each.rate.value > best.rate.value ? each : best,
    undefined,
  );
}

/** A row's multiply-adds as a share of what the adapter does at best; undefined if one of the two was not measured. */
export function utilisation(row: GpuTimingRow, ceilings: Ceilings | undefined): number | undefined {
  return ceilings && isTimed(row) && row.flops ? row.flops / row.wall_ms / ceilings.flopsPerMs : undefined;
}

/** The network of 1990 on this adapter, next to what it did then. */
export function thenAndNow(run: GpuTimingRun, published: readonly Published[]): Markdown[] {
  const alone = run.rows.find(({ kind, subject }) => kind === "latency" && subject === LENET_1);
  const network = phaseRows(run).filter(({ subject }) => subject === LENET_1);
  const inference = fastest(network, "forward");
  const training = fastest(network, "step");
  const macs = inference?.row.macs;
  if (!inference || !macs) return [];
  const one = perSecond(alone);
  const rows = published.filter(({ id }) => id.startsWith("lecun90.throughput") || id === "lecun90.dsp_macs");
  return [
    table([left("LeNet-1, digits a second"), right("(95%)"), right("multiply-accumulates a second")], [
      [
        md`here, one at a time, read back`,
        one ? shown(one) : NOT_AVAILABLE,
        one ? integer(one.value * macs) : NOT_AVAILABLE,
      ],
      [
        md`here, in batches of ${integer(inference.row.batch)}`,
        shown(inference.rate),
        integer(inference.rate.value * macs),
      ],
      ...(training
        ? [[md`here, training in batches of ${integer(training.row.batch)}`, shown(training.rate), NOT_AVAILABLE]]
        : []),
      ...rows.map(({ system, value, unit, source, protocol }) => {
        const isDigits = unit.startsWith("digits");
        return [
          md`${escape(system)}: ${escape(protocol)} (${escape(source)})`,
          isDigits ? integer(value) : "",
          integer(isDigits ? value * macs : value),
        ];
      }),
    ]),
  ];
}

/** Digits per second, one at a time and at best. */
export function lenet1Rates(
  run: GpuTimingRun,
): { readonly alone?: Estimate; readonly best?: Estimate; batch?: number } {
  const alone = perSecond(run.rows.find(({ kind, subject }) => kind === "latency" && subject === LENET_1));
  const best = fastest(phaseRows(run).filter(({ subject }) => subject === LENET_1), "forward");
  return { ...(alone && { alone }), ...(best && { best: best.rate, batch: best.row.batch }) };
}

/** The form of a step that a comparison's other forms, in the rows after it, are compared with. */
export const FIRST_FORMS: readonly string[] = ["tuned", "relu", "no distortions"];

/** A step in several forms: the first is what the others are compared with. */
export function comparisonParagraphs(run: GpuTimingRun): Markdown[] {
  const rows = run.rows.filter(({ kind }) => kind === "comparison");
  const groups: GpuTimingRow[][] = [];
  for (const row of rows) {
    if (FIRST_FORMS.includes(row.contender) || groups.length === 0) groups.push([]);
    groups.at(-1)!.push(row);
  }
  return [
    table(
      [
        left("network"),
        right("batch"),
        left("step with"),
        right("ms (95%)"),
        right("time over the first's (95%)"),
        right("on the device, ms"),
        right("dispatches"),
        right("results differ by, %"),
      ],
      groups.flatMap((rows) => {
        const [first] = rows as [GpuTimingRow];
        return rows.map((row) => [
          escape(row.title),
          integer(row.batch),
          escape(row.contender),
          range(milliseconds(row)),
          row === first || !isTimed(row) || !isTimed(first) ? "" : times(medianRatio(roundsOf(row), roundsOf(first))),
          cell(row.gpu_ms),
          cell(row.dispatches, (count) => md`${count}`),
          row.difference === null ? "" : percent(100 * row.difference),
        ]);
      }),
    ),
  ];
}

/** One image at a time, and the first step on a fresh device. */
export function latencyParagraphs(run: GpuTimingRun): Markdown[] {
  const first = run.rows.filter(({ kind }) => kind === "first_step");
  const of = (subject: string, contender: string) =>
    first.find((row) => row.subject === subject && row.contender === contender);
  return [
    table(
      [
        left("network"),
        right("one image, pixels to outputs, ms (95%)"),
        right("first step, ms"),
        right("of which making pipelines, ms"),
        right("shaders"),
      ],
      run.rows.filter(({ kind }) => kind === "latency").map((row) => [
        escape(row.title),
        range(milliseconds(row)),
        cell(of(row.subject, "whole")?.wall_ms),
        cell(of(row.subject, "compiling")?.wall_ms),
        cell(of(row.subject, "compiling")?.shaders, (count) => md`${count}`),
      ]),
    ),
  ];
}

/** Ceilings and costs. */
export function costParagraphs(run: GpuTimingRun): Markdown[] {
  return [
    table(
      [left("what"), right("microseconds (95%)"), right("GB/s"), right("GFLOP/s")],
      run.rows.filter(({ kind }) => kind === "ceiling" || kind === "cost").map((row) => {
        const ms = milliseconds(row);
        const microseconds = ms && estimateTimes(ms, 1000);
        const isMoved = row.bytes !== null && row.subject !== "read-back";
        return [
          escape(row.title),
          range(microseconds),
          isMoved && isTimed(row) ? measure(row.bytes! / row.wall_ms / 1e6) : "",
          row.flops !== null && isTimed(row) ? measure(row.flops / row.wall_ms / 1e6) : "",
        ];
      }),
    ),
  ];
}

function estimateTimes({ value, interval: { low, high } }: Estimate, factor: number): Estimate {
  return { value: value * factor, interval: { low: low * factor, high: high * factor } };
}

/** A median with its interval, or that it is not available. */
export function range(estimate: Estimate | undefined): Markdown {
  return estimate ? times(estimate) : NOT_AVAILABLE;
}

/** A rate with its interval. */
export function shown({ value, interval: { low, high } }: Estimate): Markdown {
  return md`**${measure(value)}** (${measure(low)} to ${measure(high)})`;
}

/** A share of 1 as a percentage. */
export function share(value: number): Markdown {
  return trusted((100 * value).toFixed(1));
}

/** Millions of bytes. */
export function megabytes(bytes: number): Markdown {
  return measure(bytes / 1e6);
}
