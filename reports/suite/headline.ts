/**
 * The published error rates next to the measured ones in one short table, for the project's first page.
 *
 * @module
 */
import { interval, percent } from "../page/format.ts";
import { escape, joined, left, type Markdown, md, right, table } from "../page/markdown.ts";
import type { ReportRow } from "./rows.ts";

/** Rows that train the same networks in two ways. */
export interface Procedures {
  /** As the papers trained. */
  readonly paper: readonly ReportRow[];
  /** As one would train today. */
  readonly modern: readonly ReportRow[];
}

/**
 * The measured error in per cent with its interval and seeds, and the verdict, of both procedures next to each
 * published error rate. Every row with a published rate is in it, so none is chosen by its result: if the paper's
 * network was trained by several recipes, each has a line; several learning rates share a cell.
 */
export function headlineTable(procedures: Procedures): Markdown {
  const [paper, modern] = [procedures.paper, procedures.modern].map(byPublishedRate) as [ByRate, ByRate];
  const rates = [...new Set([...paper.keys(), ...modern.keys()])];
  return table(
    [
      left("network"),
      right("published error, %"),
      right("the paper's procedure, %"),
      left("verdict"),
      right("modern recipe, %"),
      left("verdict"),
    ],
    rates.flatMap((id) => {
      const byRecipe = [...Map.groupBy(paper.get(id) ?? [], ({ variant }) => variant.recipe_title).entries()];
      const titles = byRecipe.map(([title]) => title.split(", "));
      const shared = sharedParts(titles);
      const lines = byRecipe.length === 0 ? [[]] : byRecipe.map(([, rows]) => rows);
      return lines.map((rows, i) => {
        const today = modern.get(id) ?? [];
        const [{ name, published }] = [...rows, ...today] as [ReportRow];
        return [
          escape([name, ...titles[i]?.slice(shared) ?? []].join(", ")),
          percent(published!.value),
          ...cells(rows),
          ...i === 0 ? cells(today) : ["", ""] as Markdown[],
        ];
      });
    }),
  );
}

/** How many parts the lists begin with alike. */
function sharedParts(lists: readonly (readonly string[])[]): number {
  const [first = []] = lists;
  const differs = first.findIndex((part, i) => lists.some((list) => list[i] !== part));
  return differs < 0 ? first.length : differs;
}

type ByRate = ReadonlyMap<string, readonly ReportRow[]>;

function byPublishedRate(rows: readonly ReportRow[]): ByRate {
  return Map.groupBy(rows.filter(({ published }) => published !== undefined), ({ published }) => published!.id);
}

/** The measured errors of one procedure, and their verdicts. */
function cells(rows: readonly ReportRow[]): [measured: Markdown, verdict: Markdown] {
  if (rows.length === 0) return [md`not run yet`, ""];
  const rate = ({ variant }: ReportRow) => rows.length > 1 ? md`rate ${variant.learning_rate}: ` : "";
  const cell = (text: (row: ReportRow) => Markdown) => joined(rows.map((row) => md`${rate(row)}${text(row)}`), "; ");
  return [cell(measured), cell(({ summary, verdict }) => summary ? escape(verdict?.kind ?? "") : md`failed`)];
}

function measured({ summary }: ReportRow): Markdown {
  if (!summary) return md`none`;
  return md`${percent(summary.meanPct)} (${interval(summary.interval)}, n = ${summary.n})`;
}
