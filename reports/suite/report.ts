/**
 * A report from run folders: markdown and pictures, made only from CSV files and `data/published.csv`.
 *
 * The same rows give the same bytes on every machine, so a committed report can be checked by rendering it again.
 *
 * @module
 */
import { type Published, readPublished } from "../../data/published.ts";
import { ENVIRONMENT_FILE } from "../../results/folder/environment.ts";
import { readRun, type Run } from "../../results/folder/store.ts";
import { escape, joined, type Markdown, md, section } from "../page/markdown.ts";
import type { ReportFiles } from "../page/report_files.ts";
import type { RunKind } from "../run_kind.ts";
import { answer } from "./answer.ts";
import { notices } from "./notices.ts";
import { readOpenChoices } from "./open_choices.ts";
import { collect, type ReportData } from "./rows.ts";
import { SECTIONS } from "./sections/list.ts";
import type { Picture } from "./sections/section.ts";

/**
 * Renders `report.md` and its pictures.
 *
 * @param runs Runs of one suite; a row of the report is a variant at a profile, pooled over the runs.
 * @param published Rows of `data/published.csv`.
 * @throws {UserError} The runs don't belong together, see {@linkcode collect}
 *
 * @example
 * ```ts ignore
 * import { readPublished } from "../../data/published.ts";
 * import { readRun } from "../../results/folder/store.ts";
 *
 * const files = await renderReport([readRun("results/runs/latest")], readPublished());
 * console.log(files.get("report.md"));
 * ```
 */
export async function renderReport(runs: readonly Run[], published: readonly Published[]): Promise<ReportFiles> {
  return await renderData(collect(runs, published));
}

/** {@linkcode renderReport} for rows that were read already, and what explains those that miss their published rate. */
export async function renderData(data: ReportData): Promise<ReportFiles> {
  const drawn = new Map<string, string>();
  for (const { file, draw } of SECTIONS.flatMap(({ pictures = [] }) => pictures)) {
    const svg = await draw(data);
    if (svg !== undefined) drawn.set(file, svg);
  }
  return new Map([["report.md", markdown(data, drawn)], ...drawn]);
}

/** Runs of `deno task bench SUITE`. */
export const SUITE_RUNS: RunKind = {
  file: ENVIRONMENT_FILE,
  contents: "trials of a suite",
  render(folders) {
    const published = readPublished();
    const openChoices = readOpenChoices(published);
    return renderData(collect(folders.map((folder) => readRun(folder)), published, { openChoices }));
  },
};

function markdown(data: ReportData, drawn: ReadonlyMap<string, string>): string {
  const environment = data.runs[0]?.environment;
  const show = ({ file, description }: Picture): Markdown => drawn.has(file) ? md`![${description}](${file})` : "";
  const { lead, basis } = answer(data);
  return `${
    joined([
      md`# ${escape(environment?.suite_title ?? "")}`,
      escape(environment?.question ?? ""),
      notices(data),
      lead,
      basis,
      ...SECTIONS.map(({ heading, paragraphs }) =>
        section(typeof heading === "string" ? heading : heading(data), paragraphs(data, show))
      ),
    ], "\n\n")
  }\n`;
}
