/**
 * Which digits were mistaken for which.
 *
 * @module
 */
import type { ErrorRow } from "../../../results/rows/errors.ts";
import { type RankCorrelation, rankCorrelation, type Tally } from "../../../results/statistics/rank_correlation.ts";
import { counted, integer, interval, percent } from "../../page/format.ts";
import { escape, folded, joined, left, type Markdown, md, right, table, trusted } from "../../page/markdown.ts";
import { bestRow } from "../answer.ts";
import { type PublishedPair, publishedPairs } from "../references.ts";
import type { ReportData, ReportRow } from "../rows.ts";
import type { Section } from "./section.ts";

/** The misclassified digits. */
export const CONFUSIONS: Section = { heading: md`Most confused pairs`, paragraphs: confusionParagraphs };

/** How many pairs are shown for each network. */
const SHOWN = 8;

/** Ordered pairs of different digits. */
const PAIRS = 10 * 9;

/** A digit and what it was taken for. */
type Pair = Pick<PublishedPair, "trueLabel" | "predicted">;

interface Confusion {
  /** `true -> predicted`. */
  readonly pair: Markdown;
  /** Over all seeds. */
  readonly count: number;
}

function pairText({ trueLabel, predicted }: Pair): Markdown {
  return md`${trueLabel} -> ${predicted}`;
}

function pairOf({ true_label, predicted }: ErrorRow): Pair {
  return { trueLabel: true_label, predicted };
}

/** A row's confusions, most frequent first, ties by digit. */
function confusions({ errors }: ReportRow): readonly Confusion[] {
  const groups = Map.groupBy(errors, (error) => pairText(pairOf(error)));
  return [...groups].map(([pair, { length: count }]) => ({ pair, count }))
    .toSorted((a, b) => b.count - a.count || (a.pair < b.pair ? -1 : 1));
}

/**
 * The most confused pairs of the best network, next to the published ones if there are any, and those of every row,
 * folded. Empty if no misclassified digits were recorded.
 */
function confusionParagraphs(data: ReportData): Markdown[] {
  const rows = data.rows.filter((row) => row.errors.length > 0);
  const shown = closest(rows, data);
  if (shown === undefined) return [];
  const columns = [left("network"), left("recipe"), left("most confused pairs, mean count per trial")];
  const inline = (row: ReportRow) =>
    joined(confusions(row).slice(0, SHOWN).map(({ pair, count }) => md`${pair} (${mean(count, row)})`), ", ");
  return [
    ...pairTable(shown, data),
    folded(
      "The most confused pairs of every row",
      table(columns, rows.map((row) => [escape(row.name), escape(row.series), inline(row)])),
    ),
  ];
}

/** The best row with published pairs, else the best of all. */
function closest(rows: readonly ReportRow[], data: ReportData): ReportRow | undefined {
  return bestRow(rows.filter((row) => counterpart(row, data).length > 0)) ?? bestRow(rows);
}

/** The pairs published for a row's system, or for the network that it varies: what precedes the comma in its name. */
function counterpart({ published }: ReportRow, data: ReportData): readonly PublishedPair[] {
  if (published === undefined) return [];
  const pairs = publishedPairs(published.system, data.published);
  return pairs.length > 0 ? pairs : publishedPairs(published.system.split(",")[0]!, data.published);
}

function pairTable(row: ReportRow, data: ReportData): Markdown[] {
  const published = counterpart(row, data);
  const [source] = published;
  const measured = confusions(row);
  const introduction = md`${escape(row.name)}, ${escape(row.series)}: ${
    counted(row.errors.length, "misclassified digit")
  } in ${counted(row.summary?.n ?? 0, "trial")}.`;
  if (source === undefined) {
    const columns = [left("true -> predicted"), right("mean count per trial")];
    return [introduction, table(columns, measured.slice(0, SHOWN).map((each) => [each.pair, mean(each.count, row)]))];
  }
  const shown = [...measured.slice(0, SHOWN).map(({ pair }) => pair), ...published.slice(0, SHOWN).map(pairText)];
  const columns = [left("true -> predicted"), right("mean count per trial"), right("published count")];
  return [
    md`${introduction} Published: ${escape(source.row.system)}, ${escape(source.row.source)}
      (${escape(source.row.protocol)}).`,
    table(
      columns,
      [...new Set(shown)].map((pair) => [
        pair,
        mean(measured.find((each) => each.pair === pair)?.count ?? 0, row),
        integer(published.find((each) => pairText(each) === pair)?.count ?? 0),
      ]),
    ),
    likeness(row, published),
  ];
}

/** Whether a row confuses the pairs that were published, by their rank correlation over all pairs. */
function likeness(row: ReportRow, published: readonly PublishedPair[]): Markdown {
  const theirs = published.flatMap((pair) => Array.from({ length: pair.count }, () => [pairIndex(pair)]));
  const correlation = rankCorrelation(tallyOf(row.errors), theirs, { cells: PAIRS });
  if (correlation === undefined) return "";
  const own = ownLikeness(row);
  const yardstick = own === undefined
    ? ""
    : md` (one of this row's seeds against its others: ${percent(own)} on average)`;
  return md`Over all ${PAIRS} ordered pairs of different digits, the rank correlation of the two counts is
    **${percent(correlation.value)}** (${interval(correlation.interval)})${yardstick}: ${meaning(correlation)}. It is
    Kendall's tau-b, which corrects for ties, with a 95% bootstrap interval over the misclassified images of both
    networks; 1 is the same order, 0 is none, and few errors lower it.`;
}

function meaning({ interval: { low, high } }: RankCorrelation): Markdown {
  if (low > 0) return md`the pairs that the published network confuses often tend to be confused often here too`;
  if (high < 0) return md`the pairs that the published network confuses often tend to be confused seldom here`;
  return md`it isn't shown that the two networks confuse the same pairs`;
}

/** The mean rank correlation of one seed's confusions with those of all others; undefined with one seed. */
function ownLikeness({ errors }: ReportRow): number | undefined {
  const seeds = [...new Set(errors.map(({ seed }) => seed))];
  const values = seeds.flatMap((seed) => {
    const [own, others] = [errors.filter((e) => e.seed === seed), errors.filter((e) => e.seed !== seed)].map(tallyOf);
    return rankCorrelation(own!, others!, { cells: PAIRS })?.value ?? [];
  });
  return values.length < 2 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** One group per image: several seeds often make the same error. */
function tallyOf(errors: readonly ErrorRow[]): Tally {
  const groups = Map.groupBy(errors, ({ test_index }) => test_index);
  return [...groups.values()].map((group) => group.map((error) => pairIndex(pairOf(error))));
}

/** From 0 to {@linkcode PAIRS} - 1. */
function pairIndex({ trueLabel, predicted }: Pair): number {
  return 9 * trueLabel + (predicted > trueLabel ? predicted - 1 : predicted);
}

/** One decimal: a mean over seeds need not be a whole number. */
function mean(count: number, { summary }: ReportRow): Markdown {
  return trusted((count / (summary?.n ?? 1)).toFixed(1));
}
