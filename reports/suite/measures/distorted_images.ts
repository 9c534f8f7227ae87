/**
 * How much of its accuracy a trained network keeps on distorted test images.
 *
 * @module
 */
import { mean } from "simple-statistics";
import type { SweepRow } from "../../../results/rows/sweeps.ts";
import { errorRateInterval } from "../../../results/statistics/error_rate.ts";
import type { Interval } from "../../../results/statistics/intervals.ts";
import { integer, interval, listed, names, percent } from "../../page/format.ts";
import { escape, folded, joined, left, type Markdown, md, right, table } from "../../page/markdown.ts";
import { drawPanels, type Panel } from "../../page/panel_chart.ts";
import { readFamilies } from "../families.ts";
import type { ReportData, ReportRow } from "../rows.ts";
import type { Picture, Section } from "../sections/section.ts";

const ERROR_BY_DISTORTION: Picture = {
  file: md`distorted_images.svg`,
  description: md`Error by amount of distortion, one panel per network and distortion`,
  draw: sweepPicture,
};

/** Errors on test images that are distorted more and more. */
export const DISTORTED_IMAGES: Section = {
  heading: md`Distorted test images`,
  pictures: [ERROR_BY_DISTORTION],
  paragraphs: (data, show) => sweepParagraphs(data, show(ERROR_BY_DISTORTION)),
};

/** What an amount of each distortion is. */
const KINDS: readonly { readonly kind: SweepRow["sweep"]; readonly title: Markdown; readonly unit: Markdown }[] = [
  { kind: "shift", title: md`shift`, unit: md`pixels` },
  { kind: "rotate", title: md`rotation`, unit: md`degrees` },
  { kind: "scale", title: md`scale`, unit: md`factor` },
  { kind: "noise", title: md`noise`, unit: md`% of the pixels inverted` },
];

/** An arm's mean error over the amounts of a sweep, and over all sweeps, in per cent. */
export interface SweepSummary {
  /** Kinds that were not measured are left out. */
  readonly byKind: ReadonlyMap<SweepRow["sweep"], number>;
  /** Mean of the kinds. */
  readonly meanPct: number;
  /**
   * 95%. An image counts once for all its distortions, so the mean over them varies no more from image to image than
   * one error rate does.
   */
  readonly interval: Interval;
  readonly n: number;
}

/** One number per distortion and one for all; undefined if nothing was measured. */
export function summariseSweeps({ sweeps }: Pick<ReportRow, "sweeps">): SweepSummary | undefined {
  if (sweeps.length === 0) return undefined;
  const kindMeans = (rows: readonly SweepRow[]) =>
    KINDS.flatMap(({ kind }) => {
      const errors = rows.filter((row) => row.sweep === kind).map(errorPct);
      return errors.length === 0 ? [] : [[kind, mean(errors)] as const];
    });
  const bySeed = [...Map.groupBy(sweeps, (row) => row.seed).values()].map((rows) =>
    mean(kindMeans(rows).map(([, error]) => error))
  );
  return {
    byKind: new Map(kindMeans(sweeps)),
    meanPct: mean(bySeed),
    interval: errorRateInterval(bySeed, Math.min(...sweeps.map(({ images }) => images))),
    n: bySeed.length,
  };
}

/** The distortions that were measured, by name. */
export function sweepTitles(rows: readonly ReportRow[]): Markdown[] {
  return kindsOf(rows).map(({ title }) => title);
}

