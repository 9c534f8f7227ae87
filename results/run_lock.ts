/**
 * One writer a run's folder: a lock of the operating system, which is gone with its process however that ended.
 *
 * @module
 */
import { hostname } from "node:os";
import { z } from "zod";
import { duration } from "../base/duration.ts";
import { messageOf, UserError } from "../base/errors.ts";
import { pathIn } from "../base/files.ts";

/** In the run's folder, as long as a process writes there. */
export const LOCK_FILE = "run.lock";

const ownerSchema = z.object({
  pid: z.int().nonnegative(),
  /** Empty where this program may not ask. */
  host: z.string(),
  started: z.iso.datetime(),
});

type Owner = z.infer<typeof ownerSchema>;

/** A folder that this process alone writes to. */
export interface RunLock extends Disposable {
  /** Whose lock was taken over, as a sentence, where a process left its own behind. */
  readonly notice?: string;
}

/**
 * Locks `directory`, which is made where it does not exist; disposing removes the lock.
 *
 * @throws {UserError} Another process holds the lock, or the file can't be written, or is a link out of the folder.
 */
export function lockRun(directory: string): RunLock {
  const path = pathIn(directory, LOCK_FILE);
  const { file, left } = acquire(directory, path);
  const owner: Owner = { pid: Deno.pid, host: readHost(), started: new Date().toISOString() };
  try {
    file.truncateSync();
    file.writeSync(new TextEncoder().encode(`${JSON.stringify(owner)}\n`));
  } catch (error) {
    release(file, path);
    throw unwritable(directory, error);
  }
  return {
    ...(left !== "" && {
      notice: `Took over the lock of "${directory}" from ${describe(left)}, which ended without removing it.`,
    }),
    [Symbol.dispose]: () => release(file, path),
  };
}

/** The locked file, and what an earlier owner left in it. */
function acquire(directory: string, path: string): { file: Deno.FsFile; left: string } {
  while (true) {
    const file = open(directory, path);
    const isLocked = file.tryLockSync(true);
    const text = readText(path);
    if (isLocked && isStill(file, path)) return { file, left: text };
    file.close();
    if (isLocked) continue;
    throw new UserError(
      `Cannot write to "${directory}": ${describe(text)} is writing to it. Wait for its end, or name another folder.`,
    );
  }
}

function open(directory: string, path: string): Deno.FsFile {
  try {
    Deno.mkdirSync(directory, { recursive: true });
    return Deno.openSync(path, { read: true, write: true, create: true });
  } catch (error) {
    throw unwritable(directory, error);
  }
}

/** Whether `path` still names the file: the owner before may have removed it between our opening and our locking it. */
function isStill(file: Deno.FsFile, path: string): boolean {
  try {
    return file.statSync().ino === Deno.statSync(path).ino;
  } catch {
    return false;
  }
}

/** Removed before it is unlocked, or it could be removed from under the next owner. */
function release(file: Deno.FsFile, path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // A folder that may no longer be written to: without the lock behind it the file means nothing.
  }
  file.close();
}

/** For example `process 4711 on "node-3" (started 3 min 20 s ago)`. */
function describe(text: string): string {
  const owner = parseOwner(text);
  if (!owner) return "an unknown process";
  // A clock that was set back would make it negative.
  const age = Math.max(0, (Date.now() - Date.parse(owner.started)) / 1000);
  return `process ${owner.pid}${owner.host === "" ? "" : ` on "${owner.host}"`} (started ${duration(age)} ago)`;
}

function parseOwner(text: string): Owner | undefined {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function readText(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return ""; // Removed by its owner, or locked against reading too, as Windows does it.
  }
}

function readHost(): string {
  try {
    return hostname();
  } catch {
    return ""; // No permission to ask.
  }
}

function unwritable(directory: string, error: unknown): UserError {
  return new UserError(
    `Cannot write to "${directory}": ${messageOf(error)}. Make room, allow it, or name another folder.`,
    { cause: error },
  );
}
