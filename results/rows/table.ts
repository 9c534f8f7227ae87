/**
 * A table of results: its file, its columns and versions, and how its rows are written and read.
 *
 * @module
 */
import { join } from "node:path";
import type { z } from "zod";
import {
  type Decoded,
  decodeRows,
  encodeHeader,
  encodeRows,
  type OlderVersions,
  type RowSchema,
} from "../../base/csv/csv.ts";
import { appendAll, replaceFile } from "../../base/durable_write.ts";
import { messageOf, UserError } from "../../base/errors.ts";
import { pathIn } from "../../base/files.ts";
import { readText } from "../../base/text.ts";

/**
 * Everything that writing, reading, resuming and merging need to know about a table. To add a column, append it to
 * `row`, raise the version, and add the column's default to `older`.
 */
export interface Table<S extends RowSchema = RowSchema> {
  /** Name of the file in a run's folder. */
  readonly file: string;
  /** Version of the columns, in the column `schema` of every row. */
  readonly version: number;
  readonly row: S;
  /**
   * What the rows belong to, which decides how shards are merged.
   *
   * - `run`: written before the first trial. A merge takes those of the first shard.
   * - `trial`: appended with each trial. A merge joins them in the order of the trials.
   * - `folder`: the folder's only table. Such folders are never merged.
   */
  readonly per: "run" | "trial" | "folder";
  /** How to read older versions; left out, they are refused. */
  readonly older?: OlderVersions;
}

/** A row of table `T`. */
export type RowOf<T extends Table> = z.infer<T["row"]>;

/** The rows of table `T`, read from a file whose end may be cut off. */
export type TableRows<T extends Table> = Decoded<RowOf<T>>;

/** A file of rows, open for appending. */
export interface RowStore<Row> {
  /**
   * Adds a row and waits until it is on the disk.
   *
   * @throws {UserError} Writing failed; the file then contains the rows before it.
   */
  append(row: Row): void;
}

/** The text of the table's file with `rows`. */
export function encodeTable<T extends Table>({ row }: T, rows: readonly RowOf<T>[]): string {
  return encodeHeader(row) + encodeRows(row, rows);
}

/**
 * Reads the text of the table's file; rows of an older version are returned in the current one.
 *
 * @param file Contents, the name for messages, and whether the file will be continued: see {@linkcode decodeRows}.
 * @throws {UserError} The text is damaged or of a version that can't be read.
 */
export function decodeTable<T extends Table>(
  { row, older }: T,
  { name, text, isContinued = false }: {
    readonly name: string;
    readonly text: string;
    readonly isContinued?: boolean;
  },
): TableRows<T> {
  return decodeRows(row, { name, text, isContinued, ...(older && { older }) }) as TableRows<T>;
}

/**
 * Starts the table's file in `directory`, which is created if necessary.
 *
 * @throws {UserError} The folder already has such a file, or can't be written.
 */
export function createTable<T extends Table>(table: T, directory: string): RowStore<RowOf<T>> {
  const path = join(directory, table.file);
  if (holdsTable(table, directory)) {
    throw new UserError(
      `Cannot start a run in "${directory}": the folder already holds "${table.file}". Name another with --out.`,
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
    replaceFile({ path, text: encodeTable(table, []) });
  });
  return { append: (row) => writing(() => appendAll([{ path, text: encodeRows(table.row, [row]) }])) };
}

/** Whether `directory` has the table's file. */
export function holdsTable({ file }: Pick<Table, "file">, directory: string): boolean {
  try {
    return Deno.statSync(join(directory, file)).isFile;
  } catch {
    return false;
  }
}

/**
 * Reads the table's file in `directory`, of a finished or an interrupted run.
 *
 * @throws {UserError} The file is missing, damaged, or of a version that can't be read.
 */
export function readTable<T extends Table>(table: T, directory: string): TableRows<T> {
  const path = pathIn(directory, table.file);
  try {
    return decodeTable(table, { name: path, text: readText(path) });
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `Cannot read run "${directory}": ${messageOf(error)}. Name the folder that contains "${table.file}".`,
      { cause: error },
    );
  }
}
