/**
 * Which digits were mistaken for which.
 *
 * @module
 */
import { counted, integer } from "../../page/format.ts";
import { escape, folded, joined, left, type Markdown, md, right, table, trusted } from "../../page/markdown.ts";
import { bestRow } from "../answer.ts";
import { publishedPairs } from "../references.ts";
import type { ReportData, ReportRow } from "../rows.ts";
import type { Section } from "./section.ts";

/** The misclassified digits. */
export const CONFUSIONS: Section = { heading: md`Most confused pairs`, paragraphs: confusionParagraphs };

/** How many pairs are shown for each network. */
const SHOWN = 8;

interface Confusion {
  /** `true -> predicted`. */
  readonly pair: Markdown;
  /** Over all seeds. */
  readonly count: number;
}

/** A row's confusions, most frequent first, ties by digit. */
function confusions({ errors }: ReportRow): readonly Confusion[] {
  const groups = Map.groupBy(errors, (error) => md`${error.true_label} -> ${error.predicted}`);
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
  const compared = rows.filter(({ published }) =>
    published && publishedPairs(published.system, data.published).length > 0
  );
  return bestRow(compared) ?? bestRow(rows);
}

function pairTable(row: ReportRow, data: ReportData): Markdown[] {
  const published = row.published === undefined ? [] : publishedPairs(row.published.system, data.published);
  const [source] = published;
  const measured = confusions(row);
  const introduction = md`${escape(row.name)}, ${escape(row.series)}: ${
    counted(row.errors.length, "misclassified digit")
  } in ${counted(row.summary?.n ?? 0, "trial")}.`;
  if (source === undefined) {
    const columns = [left("true -> predicted"), right("mean count per trial")];
    return [introduction, table(columns, measured.slice(0, SHOWN).map((each) => [each.pair, mean(each.count, row)]))];
  }
  const pairs = new Set([...measured.slice(0, SHOWN), ...published.slice(0, SHOWN)].map((each) => each.pair));
  const columns = [left("true -> predicted"), right("mean count per trial"), right("published count")];
  return [
    md`${introduction} Published: ${escape(source.row.system)}, ${escape(source.row.source)}
      (${escape(source.row.protocol)}).`,
    table(
      columns,
      [...pairs].map((pair) => [
        pair,
        mean(measured.find((each) => each.pair === pair)?.count ?? 0, row),
        integer(published.find((each) => each.pair === pair)?.count ?? 0),
      ]),
    ),
  ];
}

/** One decimal: a mean over seeds need not be a whole number. */
function mean(count: number, { summary }: ReportRow): Markdown {
  return trusted((count / (summary?.n ?? 1)).toFixed(1));
}
