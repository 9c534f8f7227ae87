/**
 * Finding run folders under the folders that a user names.
 *
 * @module
 */
import { join } from "node:path";
import { FOLDER_TABLES } from "../rows/list.ts";
import { ENVIRONMENT_FILE } from "./environment.ts";

/** A folder with one of these is that of a run. */
const RUN_FILES: ReadonlySet<string> = new Set([ENVIRONMENT_FILE, ...FOLDER_TABLES.map(({ file }) => file)]);

/**
 * The folder itself where it is a run's, else all run folders under it, in the order of their names, numbers in them
 * counting as such; itself where there is none, for reading it as a run says why.
 */
export function runFolders(folder: string): string[] {
  const found = below(folder);
  return found.length === 0 ? [folder] : found;
}

function below(folder: string): string[] {
  const entries = entriesOf(folder);
  if (entries.some(({ isFile, name }) => isFile && RUN_FILES.has(name))) return [folder];
  return entries.filter((entry) => entry.isDirectory)
    .toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }))
    .flatMap((entry) => below(join(folder, entry.name)));
}

/** Nothing where it can't be read. */
function entriesOf(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)];
  } catch {
    return [];
  }
}