/** Mean error over the sweeps, the curves, and the errors behind them; empty if nothing was measured. */
function sweepParagraphs(data: ReportData, picture: Markdown): Markdown[] {
  const measured = readFamilies(data.rows, summariseSweeps);
  if (measured.length === 0) return [];
  const kinds = kindsOf(data.rows);
  const amounts = kinds.map(({ kind, title, unit }) =>
    md`${title} by ${listed(amountsOf(data.rows, kind).map((amount) => md`${amount}`))} (${unit})`
  );
  const columns = [
    left("network"),
    left("arm"),
    ...kinds.map(({ title }) => right(md`mean error, ${title}, %`)),
    right("mean of these, %"),
    right("seeds"),
  ];
  return [
    md`Trained networks on the first ${listed(imagesOf(data.rows).map(integer))} test images, distorted:
      ${names(amounts)}. Mean error over the amounts of each distortion, and the mean of these with a 95% interval:`,
    table(
      columns,
      measured.flatMap(({ title, arms }) =>
        arms.map(({ name, value }) => [
          escape(title),
          escape(name),
          ...kinds.map(({ kind }) => cell(value.byKind.get(kind))),
          md`**${percent(value.meanPct)}** (${interval(value.interval)})`,
          integer(value.n),
        ])
      ),
    ),
    picture,
    picture === "" ? "" : md`Lines are means over the seeds, bars show their range.`,
    folded(
      "Error by amount of every distortion",
      joined(kinds.map(({ kind }) => amountTable(data.rows, kind)), "\n\n"),
    ),
  ];
}

/** Error by amount: panels in one column per distortion and one row per family; undefined if nothing was measured. */
async function sweepPicture({ rows }: ReportData): Promise<string | undefined> {
  const kinds = kindsOf(rows);
  if (kinds.length === 0) return undefined;
  const measured = readFamilies(rows, (row) => row.sweeps.length === 0 ? undefined : row.sweeps);
  const panels = measured.flatMap(({ title, arms }) =>
    kinds.map(({ kind, title: distortion, unit }): Panel => ({
      title: `${title}: ${distortion}`,
      axis: `${distortion}, ${unit}`,
      points: arms.flatMap(({ name, value }) =>
        amountsOf(rows, kind).flatMap((amount) => {
          const errors = errorsAt(value, { kind, amount });
          if (errors.length === 0) return [];
          return [{ arm: name, x: amount, value: mean(errors), low: Math.min(...errors), high: Math.max(...errors) }];
        })
      ),
    }))
  ).filter(({ points }) => points.length > 0);
  return await drawPanels(panels, { columns: kinds.length, axis: "error, %", scale: "percent" });
}

/** One row per arm, one column per amount. */
function amountTable(rows: readonly ReportRow[], kind: SweepRow["sweep"]): Markdown {
  const { title, unit } = KINDS.find((each) => each.kind === kind) ?? { title: escape(kind), unit: "" };
  const amounts = amountsOf(rows, kind);
  const columns = [left("network"), left("arm"), ...amounts.map((amount) => right(md`${amount}`))];
  const measured = readFamilies(rows, ({ sweeps }) => sweeps.some((row) => row.sweep === kind) ? sweeps : undefined);
  const errors = table(
    columns,
    measured.flatMap((family) =>
      family.arms.map(({ name, value }) => [
        escape(family.title),
        escape(name),
        ...amounts.map((amount) => {
          const tested = errorsAt(value, { kind, amount });
          return cell(tested.length === 0 ? undefined : mean(tested));
        }),
      ])
    ),
  );
  return joined([md`Mean error in per cent by ${title}, ${unit}:`, errors], "\n\n");
}

function cell(errorPct: number | undefined): Markdown {
  return errorPct === undefined ? "" : percent(errorPct);
}

function errorPct({ errors, images }: SweepRow): number {
  return 100 * errors / images;
}

function errorsAt(
  sweeps: readonly SweepRow[],
  { kind, amount }: { readonly kind: SweepRow["sweep"]; readonly amount: number },
): number[] {
  return sweeps.filter((row) => row.sweep === kind && row.amount === amount).map(errorPct);
}

function kindsOf(rows: readonly ReportRow[]) {
  return KINDS.filter(({ kind }) => rows.some(({ sweeps }) => sweeps.some((row) => row.sweep === kind)));
}

function amountsOf(rows: readonly ReportRow[], kind: SweepRow["sweep"]): number[] {
  return rising(rows.flatMap(({ sweeps }) => sweeps.filter((row) => row.sweep === kind).map((row) => row.amount)));
}

function imagesOf(rows: readonly ReportRow[]): number[] {
  return rising(rows.flatMap(({ sweeps }) => sweeps.map((row) => row.images)));
}

function rising(values: readonly number[]): number[] {
  return [...new Set(values)].toSorted((a, b) => a - b);
}
