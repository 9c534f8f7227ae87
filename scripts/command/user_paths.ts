/**
 * Paths as users type and read them: relative to where they stand.
 *
 * Tasks run in the project's folder, from wherever they are called. Deno keeps the caller's folder in `INIT_CWD`; the
 * launcher passes it on under a name of its own, since a program that is run without the launcher is in that folder.
 *
 * @module
 */
import { isAbsolute, join, relative, resolve } from "node:path";
import { quoted } from "../../base/errors.ts";

/** Variable with the folder that a task was called from. */
export const USER_FOLDER_VARIABLE = "LENET_BENCH_USER_FOLDER";

/** Stands for standard output where a file is written. */
export const STANDARD_OUTPUT = "-";

/** The folder that this task was called from; undefined if it is the one that it runs in. */
export function userFolder(): string | undefined {
  try {
    return otherFolder(Deno.env.get(USER_FOLDER_VARIABLE));
  } catch {
    return undefined; // No permission to look: it was not started by the launcher.
  }
}

/** The folder, unless it is the one that this program runs in or means nothing. */
export function otherFolder(folder: string | undefined): string | undefined {
  return folder === undefined || !isAbsolute(folder) || resolve(folder) === Deno.cwd() ? undefined : folder;
}

/** A path that a user who stands in `folder` typed, for a program that runs in the project's folder. */
export function typedPath(path: string, folder = userFolder()): string {
  return folder === undefined || path === "" || isAbsolute(path) ? path : join(folder, path);
}

/** A path of the project, for a user who may stand elsewhere. */
export function projectPath(path: string): string {
  return userFolder() === undefined ? path : resolve(path);
}

/** A task's command line as the user can type it; `words` are quoted if a shell needs that. */
export function taskCommand(task: string, ...words: readonly string[]): string {
  const folder = userFolder();
  const isInside = folder === undefined || !/^\.\.([/\\]|$)/.test(relative(Deno.cwd(), folder));
  const where = isInside ? [] : ["--cwd", Deno.cwd()];
  return ["deno", "task", ...[...where, task, ...words].map(quoted)].join(" ");
}
