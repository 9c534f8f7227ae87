/**
 * Files of a data set: found plain or compressed, uncompressed within bounds, and named in every error.
 *
 * @module
 */
import { gunzipSync } from "node:zlib";
import { UserError } from "../../base/errors.ts";
import { MAX_FILE_BYTES, type PathOptions, readBytes } from "../../base/files.ts";
import { contentsOf } from "./contents.ts";

/** What an error says about a file. */
export interface FileLabel {
  readonly name: string;
  readonly format: "IDX" | "CIFAR-10" | "USPS";
  /** What to do if it is bad; by default, put a good copy in its place. */
  readonly remedy?: string;
}

/** What to do about a data set's link, and about a file of too many bytes. */
export const REMEDIES: NonNullable<PathOptions["remedies"]> = {
  link: 'Name the folder that it leads to with --data-store, too, or copy the files with "cp -rL".',
  size: "Make a part of it, as docs/data.md shows.",
};

/** A file's bytes, and what an error says about it. */
export interface NamedFile extends FileLabel {
  readonly bytes: Uint8Array;
}

/**
 * The file with its bytes uncompressed, if they begin as gzip does; else the file itself.
 *
 * @param limit Bytes after which uncompressing stops, so that a few kilobytes can't fill the memory.
 * @throws {UserError} The gzip data are damaged or contain more than `limit` bytes.
 */
export function uncompress(file: NamedFile, limit = MAX_FILE_BYTES): NamedFile {
  if (file.bytes[0] !== 0x1f || file.bytes[1] !== 0x8b) return file;
  try {
    // Not DecompressionStream: it returns the contents of a large piece all at once, even of a gzip bomb.
    const { buffer, byteOffset, length } = gunzipSync(file.bytes, { maxOutputLength: limit });
    return { ...file, bytes: new Uint8Array(buffer, byteOffset, length) };
  } catch (error) {
    // gunzipSync throws a RangeError beyond `maxOutputLength` only.
    if (!(error instanceof RangeError)) throw unreadable(file, "its gzip data are cut off or damaged");
    throw unreadable({ ...file, remedy: REMEDIES.size }, `it holds more than ${limit} bytes uncompressed`);
  }
}

/**
 * The uncompressed file at `path` in `folder`, named by its whole path.
 *
 * @throws {UserError} It can't be read, or is a link to a place outside `folder` and `store`.
 */
export async function readNamed(
  folder: string,
  { path, store, ...label }: Omit<FileLabel, "name"> & {
    readonly path: string;
    readonly store?: string | undefined;
  },
): Promise<NamedFile> {
  const bytes = await readBytes(folder, path, { store, remedies: REMEDIES });
  return uncompress({ ...label, name: `${folder}/${path}`, bytes });
}

/** The error for a bad file. */
export function unreadable(
  { name, format, remedy = "Put a good copy in its place." }: FileLabel,
  why: string,
): UserError {
  return new UserError(`Cannot read ${format} file "${name}": ${why}. ${remedy}`);
}

/** The error for a file of another format: what it is, if that can be told, and otherwise `why` it is not read. */
export function foreign(file: NamedFile, why: string): UserError {
  const contents = contentsOf(file.bytes, { text: file.format === "USPS" });
  return contents === undefined
    ? unreadable(file, why)
    : unreadable({ ...file, remedy: contents.remedy }, `it is ${contents.what}`);
}
