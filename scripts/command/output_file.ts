/**
 * Files that a user names for output: also standard output, a pipe, or a link to a file.
 *
 * @module
 */
import { replaceFile } from "../../base/durable_write.ts";
import { messageOf, UserError } from "../../base/errors.ts";
import { realPath } from "../../base/links.ts";
import { STANDARD_OUTPUT } from "./user_paths.ts";

/** Names of this process's standard output. Deno lets no program open those of the system. */
const STANDARD_OUTPUTS: readonly string[] = [STANDARD_OUTPUT, "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

/** Whether what is written to `path` goes to standard output. */
export function isStandardOutput(path: string | undefined): boolean {
  return path !== undefined && STANDARD_OUTPUTS.includes(path);
}

/**
 * Writes `text` to what `path` names: the whole of a file, behind a link too; or into a pipe or device, which stays.
 *
 * @throws {UserError} It is a folder, or can't be written.
 */
export function writeOutput(path: string, text: string): void {
  try {
    if (isStandardOutput(path)) return writeInto(Deno.stdout, text);
    const found = statOf(path);
    if (found?.isDirectory) throw new UserError(`Cannot write "${path}": it is a folder. Name a file in it.`);
    if (found === undefined || found.isFile) return replaceFile({ path: realPath(path), text });
    using file = Deno.openSync(path, { write: true });
    writeInto(file, text);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const [why, remedy] = error instanceof Deno.errors.NotCapable
      ? ["Deno lets no program open it", `Name a file, or "${STANDARD_OUTPUT}" for standard output`]
      : [messageOf(error), "Make room or name another file"];
    throw new UserError(`Cannot write "${path}": ${why}. ${remedy}.`, { cause: error });
  }
}

/**
 * The file that `path` names, behind links; there may be none yet.
 *
 * @throws {UserError} It is a folder, a pipe or a device, none of which can be read and then written anew.
 */
export function namedFile(path: string): string {
  const found = statOf(path);
  if (found === undefined || found.isFile) return realPath(path);
  throw new UserError(
    `Cannot use "${path}": it is ${found.isDirectory ? "a folder" : "a pipe or device"}. Name a file.`,
  );
}

/** Undefined if nothing is there. */
function statOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** A pipe takes as many bytes at a time as it has room for. */
function writeInto(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let written = 0; written < bytes.length;) written += stream.writeSync(bytes.subarray(written));
}
