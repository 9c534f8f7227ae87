/**
 * Files that a user may have put there: looked at and read, with errors that say what to do.
 *
 * @module
 */
import { messageOf, UserError } from "./errors.ts";

/**
 * Whether something exists at `path`.
 *
 * @throws {UserError} Where the system does not let this program look.
 */
export async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw unreadable(path, error);
  }
}

/**
 * The bytes of the file at `path`.
 *
 * @throws {UserError} Where it can't be read.
 */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): UserError {
  return new UserError(`Cannot read "${path}": ${messageOf(error)}. Make it a file that this program may read.`, {
    cause: error,
  });
}
