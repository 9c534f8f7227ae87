/**
 * Looking at and reading files that a user may have provided, with errors that say what to do.
 *
 * @module
 */
import { isAbsolute, join, relative } from "node:path";
import { messageOf, UserError } from "./errors.ts";

/** The most bytes that a file may have: five times MNIST's largest, and little enough for any machine. */
export const MAX_FILE_BYTES = 256 * 2 ** 20;

/**
 * Whether anything is at `path`, a link to nowhere too.
 *
 * @throws {UserError} The system does not let this program look.
 */
export function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw new UserError(`Cannot look at "${path}": ${messageOf(error)}. Name another folder.`, { cause: error });
  }
}

/**
 * Whether a file or folder can be reached at `path`, by a link too; not if that leads to nowhere.
 *
 * @throws {UserError} The system does not let this program look.
 */
export async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw unreadable(path, error);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}

/** Where else links may lead, and what to do about a path that is refused. */
export interface PathOptions {
  /** Another folder that the user named: links into it are followed, too. */
  readonly store?: string | undefined;
  /** In place of those for the files of a run. */
  readonly remedies?: { readonly link: string; readonly size: string };
}

const COPY = "Put a good copy in its place.";
const REMEDIES: NonNullable<PathOptions["remedies"]> = {
  link: 'Copy its folder with "cp -rL", which makes files of links.',
  size: 'Make several of it, such as runs with "--shard", which are reported together.',
};

/**
 * The path of `name` in `directory`, to be read or written.
 *
 * Deno's permissions follow symbolic links, and a folder from elsewhere may contain some: then `trials.csv` is another
 * file of the user's, or a pipe that never ends. A missing file passes: opening it reports that.
 *
 * @throws {UserError} It is a link out of `directory` and `store`, neither a file nor a folder, or a file that is too
 * large.
 */
export function pathIn(
  directory: string,
  name: string,
  { store, remedies = REMEDIES }: PathOptions = {},
): string {
  const path = join(directory, name);
  if (!exists(path)) return path;
  try {
    const target = Deno.realPathSync(path);
    const isKnown = [directory, ...store === undefined ? [] : [store]].some((folder) => isBelow(target, folder));
    const { isFile, isDirectory, size } = Deno.statSync(path);
    const [fault, remedy] = !isKnown
      ? ["it is a link to a place outside its folder", remedies.link]
      : !isFile && !isDirectory
      ? ["it is neither a file nor a folder", COPY]
      : isFile && size > MAX_FILE_BYTES
      ? [`it is larger than the ${MAX_FILE_BYTES / 2 ** 20} MiB that are read`, remedies.size]
      : [];
    if (fault !== undefined) throw new UserError(`Cannot use "${path}": ${fault}. ${remedy}`);
    return path;
  } catch (error) {
    throw error instanceof UserError ? error : unreadable(path, error);
  }
}

/** Whether the real path `target` is `folder` or lies in it. */
function isBelow(target: string, folder: string): boolean {
  const place = relative(Deno.realPathSync(folder), target);
  return !/^\.\.([/\\]|$)/.test(place) && !isAbsolute(place);
}

/**
 * The bytes of the file `name` in `directory`.
 *
 * @throws {UserError} It can't be read, or not safely: see {@linkcode pathIn}.
 */
export async function readBytes(directory: string, name: string, options?: PathOptions): Promise<Uint8Array> {
  const path = pathIn(directory, name, options);
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
