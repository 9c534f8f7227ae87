/**
 * The published error rates next to the measured ones in one short table, for the project's first page.
 *
 * @module
 */
import { interval, percent } from "../page/format.ts";
import { escape, joined, left, type Markdown, md, right, table } from "../page/markdown.ts";
import type { ReportData, ReportRow } from "./rows.ts";

/**
 * One row per network with a published error rate, two columns per recipe: the measured error in per cent with its
 * interval and seeds, and the verdict. Every row of the report is in it, so none is chosen by its result: if a recipe
 * trained a network at several learning rates, the cell has all of them.
 */
export function headlineTable({ rows }: Pick<ReportData, "rows">): Markdown {
  const published = rows.filter((row) => row.published !== undefined);
  const recipes = new Map(published.map(({ variant }) => [variant.recipe, variant.recipe_title]));
  const networks = [...Map.groupBy(published, ({ name }) => name)];
  return table(
    [
      left("network"),
      right("published error, %"),
      ...[...recipes.values()].flatMap((title) => [right(md`${escape(title)}, %`), left("verdict")]),
    ],
    networks.map(([name, rows]) => [
      escape(name),
      percent(rows[0]!.published!.value),
      ...[...recipes.keys()].flatMap((recipe) => {
        const ofRecipe = rows.filter(({ variant }) => variant.recipe === recipe);
        const rate = ({ variant }: ReportRow) => ofRecipe.length > 1 ? md`rate ${variant.learning_rate}: ` : "";
        const cells = (cell: (row: ReportRow) => Markdown) =>
          joined(ofRecipe.map((row) => md`${rate(row)}${cell(row)}`), "; ");
        return [cells(measured), cells(({ summary, verdict }) => summary ? escape(verdict?.kind ?? "") : md`failed`)];
      }),
    ]),
  );
}

function measured({ summary }: ReportRow): Markdown {
  if (!summary) return md`none`;
  return md`${percent(summary.meanPct)} (${interval(summary.interval)}, n = ${summary.n})`;
}
