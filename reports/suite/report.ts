/**
 * A report from run folders: markdown and pictures, made of CSV files and `data/published.csv` alone.
 *
 * The same rows give the same bytes on every machine, so a committed report can be checked by rendering it again.
 *
 * @module
 */
import { join } from "node:path";
import { replaceFile } from "../../base/append.ts";
import { messageOf, UserError } from "../../base/errors.ts";
import { pathIn } from "../../base/files.ts";
import type { Published } from "../../data/published.ts";
import type { Run } from "../../results/folder/store.ts";
import { escape, section } from "../page/markdown.ts";
import { answer } from "./answer.ts";
import { collect, type ReportData } from "./rows.ts";
import type { Picture } from "./section.ts";
import { SECTIONS } from "./section_list.ts";
import { notices } from "./sections.ts";

/** A report's files by name. */
export type ReportFiles = ReadonlyMap<string, string>;

/**
 * Renders `report.md` and its pictures.
 *
 * @param runs run folders of one suite; a row of the report is a variant at a profile, pooled over the folders
 * @param published rows of `data/published.csv`
 * @throws {UserError} the folders don't belong together, see {@linkcode collect}
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
  const data = collect(runs, published);
  const drawn = new Map<string, string>();
  for (const { file, draw } of SECTIONS.flatMap(({ pictures = [] }) => pictures)) {
    const svg = await draw(data);
    if (svg !== undefined) drawn.set(file, svg);
  }
  return new Map([["report.md", markdown(data, drawn)], ...drawn]);
}

/** Writes a report's files into `directory`, which is made if it is missing. */
export function writeReport(files: ReportFiles, directory: string): void {
  Deno.mkdirSync(directory, { recursive: true });
  for (const [name, text] of files) replaceFile({ path: join(directory, name), text });
}

/** Names of the files in `directory` that are missing or differ from a report's by a byte. */
export function differences(files: ReportFiles, directory: string): string[] {
  return [...files].filter(([name, text]) => readIfThere(pathIn(directory, name)) !== text).map(([name]) => name);
}

function readIfThere(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new UserError(`Cannot read "${path}": ${messageOf(error)}`);
  }
}

function markdown(data: ReportData, drawn: ReadonlyMap<string, string>): string {
  const environment = data.runs[0]?.environment;
  const show = ({ file, description }: Picture) => drawn.has(file) ? `![${description}](${file})` : "";
  const { lead, basis } = answer(data);
  return [
    `# ${escape(environment?.suite_title ?? "")}`,
    escape(environment?.question ?? ""),
    notices(data),
    lead,
    basis,
    ...SECTIONS.map(({ heading, paragraphs }) =>
      section(typeof heading === "string" ? heading : heading(data), paragraphs(data, show))
    ),
  ].filter((part) => part !== "").join("\n\n") + "\n";
}
