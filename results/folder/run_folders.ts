/**
 * Finding run folders under the folders that a user names.
 *
 * @module
 */
import { join, relative } from "node:path";
import { messageOf } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { FOLDER_TABLES } from "../rows/list.ts";
import { ENVIRONMENT_FILE } from "./environment.ts";

/** A folder with one of these files is a run folder. */
const RUN_FILES: ReadonlySet<string> = new Set([ENVIRONMENT_FILE, ...FOLDER_TABLES.map(({ file }) => file)]);

/**
 * `folder` itself if it is a run folder, else all run folders under it, sorted by name, with numbers in their order. If
 * there are none, `folder` itself: reading it as a run then says what is missing.
 */
export function runFolders(folder: string): string[] {
  const found = below(folder);
  return found.length === 0 ? [folder] : found;
}

/** Names that a sentence lists; others are counted. */
const MOST_NAMES = 3;

/** Why the run in `directory` can't be read, after `error` came from opening its file `name`, and what to do. */
export function whyUnreadable(
  directory: string,
  { name, error }: { readonly name: string; readonly error: unknown },
): string {
  if (error instanceof Deno.errors.NotADirectory) return "it is a file. Name the folder of a run";
  if (!(error instanceof Deno.errors.NotFound)) return `${messageOf(error)}. Make it readable`;
  if (!exists(directory)) return "there is no such folder. Name the folder of a run";
  const runs = below(directory).map((folder) => `"${relative(directory, folder)}"`);
  if (runs.length > 0 && !runs.includes('""')) {
    const others = runs.length > MOST_NAMES ? ` and ${runs.length - MOST_NAMES} more` : "";
    return `it contains the run folders ${runs.slice(0, MOST_NAMES).join(", ")}${others}. Name those themselves`;
  }
  const others = entriesOf(directory).some(({ name }) => name.endsWith(".csv"));
  return others || runs.length > 0
    ? `its file "${name}" is missing. Get the whole folder again, or make the run again`
    : "it contains no run. Name the folder of a run";
}

function below(folder: string): string[] {
  const entries = entriesOf(folder);
  if (entries.some(({ isFile, name }) => isFile && RUN_FILES.has(name))) return [folder];
  return entries.filter((entry) => entry.isDirectory)
    .toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }))
    .flatMap((entry) => below(join(folder, entry.name)));
}

/** Empty if the folder can't be read. */
function entriesOf(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)];
  } catch {
    return [];
  }
}
