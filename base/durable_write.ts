/**
 * Writes that a crash leaves whole or undone: appending to several files, and replacing one.
 *
 * @module
 */

/** Text for the end of a file. */
export interface Part {
  readonly path: string;
  readonly text: string;
}

/**
 * Appends every part, in order, each on the disk before the next begins. When one fails (a full disk, say), all files
 * are cut back to where they were, so that none contains half a row.
 *
 * Synchronous, so that no signal handler runs in the middle.
 *
 * @throws The error of the operating system, after cutting back.
 */
export function appendAll(parts: readonly Part[]): void {
  const starts: { readonly path: string; readonly size: number }[] = [];
  try {
    for (const { path, text } of parts) {
      using file = Deno.openSync(path, { append: true });
      starts.push({ path, size: file.statSync().size });
      writeSynced(file, text);
    }
  } catch (error) {
    for (const { path, size } of starts) Deno.truncateSync(path, size);
    throw error;
  }
}

/**
 * Appends `text` to a file that is open for that, and waits until it is on the disk; when that fails, the file is cut
 * back to where it was.
 *
 * @throws The error of the operating system.
 */
export function appendTo(file: Deno.FsFile, text: string): void {
  const { size } = file.statSync();
  try {
    writeSynced(file, text);
  } catch (error) {
    file.truncateSync(size);
    throw error;
  }
}

/**
 * Writes `text` as the whole of a file: a reader sees the old file or the new one, never part of it. A link of
 * that name is replaced, not followed.
 */
export function replaceFile({ path, text }: Part): void {
  replaceBytes({ path, bytes: new TextEncoder().encode(text) });
}

/** {@linkcode replaceFile} for a file that is not text. */
export function replaceBytes({ path, bytes }: { readonly path: string; readonly bytes: Uint8Array }): void {
  const temporary = `${path}.partial`;
  // Left by a killed process, or a link that would be followed.
  removeLeftover(temporary);
  try {
    createSynced(temporary, bytes);
    Deno.renameSync(temporary, path);
  } catch (error) {
    removeLeftover(temporary);
    throw error;
  }
}

/** Removes what a failed write may have left behind. Never throws: the write's own error is the one to report. */
export function removeLeftover(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It is missing, or can no more be removed than written.
  }
}

function createSynced(path: string, bytes: Uint8Array): void {
  using file = Deno.openSync(path, { write: true, createNew: true });
  writeFully(file, bytes);
  file.syncSync();
}

function writeSynced(file: Deno.FsFile, text: string): void {
  writeFully(file, new TextEncoder().encode(text));
  file.syncSync();
}

/** One call to `writeSync` may write less than it was given. */
function writeFully(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += file.writeSync(bytes.subarray(written));
}
