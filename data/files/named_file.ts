/**
 * Files of a data set: found plain or compressed, uncompressed within bounds, and named in every error.
 *
 * @module
 */
import { basename } from "node:path";
import { gunzipSync } from "node:zlib";
import { UserError } from "../../base/errors.ts";
import { isThere, MAX_FILE_BYTES, readBytes } from "../../base/files.ts";

/** What an error says about a file. */
export interface FileLabel {
  readonly name: string;
  readonly format: "IDX" | "CIFAR-10" | "USPS";
  /** What to do if it is bad; by default, put a good copy in its place. */
  readonly remedy?: string;
}

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
    const why = error instanceof RangeError
      ? `it holds more than ${limit} bytes uncompressed`
      : "its gzip data are cut off or damaged";
    throw unreadable(file, why);
  }
}

/** The paths of a file of that name in `folder`: plain, then compressed. */
export function pathsOf(folder: string, name: string): readonly [plain: string, compressed: string] {
  return [`${folder}/${name}`, `${folder}/${name}.gz`];
}

/**
 * The uncompressed file `label.name` of `folder`, plain or `.gz`, named by its path.
 *
 * @throws {UserError} The file is missing, with what `ifMissing` says to do, or can't be read.
 */
export async function readNamed(
  folder: string,
  { ifMissing, ...label }: FileLabel & { readonly ifMissing: string },
): Promise<NamedFile> {
  for (const path of pathsOf(folder, label.name)) {
    if (await isThere(path)) {
      return uncompress({ ...label, name: path, bytes: await readBytes(folder, basename(path)) });
    }
  }
  throw new UserError(`Cannot find "${label.name}" or "${label.name}.gz" in "${folder}". ${ifMissing}`);
}

/** The error for a bad file. */
export function unreadable(
  { name, format, remedy = "Put a good copy in its place." }: FileLabel,
  why: string,
): UserError {
  return new UserError(`Cannot read ${format} file "${name}": ${why}. ${remedy}`);
}
