/**
 * The published error rates next to the measured ones in one short table, for the project's first page.
 *
 * @module
 */
import { interval, percent } from "../page/format.ts";
import { escape, left, right, table } from "../page/markdown.ts";
import type { ReportData, ReportRow } from "./rows.ts";

/**
 * One row per network with a published error rate, two columns per recipe: the measured error in per cent with its
 * interval and seeds, and the verdict. Every row of the report is in it, so nothing is chosen by its result: a network
 * that a recipe trained at several learning rates has all of them in one cell.
 */
export function headlineTable({ rows }: Pick<ReportData, "rows">): string {
  const published = rows.filter((row) => row.published !== undefined);
  const recipes = new Map(published.map(({ variant }) => [variant.recipe, variant.recipe_title]));
  const networks = [...Map.groupBy(published, ({ name }) => name)];
  return table(
    [
      left("network"),
      right("published error, %"),
      ...[...recipes.values()].flatMap((title) => [right(`${escape(title)}, %`), left("verdict")]),
    ],
    networks.map(([name, rows]) => [
      escape(name),
      percent(rows[0]!.published!.value),
      ...[...recipes.keys()].flatMap((recipe) => {
        const ofRecipe = rows.filter(({ variant }) => variant.recipe === recipe);
        const rate = ({ variant }: ReportRow) => ofRecipe.length > 1 ? `rate ${variant.learning_rate}: ` : "";
        const cells = (cell: (row: ReportRow) => string) => ofRecipe.map((row) => rate(row) + cell(row)).join("; ");
        return [cells(measured), cells(({ summary, verdict }) => summary ? verdict?.kind ?? "" : "failed")];
      }),
    ]),
  );
}

function measured({ summary }: ReportRow): string {
  if (!summary) return "none";
  return `${percent(summary.meanPct)} (${interval(summary.interval)}, n = ${summary.n})`;
}
