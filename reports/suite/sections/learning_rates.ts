/**
 * Which learning rates and batches were used.
 *
 * @module
 */
import { integer, names } from "../../page/format.ts";
import { escape, left, type Markdown, md, right, table } from "../../page/markdown.ts";
import { type ReportData, triedRows } from "../rows.ts";
import type { Section } from "./section.ts";

/** Learning rates and batches. */
export const LEARNING_RATES: Section = { heading: md`Learning rates`, paragraphs: learningRateParagraphs };

/** Learning rates and batches, and how they were found. */
function learningRateParagraphs({ rows }: ReportData): Markdown[] {
  const columns = [left("recipe"), right("learning rate"), right("batch"), left("networks"), left("how it was chosen")];
  const rates = Map.groupBy(
    triedRows(rows).map(({ variant }) => variant),
    ({ recipe, learning_rate, batch, learning_rate_source }) =>
      JSON.stringify([recipe, learning_rate, batch, learning_rate_source]),
  );
  return [
    table(
      columns,
      [...rates.values()].flatMap((group) => {
        const [first] = group;
        return first === undefined ? [] : [[
          md`${escape(first.recipe)}: ${escape(first.recipe_title)}`,
          md`${first.learning_rate}`,
          integer(first.batch),
          names([...new Set(group.map(({ model_title }) => escape(model_title)))]),
          escape(first.learning_rate_source),
        ]];
      }),
    ),
  ];
}
