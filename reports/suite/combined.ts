/**
 * One page for several suites: the answer of each, and a link to its own report.
 *
 * @module
 */
import type { Published } from "../../data/published.ts";
import type { Run } from "../../results/folder/store.ts";
import { escape, joined, type Markdown, md, section, trusted } from "../page/markdown.ts";
import { answer } from "./answer.ts";
import { collect } from "./rows.ts";

/** What the page shows of a suite. */
export interface CombinedPart {
  /** Plain text. */
  readonly title: string;
  /** The main findings, in two sentences. */
  readonly answer: Markdown;
  /** The suite's own report, relative to the page. */
  readonly link: string;
  /** The suite's picture, relative to the page. */
  readonly picture?: string;
}

/**
 * The part of a suite with the trials of `runs`.
 *
 * @param options `link` and `picture` are relative to the combined page.
 * @throws {UserError} The folders don't belong together, see {@linkcode collect}
 */
export function suitePart(
  runs: readonly Run[],
  { published, ...where }: { readonly published: readonly Published[] } & Pick<CombinedPart, "link" | "picture">,
): CombinedPart {
  const data = collect(runs, published);
  return { title: data.runs[0]?.environment.suite_title ?? "", answer: answer(data).lead, ...where };
}

/**
 * Renders the page, one part per suite, in the order given.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { md } from "../page/markdown.ts";
 * import { renderCombined } from "./combined.ts";
 *
 * const page = renderCombined([{ title: "Pooling", answer: md`Max wins. By 0.1.`, link: "pooling/report.md" }]);
 * assert.match(page, /\[The whole report\]\(pooling\/report\.md\)/);
 * ```
 */
export function renderCombined(parts: readonly CombinedPart[]): string {
  return `${
    joined([
      md`# Benchmark`,
      ...parts.map(({ title, answer, link, picture }) =>
        section(escape(title), [
          answer,
          picture === undefined ? "" : md`![${escape(title)}](${address(picture)})`,
          md`[The whole report](${address(link)})`,
        ])
      ),
    ], "\n\n")
  }\n`;
}

/** A relative path as a link's target: spaces, brackets and whatever else markdown interprets are percent-encoded. */
function address(path: string): Markdown {
  return trusted(encodeURI(path).replaceAll("(", "%28").replaceAll(")", "%29"));
}
