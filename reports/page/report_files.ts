/**
 * A report's files: written to a folder, or compared with those that are there.
 *
 * @module
 */
import { join } from "node:path";
import { replaceFile } from "../../base/durable_write.ts";
import { messageOf, UserError } from "../../base/errors.ts";
import { pathIn } from "../../base/files.ts";

/** A report's files by name. */
export type ReportFiles = ReadonlyMap<string, string>;

/**
 * Writes a report's files into `directory`, which is created if it is missing.
 *
 * @throws {UserError} The folder can't be made, or a file can't be written.
 */
export function writeReport(files: ReportFiles, directory: string): void {
  try {
    Deno.mkdirSync(directory, { recursive: true });
    for (const [name, text] of files) replaceFile({ path: join(directory, name), text });
  } catch (error) {
    throw new UserError(
      `Cannot write the report to "${directory}": ${messageOf(error)}. Make room or name another folder with --out.`,
      { cause: error },
    );
  }
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
