/**
 * The report's explaining parts: notices, what was not like the papers, how to read it, where it ran.
 *
 * @module
 */
import { MARGIN_RULE } from "../results/compare.ts";
import type { Environment } from "../results/schema.ts";
import { integer, listed, percent } from "./format.ts";
import { bullets, escape, folded, left, oneLine, right, table } from "./markdown.ts";
import { isJudged, type ReportData } from "./rows.ts";

/** What separates several departures of one variant in `variants.csv`. */
const DEPARTURES = " | ";

/** What a reader must know first, as a quotation that stands out; empty where there is nothing. */
export function notices({ runs, rows }: ReportData): string {
  const reasons = rows.flatMap(({ verdict }) => verdict?.kind === "not comparable" ? [verdict.reason] : []);
  const texts = [
    ...runs.map(({ environment }) => environment.dataset_notice).filter((notice) => notice !== ""),
    ...reasons.map((reason) => `Some rows can't be compared with the published rates: ${reason}.`),
    ...runs.flatMap((run) => run.notices),
  ];
  return [...new Set(texts)].map((text) => `> **Notice.** ${escape(text)}`).join("\n>\n");
}

/** Recipes and variants: what differs from the papers and how the step size was found, each text once. */
export function departureParagraphs({ rows }: ReportData): string[] {
  const tried = [...new Map(rows.map((row) => [row.variant, row])).values()];
  const told = tried.flatMap((row) => {
    const departures = row.variant.departures.split(DEPARTURES).filter((text) => text !== "");
    return departures.map((departure) => ({ departure, recipe: row.variant.recipe, name: row.name }));
  });
  const items = [...Map.groupBy(told, ({ departure }) => departure)].map(([departure, where]) => {
    const recipes = Map.groupBy(where, ({ recipe }) => recipe);
    const places = [...recipes].map(([recipe, affected]) => {
      const all = tried.filter(({ variant }) => variant.recipe === recipe).length === affected.length;
      return all ? escape(recipe) : `${escape(recipe)} (${listed(affected.map(({ name }) => escape(name)))})`;
    });
    return `${escape(departure)} - ${listed(places)}`;
  });
  const columns = [left("recipe"), right("learning rate"), right("batch"), left("networks"), left("how it was chosen")];
  const rates = Map.groupBy(
    tried,
    ({ variant }) =>
      JSON.stringify([variant.recipe, variant.learning_rate, variant.batch, variant.learning_rate_source]),
  );
  return [
    bullets(items),
    table(
      columns,
      [...rates.values()].flatMap((group) => {
        const [first] = group;
        return first === undefined ? [] : [[
          `${escape(first.variant.recipe)}: ${escape(first.variant.recipe_title)}`,
          String(first.variant.learning_rate),
          integer(first.variant.batch),
          listed(group.map(({ name }) => escape(name))),
          escape(first.variant.learning_rate_source),
        ]];
      }),
    ),
  ];
}

/** Definitions that the table needs, in a few lines. */
export function readingParagraphs({ runs, rows }: ReportData): string[] {
  const judgedOn = runs[0]?.environment.judged_on === "validation" ? "held-out training images" : "the test set";
  const margins = new Set(
    rows.filter(isJudged).flatMap(({ published, verdict }) =>
      verdict.kind === "not comparable" ? [] : [`${percent(verdict.marginPct)} at ${percent(published.value)}%`]
    ),
  );
  return [
    bullets([
      `**Measured error**: wrong / tested on ${judgedOn}, mean over the seeds, with a 95% t interval over the seeds; ` +
      "with one seed a 95% Wilson interval of that one rate.",
      "**Published error**: one published run, with a 95% Wilson interval on its own test set.",
      `**Margin**: ${escape(MARGIN_RULE)}${margins.size === 0 ? "" : `; in points, ${listed([...margins])}`}.`,
      "**reproduced**: the 90% interval of the difference lies inside the margin (two one-sided tests at 5%).",
      "**better**, **worse**: not reproduced, and the 95% interval of the difference excludes zero.",
      "**inconclusive**: neither; more seeds would decide.",
      "**not comparable**: another data set, another test set or fewer training images than the paper's.",
    ]),
    "A verdict compares error rates alone. Where loss, optimiser or network differ from the paper's, the differences " +
    "stand under [What was not like the papers](#what-was-not-like-the-papers).",
  ];
}

/** Facts of a run, in the order of the table. */
const FACTS: readonly (readonly [heading: string, read: (environment: Environment) => string])[] = [
  ["profile", (e) => e.profile],
  ["started", (e) => e.started],
  ["data set", (e) => `${e.dataset_title} (${e.dataset})`],
  ["data set SHA-256", (e) => e.dataset_sha256],
  ["backend", (e) => e.backend],
  ["adapter", (e) => `${e.adapter || "none"} (${e.adapter_kind})`],
  [
    "adapter vendor, architecture",
    (e) => listed([e.adapter_vendor, e.adapter_architecture].filter((text) => text !== "")),
  ],
  ["kernels", (e) => e.kernels],
  ["operating system", (e) => e.os],
  ["CPU", (e) => e.cpu],
  ["CPU threads", (e) => integer(e.cpu_threads)],
  ["Deno", (e) => e.deno],
  ["V8", (e) => e.v8],
  ["TensorFlow.js", (e) => e.tfjs],
  ["program", (e) => e.program],
  ["commit", (e) => e.commit],
];

/** Where it ran, a column a run, the commands that repeat it, and the weights' checksums. */
export function environmentParagraphs({ runs, rows }: ReportData): string[] {
  const environments = runs.map((run) => run.environment);
  const heading = (index: number) => runs.length === 1 ? "this run" : `run ${index + 1}`;
  const facts = FACTS.map(([name, read]) => [name, ...environments.map((environment) => escape(read(environment)))]);
  const weights = rows.flatMap(({ trials }) => trials).filter((trial) => trial.weights_sha256 !== "");
  return [
    table([left(""), ...environments.map((_, index) => left(heading(index)))], facts),
    runs.length === 1 ? "The command that repeats it:" : "The commands that repeat them:",
    // An indented block shows its text as it is; a fence could be closed by the text.
    environments.map((environment) => `    ${oneLine(environment.command)}`).join("\n"),
    weights.length === 0 ? "" : folded(
      "SHA-256 of the trained weights",
      table(
        [left("trial"), left("profile"), left("SHA-256")],
        weights.map((trial) => [escape(trial.trial), trial.profile, trial.weights_sha256]),
      ),
    ),
  ];
}
