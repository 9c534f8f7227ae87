/**
 * Measured next to published error rates.
 *
 * @module
 */
import { incompletenessOf } from "../../../results/folder/completeness.ts";
import { ERROR_RATE_INTERVAL_RULE } from "../../../results/statistics/error_rate.ts";
import { publishedInterval, type Verdict } from "../../../results/verdict/against_published.ts";
import { counted, integer, interval, names, percent, signed, signedInterval } from "../../page/format.ts";
import { bullets, type Column, escape, folded, left, type Markdown, md, right, table } from "../../page/markdown.ts";
import { errorPicture } from "../charts/pictures.ts";
import type { ReportData, ReportRow } from "../rows.ts";
import type { Picture, Section } from "./section.ts";

const ERROR_RATES: Picture = {
  file: md`error_rates.svg`,
  description: md`Error rates with 95% intervals`,
  draw: errorPicture,
};

/** Measured against published error rates. */
export const RESULTS: Section = {
  heading: md`Results`,
  pictures: [ERROR_RATES],
  paragraphs: (data, show) => [...resultTable(data), show(ERROR_RATES)],
};

/** A column and what a row has in it. */
type Field = readonly [column: Column, cell: (row: ReportRow) => Markdown];

/** Measured next to published errors, and the sources of these. */
function resultTable({ runs, rows, untried }: ReportData): Markdown[] {
  const sources = distinct(rows.flatMap(({ published }) => published?.source ?? []));
  const reasons = distinct(
    rows.flatMap(({ verdict }) => verdict?.kind === "not comparable" ? [verdict.reason] : []),
  );
  const measured: readonly Field[] = [
    [left("network"), (row) => escape(row.name)],
    [left("recipe"), (row) => escape(row.recipe)],
    [right("parameters"), (row) => integer(row.variant.parameters)],
    [left("trained on"), work],
    [right("measured error, %"), measuredCell],
    [right("seeds"), seedsCell],
  ];
  const compared: readonly Field[] = [
    [right("published error, %"), publishedCell],
    [
      left("source"),
      ({ published }) => published === undefined ? "" : md`(${sources.indexOf(published.source) + 1})`,
    ],
    [right("difference"), ({ verdict }) => differenceCell(verdict)],
    [left("verdict"), (row) => verdictCell(row, reasons)],
  ];
  const fields = sources.length === 0 ? measured : [...measured, ...compared];
  return [
    table(fields.map(([column]) => column), rows.map((row) => fields.map(([, cell]) => cell(row)))),
    rows.length === 0
      ? ""
      : md`Measured error: wrong / tested on ${testedOn(runs)}, mean over the seeds, with a 95% interval: ${
        escape(ERROR_RATE_INTERVAL_RULE)
      }.`,
    remark(md`Not comparable`, reasons.map((reason, index) => md`(note ${index + 1}) ${escape(reason)}`)),
    remark(md`Sources`, sources.map((source, index) => md`(${index + 1}) ${escape(source)}`)),
    publishedNotes(rows),
    remark(
      md`Planned, but not run`,
      untried.map(({ name, variant }) => md`${escape(name)} (${escape(variant.recipe)})`),
    ),
    remark(md`Planned trials without a row`, missingTrials(runs)),
    bullets(incompletenessOf(runs).torn.map(escape)),
    failures(rows),
  ];
}

/** How many trials without a row are named. */
const MOST_NAMED = 12;

function missingTrials(runs: ReportData["runs"]): Markdown[] {
  const { missing } = incompletenessOf(runs);
  const more = missing.length - MOST_NAMED;
  return [...missing.slice(0, MOST_NAMED).map(escape), ...(more > 0 ? [md`${integer(more)} more`] : [])];
}

/** How the papers got their numbers, and what others say about them. */
function publishedNotes(rows: readonly ReportRow[]): Markdown {
  const published = new Set(rows.flatMap((row) => row.published ?? []));
  const notes = [...published].filter(({ protocol }) => protocol !== "").map(({ system, value, unit, protocol }) =>
    md`${escape(system)}, ${value}${unit === "%" ? md`%` : md` ${escape(unit)}`}: ${escape(protocol)}`
  );
  return notes.length === 0 ? "" : folded("How the published numbers were obtained", bullets(notes));
}

/** Texts in one line after their topic; empty if there are none. */
function remark(about: Markdown, texts: readonly Markdown[]): Markdown {
  return texts.length === 0 ? "" : md`${about}: ${names(texts)}.`;
}

function testedOn(runs: ReportData["runs"]): Markdown {
  return runs[0]?.environment.judged_on === "validation" ? md`held-out training images` : md`the test set`;
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

/** What a row was trained on. */
function work({ profile, trials }: ReportRow): Markdown {
  const trial = trials.find(({ status }) => status === "done") ?? trials[0];
  return trial === undefined
    ? escape(profile)
    : md`${integer(trial.train_images)} images, ${counted(trial.epochs, "epoch")} (${escape(profile)})`;
}

function measuredCell({ summary }: ReportRow): Markdown {
  return summary === undefined ? md`failed` : md`**${percent(summary.meanPct)}** (${interval(summary.interval)})`;
}

/** Finished trials, and how many failed. */
function seedsCell({ trials, summary }: ReportRow): Markdown {
  const failed = trials.filter((trial) => trial.status === "failed").length;
  return md`${summary?.n ?? 0}${failed === 0 ? "" : md` (${failed} failed)`}`;
}

function publishedCell({ published }: ReportRow): Markdown {
  if (published === undefined) return md`none`;
  const range = publishedInterval(published);
  return md`${percent(published.value)}${range === undefined ? "" : md` (${interval(range)})`}`;
}

function differenceCell(verdict: Verdict | undefined): Markdown {
  return verdict === undefined || verdict.kind === "not comparable"
    ? ""
    : md`${signed(verdict.differencePct)} (${signedInterval(verdict.interval)})`;
}

/** The reason why a row can't be compared is given once, under the table. */
function verdictCell({ verdict, published, summary }: ReportRow, reasons: readonly string[]): Markdown {
  if (summary === undefined) return md`failed`;
  if (verdict === undefined) return published === undefined ? md`nothing published` : "";
  return verdict.kind === "not comparable"
    ? md`not comparable (note ${reasons.indexOf(verdict.reason) + 1})`
    : md`**${escape(verdict.kind)}**`;
}

/** Every failed trial with its reason. */
function failures(rows: readonly ReportRow[]): Markdown {
  const failed = rows.flatMap((row) => row.trials).filter((trial) => trial.status === "failed");
  if (failed.length === 0) return "";
  const items = failed.map((trial) => md`${escape(trial.trial)} (${escape(trial.profile)}): ${escape(trial.reason)}`);
  return md`Failed, and not in any mean (${counted(failed.length, "trial")}):\n\n${bullets(items)}`;
}
