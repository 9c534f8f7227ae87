/**
 * What was not like the papers.
 *
 * @module
 */
import { listed, names } from "../../page/format.ts";
import { bullets, escape, type Markdown, md } from "../../page/markdown.ts";
import { type ReportData, triedRows } from "../rows.ts";
import type { Section } from "./section.ts";

/** What differs from the papers. */
export const DEPARTURES: Section = { heading: md`What was not like the papers`, paragraphs: departureParagraphs };

/** What differs from the papers, each text once, with its recipes and, if it is not about all of them, networks. */
function departureParagraphs({ rows }: ReportData): Markdown[] {
  const departing = triedRows(rows).filter(({ variant }) => variant.departures.length > 0);
  const told = departing.flatMap((row) => row.variant.departures.map((text) => ({ text, row })));
  const items = [...Map.groupBy(told, ({ text }) => text)].map(([text, where]) => {
    const recipes = Map.groupBy(where.map(({ row }) => row), ({ variant }) => variant.recipe);
    const places = [...recipes].map(([recipe, affected]) => {
      const all = departing.filter(({ variant }) => variant.recipe === recipe).length === affected.length;
      // A network that the recipe trained at several learning rates has a row for each.
      const networks = new Set(affected.map(({ name }) => escape(name)));
      return all ? escape(recipe) : md`${escape(recipe)} (${names([...networks])})`;
    });
    return md`${escape(text)} - ${listed(places)}`;
  });
  return [bullets(items)];
}
