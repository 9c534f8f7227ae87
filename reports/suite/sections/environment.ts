/**
 * The report's explaining parts: notices, what was not like the papers, learning rates, how to read the verdicts,
 * where it ran.
 *
 * @module
 */
import type { Environment } from "../../results/folder/environment.ts";
import { MARGIN_RULE } from "../../results/verdict/published.ts";
import { integer, listed, names, percent } from "../page/format.ts";
import {
  bullets,
  escape,
  folded,
  joined,
  left,
  type Markdown,
  md,
  oneLine,
  right,
  table,
  trusted,
} from "../page/markdown.ts";
import { isJudged, type JudgedRow, type ReportData, type ReportRow } from "./rows.ts";
import type { Section } from "./section.ts";

/** What differs from the papers. */
export const DEPARTURES: Section = { heading: md`What was not like the papers`, paragraphs: departureParagraphs };

/** Learning rates and batches. */
export const LEARNING_RATES: Section = { heading: md`Learning rates`, paragraphs: learningRateParagraphs };

/** Definitions that the verdicts need. */
export const READING: Section = { heading: md`How to read the verdicts`, paragraphs: readingParagraphs };

/** Where it ran, and how to repeat it. */
export const ENVIRONMENT: Section = { heading: md`Environment`, paragraphs: environmentParagraphs };

/** What a reader must know first, as a quotation that stands out; empty where there is nothing. */
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
    ...runs.flatMap((run) => run.notices),
  ];
  return joined([...new Set(texts)].map((text) => md`> **Notice.** ${escape(text)}`), "\n>\n");
}

/** Whether a larger profile trains on the paper's images. */
function hasTooFewImages({ profile, summary, published }: JudgedRow): boolean {
  return profile !== "paper" && summary.dataset === published.dataset &&
    summary.trainImages < (published.train_images ?? 0);
}

/** What differs from the papers, each text once with the recipes and, where not all of these, the networks. */
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

/** One row per variant, whatever its profiles. */
function triedRows(rows: readonly ReportRow[]): ReportRow[] {
  return [...new Map(rows.map((row) => [row.variant, row])).values()];
}

/** Definitions that the verdicts need, in a few lines; none where nothing is compared. */
function readingParagraphs({ rows }: ReportData): Markdown[] {
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
      md`**Margin**: ${escape(MARGIN_RULE)}${margins.size === 0 ? "" : md`; in points, ${listed([...margins])}`}.`,
      md`**reproduced**: the 90% interval of the difference lies inside the margin (two one-sided tests at 5%).`,
      md`**better**, **worse**: not reproduced, and the 95% interval of the difference excludes zero.`,
      md`**inconclusive**: neither; more seeds help only as long as their own share of the interval is large.`,
      md`**not comparable**: another data set, another test set or fewer training images than the paper's.`,
    ]),
    !departs ? "" : md`A verdict compares error rates alone. Where loss, optimiser or network differ from the paper's,
      the differences stand under [What was not like the papers](#what-was-not-like-the-papers).`,
  ];
}

/** Facts of a run, in the order of the table. */
const FACTS: readonly (readonly [heading: Markdown, read: (environment: Environment) => string])[] = [
  [md`profile`, (e) => e.profile],
  [md`started`, (e) => e.started],
  [md`data set`, (e) => `${e.dataset_title} (${e.dataset})`],
  [md`data set SHA-256`, (e) => e.dataset_sha256],
  [md`backend`, (e) => e.backend],
  [md`adapter`, (e) => `${e.adapter || "none"} (${e.adapter_kind})`],
  [md`kernels`, (e) => e.kernels],
  [md`operating system`, (e) => e.os],
  [md`CPU`, (e) => e.cpu],
  [md`CPU threads`, (e) => integer(e.cpu_threads)],
  [md`Deno`, (e) => e.deno],
  [md`V8`, (e) => e.v8],
  [md`TensorFlow.js`, (e) => e.tfjs],
  [md`program`, (e) => e.program],
  [md`commit`, (e) => e.commit],
];

/** Where it ran, one column per run, the commands that repeat it, and the weights' checksums. */
function environmentParagraphs({ runs, rows }: ReportData): Markdown[] {
  const environments = runs.map((run) => run.environment);
  const heading = (index: number) => runs.length === 1 ? md`this run` : md`run ${index + 1}`;
  const facts = FACTS.map(([name, read]) => [name, ...environments.map((environment) => escape(read(environment)))]);
  const weights = rows.flatMap(({ trials }) => trials).filter((trial) => trial.weights_sha256 !== "");
  return [
    table([left(""), ...environments.map((_, index) => left(heading(index)))], facts),
    runs.length === 1 ? md`The command that repeats it:` : md`The commands that repeat them:`,
    // An indented block shows its text as it is; a fence could be closed by the text.
    joined(environments.map((environment) => md`    ${trusted(oneLine(environment.command))}`), "\n"),
    weights.length === 0 ? "" : folded(
      "SHA-256 of the trained weights",
      table(
        [left("trial"), left("profile"), left("SHA-256")],
        weights.map((trial) => [escape(trial.trial), escape(trial.profile), escape(trial.weights_sha256)]),
      ),
    ),
  ];
}
