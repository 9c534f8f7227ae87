/**
 * Which learning rate is best, if a suite tries several on one network and recipe.
 *
 * @module
 */
import { integer, listed, percent } from "../../page/format.ts";
import { escape, left, type Markdown, md, right, table } from "../../page/markdown.ts";
import type { ReportRow } from "../rows.ts";
import type { Section } from "./section.ts";

/** Errors by learning rate, in a suite that tries several. */
export const BEST_LEARNING_RATE: Section = {
  heading: md`Least error by network and recipe`,
  paragraphs: ({ rows }) => choiceParagraphs(rows),
};

/** One network and recipe at several learning rates. */
interface Choice {
  readonly network: string;
  readonly recipe: string;
  /** One per learning rate. */
  readonly rows: readonly ReportRow[];
  /** Learning rates with the least error; several if they tie, none if no trial finished. */
  readonly best: readonly number[];
  /** Whether one of these is the lowest or highest tried, so that a better one may lie beyond. */
  readonly atEdge: boolean;
}

const AT_EDGE = md`at the edge of the rates tried`;

/** Rows of one model, recipe and profile whose learning rates all differ. */
function choices(rows: readonly ReportRow[]): readonly Choice[] {
  const groups = Map.groupBy(rows, ({ variant, series }) => JSON.stringify([variant.model, series]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const rates = group.map(rate);
    if (first === undefined || group.length < 2 || new Set(rates).size < group.length) return [];
    const least = Math.min(...group.map(({ summary }) => summary?.meanPct ?? Infinity));
    const best = group.filter(({ summary }) => summary?.meanPct === least).map(rate).toSorted((a, b) => a - b);
    const atEdge = best.includes(Math.min(...rates)) || best.includes(Math.max(...rates));
    return [{ network: first.variant.model_title, recipe: first.series, rows: group, best, atEdge }];
  });
}

/** How often each learning rate was best, as a sentence; empty unless the suite tries several. */
export function choiceSentence(rows: readonly ReportRow[]): Markdown {
  const made = choices(rows);
  const wins = ratesOf(rows).flatMap((rate) => {
    const won = made.filter(({ best }) => best.includes(rate)).length;
    return won === 0 ? [] : [md`**${rate}** for ${integer(won)}`];
  });
  if (wins.length === 0) return "";
  const [only, ...others] = made;
  if (only !== undefined && others.length === 0) {
    return md`For ${escape(only.network)}, ${escape(only.recipe)}, the learning rate of least error is **${
      listed(only.best.map((rate) => md`${rate}`))
    }**${only.atEdge ? md`, ${AT_EDGE}` : ""}.`;
  }
  const edges = made.filter(({ atEdge }) => atEdge).length;
  return md`Of ${integer(made.length)} pairs of network and recipe, the learning rate of least error is ${
    listed(wins)
  }${edges === 0 ? "" : md`; for ${integer(edges)} it is ${AT_EDGE}`}.`;
}

/** Errors by learning rate, one row per network and recipe; empty unless the suite tries several. */
function choiceParagraphs(rows: readonly ReportRow[]): Markdown[] {
  const made = choices(rows);
  if (made.length === 0) return [];
  const rates = ratesOf(made.flatMap((choice) => choice.rows));
  const columns = [
    left("network"),
    left("recipe"),
    ...rates.map((rate) => right(md`${rate}`)),
    left("least error at"),
  ];
  return [
    md`Measured error in per cent by learning rate; the intervals are under Results.`,
    table(
      columns,
      made.map((choice) => [
        escape(choice.network),
        escape(choice.recipe),
        ...rates.map((each) => errorCell(choice, each)),
        bestCell(choice),
      ]),
    ),
  ];
}

/** Empty if the rate was not tried. */
function errorCell({ rows, best }: Choice, tried: number): Markdown {
  const row = rows.find((candidate) => rate(candidate) === tried);
  if (row === undefined) return "";
  if (row.summary === undefined) return md`failed`;
  const text = percent(row.summary.meanPct);
  return best.includes(tried) ? md`**${text}**` : text;
}

function bestCell({ best, atEdge }: Choice): Markdown {
  if (best.length === 0) return md`none`;
  return md`${listed(best.map((rate) => md`${rate}`))}${atEdge ? md` (${AT_EDGE})` : ""}`;
}

function rate({ variant }: ReportRow): number {
  return variant.learning_rate;
}

/** All learning rates, lowest first. */
function ratesOf(rows: readonly ReportRow[]): number[] {
  return [...new Set(rows.map(rate))].toSorted((a, b) => a - b);
}
