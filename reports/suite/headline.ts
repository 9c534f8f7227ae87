/**
 * The published error rates next to the measured ones in one short table, for the project's first page.
 *
 * @module
 */
import type { VariantRow } from "../../results/rows/variants.ts";
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
 * One row per published error rate, two columns per procedure: the measured error in per cent with its interval and
 * seeds, and the verdict. Every row with a published rate is in it, so none is chosen by its result: if a procedure
 * trained a network by several recipes or at several learning rates, the cell has all of them.
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
    rates.map((id) => {
      const ofEach = [paper.get(id) ?? [], modern.get(id) ?? []];
      const [{ name, published }] = ofEach.flat() as [ReportRow];
      return [escape(name), percent(published!.value), ...ofEach.flatMap(cells)];
    }),
  );
}

type ByRate = ReadonlyMap<string, readonly ReportRow[]>;

function byPublishedRate(rows: readonly ReportRow[]): ByRate {
  return Map.groupBy(rows.filter(({ published }) => published !== undefined), ({ published }) => published!.id);
}

/** The measured errors of one procedure, and their verdicts. */
function cells(rows: readonly ReportRow[]): [measured: Markdown, verdict: Markdown] {
  if (rows.length === 0) return [md`not run yet`, ""];
  const differ = (of: (variant: VariantRow) => unknown) => new Set(rows.map(({ variant }) => of(variant))).size > 1;
  const [recipesDiffer, ratesDiffer] = [differ(({ recipe }) => recipe), differ((variant) => variant.learning_rate)];
  const name = ({ variant }: ReportRow) => {
    const parts = [
      ...recipesDiffer ? [variant.recipe_title] : [],
      ...ratesDiffer ? [`rate ${variant.learning_rate}`] : [],
    ];
    return parts.length > 0 ? md`${escape(parts.join(", "))}: ` : "";
  };
  const cell = (text: (row: ReportRow) => Markdown) => joined(rows.map((row) => md`${name(row)}${text(row)}`), "; ");
  return [cell(measured), cell(({ summary, verdict }) => summary ? escape(verdict?.kind ?? "") : md`failed`)];
}

function measured({ summary }: ReportRow): Markdown {
  if (!summary) return md`none`;
  return md`${percent(summary.meanPct)} (${interval(summary.interval)}, n = ${summary.n})`;
}
