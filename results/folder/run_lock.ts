/**
 * One writer per run folder: a lock of the operating system, which disappears with its process, however that exited.
 *
 * If several machines share a file system, its locks may hold on each machine separately. So an owner also updates the
 * time of the file, and an owner on another host counts as alive as long as that time is recent.
 *
 * @module
 */
import { hostname } from "node:os";
import { z } from "zod";
import { duration } from "../../base/duration.ts";
import { messageOf, UserError } from "../../base/errors.ts";
import { pathIn } from "../../base/files.ts";

/** The lock's file in the run folder, there while a process writes to the folder. */
export const LOCK_FILE = "run.lock";

/** How often an owner updates the file's time, as a sign of life. */
const SIGN_MS = 20_000;

/** An owner on another host counts as dead after this long without a sign. */
const SILENCE_MS = 120_000;

/**
 * How many owners may remove the file, one after the other, between our opening and our locking it, before we give up.
 */
const ATTEMPTS = 100;

const ownerSchema = z.object({
  pid: z.int().nonnegative(),
  /** Empty if this program may not ask for it. */
  host: z.string().max(255),
  started: z.iso.datetime().max(40),
});

type Owner = z.infer<typeof ownerSchema>;

/** A folder that this process alone writes to. */
export interface RunLock extends Disposable {
  /** Whose lock was taken over, as a sentence, if a process left its own behind. */
  readonly notice?: string;
}

/**
 * Locks `directory`, which is created if it is missing; disposing removes the lock.
 *
 * @throws {UserError} Another process has the lock, or may have it on another host; or the file can't be written or
 * locked, or is a link out of the folder.
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
  const signs = setInterval(() => giveSign(file), SIGN_MS);
  Deno.unrefTimer(signs);
  return {
    ...(left !== "" && {
      notice: `Took over the lock of "${directory}" from ${describe(left)}, which exited without removing it.`,
    }),
    [Symbol.dispose]() {
      clearInterval(signs);
      release(file, path);
    },
  };
}

/** The locked file, and what an earlier owner left in it. */
function acquire(directory: string, path: string): { file: Deno.FsFile; left: string } {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const file = open(directory, path);
    const isLocked = tryLock(file, directory);
    if (isLocked && !isStill(file, path)) {
      file.close();
      continue;
    }
    const text = readText(path);
    const lives = isLocked && livesElsewhere(file, text);
    if (isLocked && !lives) return { file, left: text };
    file.close();
    throw new UserError(
      `Cannot write to "${directory}": ${describe(text)} is writing to it. Wait until it exits` +
        `${lives ? `, and ${duration(SILENCE_MS / 1000)} more if it was killed` : ""}, or name another folder.`,
    );
  }
  throw new UserError(
    `Cannot lock "${directory}": "${path}" is replaced again and again. Stop the program that does that, or name ` +
      "another folder.",
  );
}

function tryLock(file: Deno.FsFile, directory: string): boolean {
  try {
    return file.tryLockSync(true);
  } catch (error) {
    file.close();
    throw new UserError(
      `Cannot lock "${directory}": ${messageOf(error)}. Name a folder on a file system with locks (flock).`,
      { cause: error },
    );
  }
}

/** Whether the owner that `text` names is on another host and gave a sign of life recently, by either host's clock. */
function livesElsewhere(file: Deno.FsFile, text: string): boolean {
  const { host } = parseOwner(text) ?? { host: "" };
  const here = readHost();
  if (host === "" || here === "" || host === here) return false;
  return Math.abs(Date.now() - (file.statSync().mtime?.getTime() ?? 0)) < SILENCE_MS;
}

function giveSign(file: Deno.FsFile): void {
  try {
    const now = new Date();
    file.utimeSync(now, now);
  } catch {
    // The folder may no longer be writable: appending the next trial will say so.
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

/**
 * Whether `path` is still this file: the owner before us may have removed it between our opening and our locking it.
 */
function isStill(file: Deno.FsFile, path: string): boolean {
  try {
    return file.statSync().ino === Deno.statSync(path).ino;
  } catch {
    return false;
  }
}

/** Removes the file before unlocking it, and only if it is ours: else it might be the next owner's. */
function release(file: Deno.FsFile, path: string): void {
  try {
    if (isStill(file, path)) Deno.removeSync(path);
  } catch {
    // The folder may no longer be writable: without a lock on it the file means nothing.
  }
  file.close();
}

/** For example `process 4711 on "node-3" (started 3 min 20 s ago)`. */
function describe(text: string): string {
  const owner = parseOwner(text);
  if (!owner) return "an unknown process";
  // Negative if the clock was set back.
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
    return ""; // Removed by its owner, or locked against reading too, as on Windows.
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
