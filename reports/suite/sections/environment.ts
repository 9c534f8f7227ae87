/**
 * Where the runs were made, and how to repeat them.
 *
 * @module
 */
import { adapterWords } from "../../../base/graphics_api.ts";
import type { Environment } from "../../../results/folder/environment.ts";
import { integer } from "../../page/format.ts";
import { escape, folded, joined, left, type Markdown, md, oneLine, table, trusted } from "../../page/markdown.ts";
import type { ReportData } from "../rows.ts";
import type { Section } from "./section.ts";

/** Where it ran, and how to repeat it. */
export const ENVIRONMENT: Section = { heading: md`Environment`, paragraphs: environmentParagraphs };

/** Facts of a run, in the order of the table. */
const FACTS: readonly (readonly [heading: Markdown, read: (environment: Environment) => string])[] = [
  [md`profile`, (e) => e.profile],
  [md`started`, (e) => e.started],
  [md`data set`, (e) => `${e.dataset_title} (${e.dataset})`],
  [md`data set SHA-256`, (e) => e.dataset_sha256],
  [md`backend`, (e) => e.backend],
  [md`adapter`, (e) => `${adapterWords(e) || "none"} (${e.adapter_kind})`],
  [md`kernels`, (e) => e.lanes > 1 ? `${e.kernels}, ${e.lanes} threads share loads` : e.kernels],
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
