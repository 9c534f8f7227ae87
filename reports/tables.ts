/**
 * The report's tables of error rates, complexity and speed.
 *
 * @module
 */
import { median } from "simple-statistics";
import type { Published } from "../data/published.ts";
import { publishedInterval, type Verdict } from "../results/compare.ts";
import type { TrialRow, VariantRow } from "../results/schema.ts";
import { counted, integer, interval, listed, measure, percent, signed } from "./format.ts";
import { bullets, escape, left, right, table } from "./markdown.ts";
import { parameterFigures } from "./references.ts";
import type { ReportData, ReportRow } from "./rows.ts";

/** Measured beside published error, and where the published numbers come from. */
export function resultTable({ rows, untried }: ReportData): string[] {
  const sources = [...new Set(rows.flatMap((row) => row.published === undefined ? [] : [row.published.source]))];
  const columns = [
    left("network"),
    left("recipe"),
    right("parameters"),
    left("trained on"),
    right("measured error, %"),
    right("seeds"),
    right("published error, %"),
    left("source"),
    right("difference"),
    left("verdict"),
  ];
  return [
    table(
      columns,
      rows.map((row) => [
        escape(row.name),
        escape(row.variant.recipe),
        integer(row.variant.parameters),
        work(row),
        measuredCell(row),
        seedsCell(row),
        publishedCell(row),
        row.published === undefined ? "" : `(${sources.indexOf(row.published.source) + 1})`,
        differenceCell(row.verdict),
        verdictCell(row),
      ]),
    ),
    sources.length === 0
      ? ""
      : `Sources: ${sources.map((source, index) => `(${index + 1}) ${escape(source)}`).join("; ")}.`,
    untried.length === 0 ? "" : `Planned, but not run: ${listed(untried.map((variant) => escape(variant.title)))}.`,
    failures(rows),
  ];
}

/** What a row was trained on. */
function work({ profile, trials }: ReportRow): string {
  const trial = trials.find(({ status }) => status === "done") ?? trials[0];
  return trial === undefined
    ? profile
    : `${integer(trial.train_images)} images, ${counted(trial.epochs, "epoch")} (${profile})`;
}

function measuredCell({ summary }: ReportRow): string {
  return summary === undefined ? "failed" : `**${percent(summary.meanPct)}** (${interval(summary.interval)})`;
}

/** Finished trials, and how many were lost. */
function seedsCell({ trials, summary }: ReportRow): string {
  const failed = trials.filter((trial) => trial.status === "failed").length;
  return `${summary?.n ?? 0}${failed === 0 ? "" : ` (${failed} failed)`}`;
}

function publishedCell({ published }: ReportRow): string {
  if (published === undefined) return "none";
  const range = publishedInterval(published);
  return `${percent(published.value)}${range === undefined ? "" : ` (${interval(range)})`}`;
}

function differenceCell(verdict: Verdict | undefined): string {
  return verdict === undefined || verdict.kind === "not comparable"
    ? ""
    : `${signed(verdict.differencePct)} (${signed(verdict.interval.low)} to ${signed(verdict.interval.high)})`;
}

function verdictCell({ verdict, published, summary }: ReportRow): string {
  if (summary === undefined) return "failed";
  if (verdict === undefined) return published === undefined ? "nothing published" : "";
  return verdict.kind === "not comparable" ? `not comparable: ${escape(verdict.reason)}` : `**${verdict.kind}**`;
}

/** Every failed trial with its reason. */
function failures(rows: readonly ReportRow[]): string {
  const failed = rows.flatMap((row) => row.trials).filter((trial) => trial.status === "failed");
  if (failed.length === 0) return "";
  const items = failed.map((trial) => `${escape(trial.trial)} (${trial.profile}): ${escape(trial.reason)}`);
  return `${counted(failed.length, "trial")} failed and count in no mean:\n\n${bullets(items)}`;
}

/** Exact counts beside published figures, a row a network. */
export function complexityTable({ rows, published }: ReportData): string[] {
  const networks = new Map(rows.map(({ variant }) => [`${variant.model} ${variant.parameters}`, variant]));
  const variants = [...networks.values()];
  const columns = [
    left("network"),
    left("layers"),
    right("parameters"),
    right("connections"),
    right("multiply-accumulates"),
    left("published parameters"),
  ];
  const figures = (variant: VariantRow) => parameterFigures(variant, published);
  return [
    table(
      columns,
      variants.map((variant) => [
        escape(variant.model_title),
        escape(variant.architecture),
        integer(variant.parameters),
        integer(variant.connections),
        integer(variant.macs),
        listed(figures(variant).map((figure) => integer(figure.value))),
      ]),
    ),
    bullets(
      variants.flatMap((variant) =>
        figures(variant).filter((figure) => figure.value !== variant.parameters).map((figure) => gap(variant, figure))
      ),
    ),
  ];
}

/** A published count beside the exact one, and the note on what separates them. */
function gap({ parameters }: VariantRow, { system, value, protocol, source }: Published): string {
  const off = signed(100 * (value - parameters) / parameters);
  // The note repeats the exact count for programs that look for it.
  const note = protocol.replace(/(^|; )exact=\d+(?:[;,] |$)/, "$1").replace(/; $/, "");
  return `${escape(system)}: published as ${integer(value)}, here ${integer(parameters)} (${off}%)` +
    `${note === "" ? "" : `: ${escape(note)}`} (${escape(source)})`;
}

/** Training speed, medians over the finished trials, and the machine that it holds for. */
export function speedParagraphs({ rows }: ReportData): string[] {
  const timed = rows.flatMap((row) => {
    const done = row.trials.filter((trial) => trial.status === "done");
    const [first] = done;
    return first === undefined ? [] : [{ row, done, first, machine: machine(first) }];
  });
  if (timed.length === 0) return [];
  const machines = [...new Set(timed.map((each) => each.machine))];
  const columns = [
    left("network"),
    left("recipe"),
    right("machine"),
    right("batch"),
    right("images/s in training"),
    right("first step, s"),
    right("training, s"),
    right("peak memory, MiB"),
    right("trials"),
  ];
  return [
    `Medians over the finished trials. Training time includes the first step, which compiles the shaders. ` +
    `${listed(machines.map((text, index) => `Machine ${index + 1}: ${text}`))}.`,
    table(
      columns,
      timed.map(({ row, done, first, machine }) => [
        escape(row.name),
        escape(row.series),
        integer(machines.indexOf(machine) + 1),
        integer(first.batch),
        middle(done, (trial) => trial.images_per_second),
        middle(done, (trial) => trial.first_step_seconds),
        middle(done, (trial) => trial.train_seconds),
        middle(done, (trial) => trial.peak_bytes === null ? null : trial.peak_bytes / 2 ** 20),
        integer(done.length),
      ]),
    ),
  ];
}

/** What a speed depends on beside the network. */
function machine({ adapter, adapter_kind, backend, kernels }: TrialRow): string {
  return `${escape(adapter) || "no adapter"}, ${adapter_kind}, backend ${backend}, ${escape(kernels)} kernels`;
}

/** The median of what was measured; empty where nothing was. */
function middle(trials: readonly TrialRow[], read: (trial: TrialRow) => number | null): string {
  const values = trials.flatMap((trial) => read(trial) ?? []);
  return values.length === 0 ? "" : measure(median(values));
}
