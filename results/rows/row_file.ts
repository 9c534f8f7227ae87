/**
 * A run's folder that holds one file of rows: started, added to row by row, and read again.
 *
 * @module
 */
import { join } from "node:path";
import type { z } from "zod";
import { appendAll, replaceFile } from "../../base/append.ts";
import { type Decoded, decodeRows, encodeHeader, encodeRows, type RowSchema } from "../../base/csv.ts";
import { messageOf, UserError } from "../../base/errors.ts";
import { pathIn } from "../../base/files.ts";

/** The file's name, and the rows in it. */
export interface RowFile<S extends RowSchema> {
  readonly name: string;
  readonly schema: S;
}

/** The open end of a run's file. */
export interface RowStore<Row> {
  /**
   * Adds a row and waits until it is on the disk.
   *
   * @throws {UserError} Writing failed; the file then holds the rows before it.
   */
  append(row: Row): void;
}

/**
 * Starts the file in `directory`, which is made where it does not exist.
 *
 * @throws {UserError} The folder holds one already or can't be written.
 */
export function createRowFile<S extends RowSchema>(
  { name, schema }: RowFile<S>,
  directory: string,
): RowStore<z.infer<S>> {
  const path = join(directory, name);
  if (holdsFile(name, directory)) {
    throw new UserError(
      `Cannot start a run in "${directory}": the folder already holds "${name}". Name another with --out.`,
    );
  }
  const writing = (write: () => void) => {
    try {
      write();
    } catch (error) {
      throw new UserError(
        `Cannot write "${path}": ${messageOf(error)}. Make room or name another folder with --out.`,
        { cause: error },
      );
    }
  };
  writing(() => {
    Deno.mkdirSync(directory, { recursive: true });
    replaceFile({ path, text: encodeHeader(schema) });
  });
  return { append: (row) => writing(() => appendAll([{ path, text: encodeRows(schema, [row]) }])) };
}

/** Whether `directory` holds a file `name`. */
export function holdsFile(name: string, directory: string): boolean {
  try {
    return Deno.statSync(join(directory, name)).isFile;
  } catch {
    return false;
  }
}

/**
 * Reads a run's rows, finished or interrupted.
 *
 * @throws {UserError} The file is missing, damaged, or of another schema version.
 */
export function readRowFile<S extends RowSchema>({ name, schema }: RowFile<S>, directory: string): Decoded<z.infer<S>> {
  const path = pathIn(directory, name);
  try {
    return decodeRows(schema, { name: path, text: Deno.readTextFileSync(path) });
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `Cannot read run "${directory}": ${messageOf(error)}. Give the folder that holds "${name}".`,
      { cause: error },
    );
  }
}
