/**
 * Finding run folders under the folders that a user names.
 *
 * @module
 */
import { join } from "node:path";
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
