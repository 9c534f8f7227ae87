/**
 * How to read the verdicts.
 *
 * @module
 */
import { MARGIN_RULE } from "../../../results/verdict/against_published.ts";
import { listed, percent } from "../../page/format.ts";
import { bullets, escape, type Markdown, md } from "../../page/markdown.ts";
import { isJudged, type ReportData } from "../rows.ts";
import type { Section } from "./section.ts";

/** Definitions that the verdicts need. */
export const HOW_TO_READ: Section = { heading: md`How to read the verdicts`, paragraphs: howToReadParagraphs };

/** Definitions that the verdicts need, in a few lines; none if nothing is compared. */
function howToReadParagraphs({ rows }: ReportData): Markdown[] {
  if (rows.every((row) => row.published === undefined)) return [];
  const margins = new Set(
    rows.filter(isJudged).flatMap(({ published, verdict }) =>
      verdict.kind === "not comparable" ? [] : [md`${percent(verdict.marginPct)} at ${percent(published.value)}%`]
    ),
  );
  const departs = rows.some(({ variant }) => variant.departures.length > 0);
  return [
    bullets([
      md`**Published error**: one published run, with a 95% Wilson interval on its own test set.`,
      md`**Difference**: measured less published, with a 95% interval for what the luck of the runs may have made of it,
        ours and the published one. The test images are the same, so their luck cancels. How far runs of one procedure
        differ is estimated from our seeds together with what the variants of all reference runs show; with one seed
        from the latter alone.`,
      md`**Margin**: ${escape(MARGIN_RULE)}${margins.size === 0 ? "" : md`; in points, ${listed([...margins])}`}.`,
      md`**reproduced**: the 90% interval of the difference lies inside the margin (two one-sided tests at 5%).`,
      md`**better**, **worse**: not reproduced, and the 95% interval of the difference excludes zero.`,
      md`**inconclusive**: neither; more seeds help only while their own share of the interval is large.`,
      md`**not comparable**: another data set, another test set or fewer training images than the paper's.`,
    ]),
    !departs ? "" : md`A verdict compares error rates only. If loss, optimiser or network differ from the paper's,
      the differences are listed under [What was not like the papers](#what-was-not-like-the-papers).`,
  ];
}
