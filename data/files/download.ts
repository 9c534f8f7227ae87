/**
 * MNIST from its public mirrors: retried, verified, and put in place only when complete.
 *
 * @module
 */
import { messageOf, UserError } from "../../base/errors.ts";
import { isThere, MAX_FILE_BYTES } from "../../base/files.ts";
import { sha256 } from "../checksum.ts";
import { MNIST_FILES, type PublishedFile, type PublishedFiles } from "./mnist.ts";
import { uncompress } from "./named_file.ts";

/** Folders that hold the four files as `NAME.gz`, tried in this order. */
export const MNIST_MIRRORS: readonly string[] = [
  "https://ossci-datasets.s3.amazonaws.com/mnist",
  "https://storage.googleapis.com/cvdf-datasets/mnist",
];

/** How much of a file has arrived. */
export interface DownloadProgress {
  /** The current file. */
  readonly file: string;
  /** Bytes received. */
  readonly done: number;
  /** Size of the file in bytes, if the server says. */
  readonly total?: number;
}

/** Mirrors and patience; the defaults suit MNIST and a slow network. */
export interface DownloadOptions {
  /** Files and checksums to expect; MNIST's if left out. */
  readonly files?: PublishedFiles;
  /** Addresses to try, in this order. */
  readonly mirrors?: readonly string[];
  /** Called as bytes arrive. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Attempts at each mirror that answers at all. */
  readonly attempts?: number;
  /** Pause before the second attempt; each later pause is twice as long as the one before. */
  readonly backoffMs?: number;
  /** Silence after which an attempt is given up; a server that sends slowly may take its time. */
  readonly stallMs?: number;
}

/** Why an attempt failed, and whether another one at the same mirror may succeed. */
class Failure extends Error {
  constructor(message: string, readonly passing: boolean) {
    super(message);
  }
}

/**
 * Downloads the files that `folder` lacks, as `NAME.gz`. Existing files are neither read nor changed.
 *
 * @throws {UserError} No mirror has a file with the published checksum; with the first mirror's reason.
 */
export async function downloadMnist(folder: string, options: DownloadOptions = {}): Promise<void> {
  for (const file of options.files ?? MNIST_FILES) {
    const path = `${folder}/${file.name}.gz`;
    if (await isThere(path)) continue;
    const bytes = await fetchFile(file, options);
    try {
      await Deno.mkdir(folder, { recursive: true });
      await writeWhole(path, bytes);
    } catch (error) {
      throw new UserError(`Cannot write "${path}": ${reason(error)}. Make the folder writable.`);
    }
  }
}

/** The file as a mirror sends it, if its uncompressed bytes have the published checksum. */
async function fetchFile(file: PublishedFile, options: DownloadOptions): Promise<Uint8Array> {
  const { mirrors = MNIST_MIRRORS, attempts = 3, backoffMs = 500 } = options;
  let first: string | undefined;
  for (const mirror of mirrors) {
    const url = `${mirror}/${file.name}.gz`;
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, backoffMs * 2 ** (attempt - 1)));
      try {
        const bytes = await fetchBytes(url, file.name, options);
        verify(bytes, file);
        return bytes;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        first ??= `Cannot download "${url}": ${error.message}`;
        if (!error.passing) break;
      }
    }
  }
  throw new UserError(`${first}. Check the network, or name a folder that holds MNIST's four files with --data-dir.`);
}

/** One attempt at one address, given up after `stallMs` of silence. */
async function fetchBytes(url: string, file: string, options: DownloadOptions): Promise<Uint8Array> {
  const { stallMs = 20_000, onProgress } = options;
  const silence = new AbortController();
  const giveUp = () => silence.abort(new Error(`the server sent nothing for ${stallMs / 1000} s`));
  let timer = setTimeout(giveUp, stallMs);
  let done = 0;
  try {
    const response = await reach(url, silence.signal);
    const total = Number(response.headers.get("content-length")) || undefined;
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    for await (const chunk of response.body ?? []) {
      clearTimeout(timer);
      timer = setTimeout(giveUp, stallMs);
      chunks.push(chunk);
      done += chunk.length;
      if (done > MAX_FILE_BYTES) throw new Failure(`the server sent more than ${MAX_FILE_BYTES} bytes`, false);
      onProgress?.({ file, done, ...(total !== undefined && { total }) });
    }
    return await new Blob(chunks).bytes();
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(silence.signal.aborted ? reason(error) : `the connection broke after ${done} bytes`, true);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The response, its body unread. If the server can't be reached there is no further attempt: offline, waiting is
 * useless.
 */
async function reach(url: string, signal: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { signal });
  } catch (error) {
    throw new Failure(reason(error), false);
  }
  if (response.ok) return response;
  await response.body?.cancel();
  throw new Failure(`the server answered with HTTP status ${response.status}`, response.status >= 500);
}

function verify(bytes: Uint8Array, { name, sha256: published }: PublishedFile): void {
  if (bytes[0] === "<".charCodeAt(0)) {
    throw new Failure(
      "the server sent a web page in place of the file (a network that asks for a login does that)",
      false,
    );
  }
  let uncompressed: Uint8Array;
  try {
    uncompressed = uncompress({ name, format: "IDX", bytes }).bytes;
  } catch {
    throw new Failure(`the server sent damaged gzip data, or more than ${MAX_FILE_BYTES} bytes of them`, true);
  }
  if (sha256(uncompressed) !== published) throw new Failure("SHA-256 differs from the published one", false);
}

/** The cause of a failed fetch, without the address, which the message already has. */
function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return messageOf(cause).replace(/^error sending request for url \(.*?\): /, "");
}

/** Writes under a temporary name in the same folder first, so that `path` is complete or missing. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID()}.part`;
  try {
    await Deno.writeFile(temporary, bytes);
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}
