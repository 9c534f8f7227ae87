/**
 * Writes a complete run at once.
 *
 * @module
 */
import { join } from "node:path";
import { removeLeftover } from "../../base/durable_write.ts";
import { messageOf, UserError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { LOCK_FILE, lockRun } from "./run_lock.ts";
import { createRun, FILES, resultsOf, type Run } from "./store.ts";

/** Files that an interrupted write may have left. */
const LEFT: ReadonlySet<string> = new Set(FILES.flatMap((name) => [name, `${name}.partial`]));

/**
 * Writes a whole run: `directory` appears with all of it, or not at all.
 *
 * @throws {UserError} The folder exists already, can't be written, or is being written by another process.
 */
export function writeRun(directory: string, run: Run): void {
  if (exists(directory)) {
    throw new UserError(`Cannot write the run to "${directory}": it is there already. Name another folder with --out.`);
  }
  // The task's permissions include this name.
  const partial = `${directory.replace(/(?<=.)[/\\]+$/, "")}.partial`;
  refuseForeignFolder(partial);
  using _lock = lockRun(partial);
  try {
    removeFiles(partial);
    const store = createRun(partial, run);
    for (const result of resultsOf(run)) store.append(result);
    // Renamed with the lock still held, so that nobody else can take the folder meanwhile.
    Deno.renameSync(partial, directory);
    removeLeftover(join(directory, LOCK_FILE));
  } catch (error) {
    removeFiles(partial);
    removeLeftover(join(partial, LOCK_FILE));
    removeLeftover(partial);
    // The store's message names the temporary folder; its cause is what the system said.
    const reason = messageOf(error instanceof UserError ? error.cause ?? error : error);
    throw new UserError(
      `Cannot write the run to "${directory}": ${reason}. Make room or name another folder with --out.`,
      { cause: error },
    );
  }
}

/** @throws {UserError} `partial` exists and may be something else than the rest of an interrupted write. */
function refuseForeignFolder(partial: string): void {
  if (!exists(partial)) return;
  const foreign = Deno.lstatSync(partial).isDirectory
    ? [...Deno.readDirSync(partial)].find(({ name }) => name !== LOCK_FILE && !LEFT.has(name))
    : { name: partial };
  if (!foreign) return;
  throw new UserError(
    `Cannot write the run to "${partial}" first: "${foreign.name}" is there already and is not a run's file. ` +
      "Name another folder with --out.",
  );
}

function removeFiles(partial: string): void {
  for (const name of LEFT) removeLeftover(join(partial, name));
}
