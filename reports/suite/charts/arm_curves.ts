/**
 * Learning curves of arms that are compared with each other: one panel per network, one colour per arm.
 *
 * @module
 */
import type { EpochRow } from "../../../results/rows/epochs.ts";
import { drawPanels, type Panel, type PanelPoint } from "../../page/panel_chart.ts";
import { readFamilies } from "../families.ts";
import type { ReportRow } from "../rows.ts";

/** What is drawn of an epoch, in one column of panels. */
export interface CurveKind {
  readonly title: string;
  readonly value: (row: EpochRow) => number | null;
}

/** Panels side by side, if there is only one kind of curve. */
const COLUMNS = 3;

/** One panel per family and kind; lines are means over the seeds. Undefined if no second epoch was finished. */
export async function armCurves(
  rows: readonly ReportRow[],
  { axis, kinds }: { readonly axis: string; readonly kinds: readonly CurveKind[] },
): Promise<string | undefined> {
  const measured = readFamilies(rows, ({ epochs }) => epochs.length === 0 ? undefined : epochs);
  const used = kinds.filter(({ value }) => rows.some(({ epochs }) => epochs.some((row) => value(row) !== null)));
  const panels = measured.flatMap(({ title, arms }) =>
    used.map((kind): Panel => ({
      title: used.length === 1 ? title : `${title}: ${kind.title}`,
      axis: "epoch",
      points: arms.flatMap(({ name, value: epochs }) => means(epochs, { arm: name, kind })),
    }))
  ).filter(({ points }) => points.length > 0);
  if (!panels.some(({ points }) => points.some(({ x }) => Number(x) > 1))) return undefined;
  return await drawPanels(panels, { columns: used.length === 1 ? COLUMNS : used.length, axis, scale: "log" });
}

/** The mean over the seeds at every epoch that all of them finished. */
function means(
  epochs: readonly EpochRow[],
  { arm, kind }: { readonly arm: string; readonly kind: CurveKind },
): PanelPoint[] {
  const read = epochs.flatMap((row) => {
    const value = kind.value(row);
    return value === null ? [] : [{ seed: row.seed, epoch: row.epoch, value }];
  });
  const seeds = new Set(read.map(({ seed }) => seed)).size;
  return [...Map.groupBy(read, ({ epoch }) => epoch)].filter(([, points]) => points.length === seeds)
    .toSorted(([a], [b]) => a - b)
    .map(([x, points]) => ({ arm, x, value: points.reduce((sum, point) => sum + point.value, 0) / seeds }));
}
