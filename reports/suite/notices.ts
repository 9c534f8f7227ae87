/**
 * What a reader of a report must know first.
 *
 * @module
 */
import { escape, joined, type Markdown, md } from "../page/markdown.ts";
import { isJudged, type JudgedRow, type ReportData } from "./rows.ts";
import { unusualShares } from "./sections/errors_by_thousand.ts";

/** What a reader must know first, as a quotation that stands out; may be empty. */
export function notices({ runs, rows }: ReportData): Markdown {
  const incomparable = rows.filter(isJudged).flatMap((row) =>
    row.verdict.kind !== "not comparable" ? [] : [
      `Some rows can't be compared with the published rates: ${row.verdict.reason}.` +
      (hasTooFewImages(row) ? " Run with --profile paper to compare them." : ""),
    ]
  );
  const texts = [
    ...runs.map(({ environment }) => environment.dataset_notice).filter((notice) => notice !== ""),
    ...incomparable,
    ...unusualShares(rows),
    ...runs.flatMap((run) => run.notices),
  ];
  return joined([...new Set(texts)].map((text) => md`> **Notice.** ${escape(text)}`), "\n>\n");
}

/** Whether a larger profile would train on the paper's images. */
function hasTooFewImages({ profile, summary, published }: JudgedRow): boolean {
  return profile !== "paper" && summary.dataset === published.dataset &&
    summary.trainImages < (published.train_images ?? 0);
}
