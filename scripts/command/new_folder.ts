/**
 * Folders for what a command writes.
 *
 * @module
 */
import { dirname } from "node:path";
import { messageOf, UserError } from "../../base/errors.ts";

/** Processes that may want the same name. */
const MOST_NAMES = 10_000;

/**
 * Makes the folder `path`, or the first of `path-2`, `path-3` and so on that is not there yet, and returns its path.
 * Several processes may want the same one: making it fails for all of them but one.
 *
 * @throws {UserError} The folder can't be made.
 */
export function newFolder(path: string): string {
  try {
    Deno.mkdirSync(dirname(path), { recursive: true });
    for (let number = 1; number <= MOST_NAMES; number++) {
      const name = number === 1 ? path : `${path}-${number}`;
      if (makes(name)) return name;
    }
    throw new Error(`so are "${path}-2" to "${path}-${MOST_NAMES}"`);
  } catch (error) {
    throw new UserError(`Cannot make "${path}": ${messageOf(error)}. Make room, or name another folder with --out.`, {
      cause: error,
    });
  }
}

/**
 * Makes the folder that a user named, if it is not there, and returns its absolute path without links.
 *
 * @throws {UserError} It can't be made.
 */
export function makeFolder(path: string): string {
  try {
    Deno.mkdirSync(path, { recursive: true });
    return Deno.realPathSync(path);
  } catch (error) {
    throw new UserError(`Cannot make "${path}": ${messageOf(error)}. Name another folder with --out.`, {
      cause: error,
    });
  }
}

/** Makes the folder, unless something is there. */
function makes(path: string): boolean {
  try {
    Deno.mkdirSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
}
