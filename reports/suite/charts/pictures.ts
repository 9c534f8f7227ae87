/**
 * From report rows to the marks and lines of the pictures.
 *
 * @module
 */
import type { Published } from "../../../data/published.ts";
import type { EpochRow } from "../../../results/rows/epochs.ts";
import { publishedInterval } from "../../../results/verdict/against_published.ts";
import { PUBLISHED } from "../../page/chart_style.ts";
import { families } from "../families.ts";
import { drawEffects, effectMarks } from "../measures/effect_chart.ts";
import { publishedCurve } from "../references.ts";
import type { ReportData, ReportRow } from "../rows.ts";
import { armCurves } from "./arm_curves.ts";
import { type CurvePoint, drawCurves, drawErrors, type ErrorMark } from "./bar_and_line.ts";

/** Lines of single seeds are drawn up to this many seeds; more would hide the mean. */
const SEED_LINES = 5;

/** Error rates of all measured rows; undefined if none was measured. */
export async function errorPicture(data: ReportData): Promise<string | undefined> {
  const rows = isOfArms(data) ? armRows(data.rows) : data.rows;
  const measured = rows.flatMap(({ name, series, summary }): ErrorMark[] =>
    summary === undefined ? [] : [{ name, series, error: summary.meanPct, ...summary.interval }]
  );
  const published = counterparts(rows.filter((row) => row.summary !== undefined), (row) => row.id);
  const marks = [...measured, ...published.flatMap(publishedMark)];
  return marks.length === 0 ? undefined : await drawErrors(marks);
}

/** Differences from the baselines; undefined if nothing was compared. */
export async function effectPicture({ rows, comparisons }: ReportData): Promise<string | undefined> {
  const marks = effectMarks(rows, comparisons);
  return marks.length === 0 ? undefined : await drawEffects(marks);
}

/** The error on images that are not trained on: the test images, if they were measured, as in the papers' curves. */
function heldOutError({ test_error_pct, validation_error_pct }: EpochRow): number | null {
  return test_error_pct ?? validation_error_pct;
}

/** Training error, that of held-out images, and the papers' curves; undefined if no second epoch was finished. */
export async function errorCurves(data: ReportData): Promise<string | undefined> {
  if (isOfArms(data)) {
    return await armCurves(data.rows, {
      axis: "error, %",
      kinds: [
        { title: "training", value: (epoch) => epoch.train_error_pct },
        { title: "held out", value: heldOutError },
      ],
    });
  }
  const { rows, published } = data;
  const measured = rows.flatMap((row) => [
    ...curve(row, { measured: "training", value: (epoch) => epoch.train_error_pct }),
    ...curve(row, { measured: "held out", value: heldOutError }),
  ]);
  const points = [...measured, ...curveCounterparts(rows).flatMap((each) => publishedPoints(each, published))];
  return isCurve(points) ? await drawCurves(points, { axis: "error, %", floor: 0.01 }) : undefined;
}

/** The sources of the papers' curves, one text each. */
export function curveSources(data: ReportData): string[] {
  if (isOfArms(data)) return [];
  const { rows, published } = data;
  const points = curveCounterparts(rows).flatMap((each) => publishedCurve(each.published.system, published));
  return [...new Set(points.map(({ row }) => `${row.system}, ${row.source} (${row.evidence})`))];
}

/** Training loss; undefined if no second epoch was finished. */
export async function lossCurves(data: ReportData): Promise<string | undefined> {
  const { rows } = data;
  if (isOfArms(data)) {
    return await armCurves(rows, {
      axis: "training loss",
      kinds: [{ title: "training", value: (epoch) => epoch.train_loss }],
    });
  }
  const points = rows.flatMap((row) => curve(row, { measured: "training", value: (epoch) => epoch.train_loss }));
  return isCurve(points) ? await drawCurves(points, { axis: "training loss", floor: 1e-5 }) : undefined;
}

/** Whether arms are compared with baselines: they then share one panel per network, without the papers' curves. */
export function isOfArms({ comparisons: { compared, notCompared } }: ReportData): boolean {
  return compared.length + notCompared.length > 0;
}

/** Every arm on a line of its own: there may be more recipes than colours. */
function armRows(rows: readonly ReportRow[]): readonly ReportRow[] {
  return families(rows).flatMap(({ title, arms }) =>
    arms.map(({ name, row }) => ({ ...row, name: `${title}, ${name}`, series: "measured" }))
  );
}

function isCurve(points: readonly CurvePoint[]): boolean {
  return points.some((point) => point.series !== PUBLISHED && point.epoch > 1);
}

/** A published number and the name of the row that it belongs to. */
interface Counterpart {
  readonly name: string;
  readonly published: Published;
}

/** The published numbers of rows, each once per name: the recipes of a network share them. */
function counterparts(rows: readonly ReportRow[], alike: (published: Published) => string): Counterpart[] {
  const found = rows.flatMap(({ name, published }) => published === undefined ? [] : [{ name, published }]);
  return [...new Map(found.map((each) => [JSON.stringify([each.name, alike(each.published)]), each])).values()];
}

/** A system's curve is shown once per panel. */
function curveCounterparts(rows: readonly ReportRow[]): Counterpart[] {
  return counterparts(rows.filter((row) => row.epochs.length > 0), (published) => published.system);
}

function publishedMark({ name, published }: Counterpart): ErrorMark[] {
  const interval = publishedInterval(published);
  return interval === undefined ? [] : [{ name, series: PUBLISHED, error: published.value, ...interval }];
}

function publishedPoints({ name, published }: Counterpart, all: readonly Published[]): CurvePoint[] {
  return publishedCurve(published.system, all).map(({ measured, epoch, row }) => {
    return { name, series: PUBLISHED, line: "mean", measured, epoch, value: row.value };
  });
}

/** The mean over the seeds at every epoch that all of them finished, and one line per seed if there are few. */
function curve(
  row: ReportRow,
  { measured, value }: { readonly measured: CurvePoint["measured"]; readonly value: (row: EpochRow) => number | null },
): CurvePoint[] {
  const read = row.epochs.flatMap((epoch) => {
    const measurement = value(epoch);
    return measurement === null ? [] : [{ seed: epoch.seed, epoch: epoch.epoch, value: measurement }];
  });
  const seeds = new Set(read.map((point) => point.seed));
  const shared = { name: row.name, series: row.series, measured };
  const means = [...Map.groupBy(read, (point) => point.epoch)]
    .filter(([, points]) => points.length === seeds.size)
    .map(([epoch, points]): CurvePoint => {
      const sum = points.reduce((total, point) => total + point.value, 0);
      return { ...shared, line: "mean", epoch, value: sum / points.length };
    });
  const single = seeds.size < 2 || seeds.size > SEED_LINES ? [] : read.map((point): CurvePoint => {
    return { ...shared, line: `seed ${point.seed}`, epoch: point.epoch, value: point.value };
  });
  return [...means, ...single];
}
