/**
 * Rows to CSV text and back, checked against a zod schema both ways.
 *
 * A number is written so that it reads back exactly, null is an empty cell, and text that a spreadsheet would run as a
 * formula carries an apostrophe in front, which reading takes off again.
 *
 * @module
 */
import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import { z } from "zod";
import { shortened, UserError } from "../errors.ts";
import { type CellKind, otherSeparator, spreadsheetForm } from "./spreadsheet.ts";

/**
 * A row type: columns of text, numbers or lists, which are JSON in their cells; only number columns may be nullable. A
 * column `schema` with a literal is the version of the file.
 */
export type RowSchema = z.ZodObject;

/**
 * The schema of every column of `Row`. `satisfies` it finds columns that are missing, unknown or of another type, be it
 * narrower or wider: {@linkcode Accepts} rejects a schema that does not take every value of its column.
 */
export type Columns<Row> = { readonly [Column in keyof Row]: z.ZodType<Row[Column]> & Accepts<Row[Column]> };

/** A property, since TypeScript would not compare the parameter of a method strictly. */
interface Accepts<Value> {
  readonly encode: (value: Value) => unknown;
}

/** A schema of rows whose type is written out, so that documentation and packages need not infer it. */
export type SchemaOf<Row> = z.ZodObject<Columns<Row>>;

/** How to read files of versions before that of the row type. */
export interface OlderVersions {
  /** The oldest version that can be read. */
  readonly oldest: number;
  /** Values of columns at the end that an older file may lack. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  /** What columns were called before, by their present names. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** By column: rewrites an older file's cell in the present form. */
  readonly cells?: Readonly<Record<string, (cell: string) => string>>;
}

/** What {@linkcode decodeRows} read. */
export interface Decoded<Row> {
  readonly rows: readonly Row[];
  /** What was dropped, a sentence each. */
  readonly notices: readonly string[];
}

interface Line {
  readonly number: number;
  readonly cells: readonly string[];
}

/** The first line of a file. */
export function encodeHeader(schema: RowSchema): string {
  return stringify([Object.keys(schema.shape)]);
}

/**
 * Lines of a file, each with its line break, without the header.
 *
 * @throws {z.ZodError} A row does not fit `schema`: a defect of the caller.
 */
export function encodeRows<S extends RowSchema>(schema: S, rows: readonly z.infer<S>[]): string {
  return stringify(rows.map((row) => schema.parse(row)), {
    columns: Object.keys(schema.shape),
    escape_formulas: true,
    // Text that starts with an apostrophe gets a second one, so that reading may always take one off.
    cast: { string: (text) => text.startsWith("'") ? `'${text}` : text },
  });
}

/**
 * Reads what {@linkcode encodeHeader} and {@linkcode encodeRows} wrote, with the line ends of any system. Empty lines
 * are skipped. A last line without its line break, as some spreadsheets leave it, is a row if all its cells are there
 * and fit, with a notice; one that a killed process cut off is dropped, with another.
 *
 * @param file Contents, and the name for messages; with `older`, rows of older versions are returned in the current
 * one. `isContinued`: more rows are to be appended, so a last line without its line break is dropped in any case, since
 * its last cell may be half of one.
 * @throws {UserError} Another schema version, an unknown or missing column, a cell that does not fit.
 */
export function decodeRows<S extends RowSchema>(
  schema: S,
  { name, text: given, older, isContinued = false }: {
    readonly name: string;
    readonly text: string;
    readonly older?: OlderVersions;
    readonly isContinued?: boolean;
  },
): Decoded<z.infer<S>> {
  // Spreadsheets of a Mac may end lines with "\r" alone. Without any line break there is only a header.
  const lines = given.includes("\n") ? given : given.replaceAll("\r", "\n");
  const text = lines.includes("\n") || given === "" || isContinued ? lines : `${lines}\n`;
  refuseOtherSeparators(schema, { name, text });
  const whole = wholeLines(text);
  const [header, ...body] = parseLines(whole, name);
  const decodeLine = lineDecoder(schema, { name, layout: layoutOf(schema, { name, header, first: body[0], older }) });
  const rows = body.map(decodeLine);
  if (whole.length === text.length) return { rows, notices: [] };
  const rest = text.slice(whole.length).replace(/\r$/, "");
  const last = isContinued ? undefined : lastRow(() => parseLines(rest, name).map(decodeLine));
  if (last?.length === 0) return { rows, notices: [] };
  return {
    rows: [...rows, ...last ?? []],
    notices: [
      last === undefined
        ? `The last line of "${name}" was cut off in the middle and is left out.`
        : `The last line of "${name}" has all its cells, but no line break: it counts as whole.`,
    ],
  };
}

/** What `decode` returns; undefined if it refuses the line. */
function lastRow<Row>(decode: () => readonly Row[]): readonly Row[] | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

/** `text` up to its last line break outside quotes. */
function wholeLines(text: string): string {
  let quoted = false;
  let end = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"') quoted = !quoted;
    else if (text[i] === "\n" && !quoted) end = i + 1;
  }
  // An open quote before further lines is damage in the middle of a file: left for the parser to refuse.
  return text.indexOf("\n", end) < 0 ? text.slice(0, end) : text;
}

function parseLines(text: string, name: string): Line[] {
  const lines: Line[] = [];
  let number = 1;
  try {
    parse(text, {
      record_delimiter: ["\r\n", "\n"],
      relax_column_count: true,
      on_record: (cells: string[], { lines: last }) => {
        // A spreadsheet writes an empty row as nothing or as commas.
        if (cells.some((cell) => cell.trim() !== "")) lines.push({ number, cells });
        number = last + 1;
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new UserError(`Cannot read "${name}": ${shortened(error.message, 200)}. Repair or remove that line.`, {
      cause: error,
    });
  }
  return lines;
}

/** @throws {UserError} The names in the header are not separated by commas. */
function refuseOtherSeparators(schema: RowSchema, { name, text }: { name: string; text: string }): void {
  const [header] = text.trimStart().split("\n", 1);
  const separator = otherSeparator(header!, Object.keys(schema.shape));
  if (separator === undefined) return;
  throw new UserError(
    `Cannot read "${name}": the cells of line 1 are separated by ${separator}, not by commas. ${AS_WRITTEN}`,
  );
}

const AS_WRITTEN =
  "Restore the file as it was written, or save it with commas between cells, decimal points and all digits.";

/** The columns of a file, and how to read them. */
interface Layout {
  /** Present names of the columns that the file has. */
  readonly columns: readonly string[];
  /** The file's own version, when that is an older one. */
  readonly version?: string;
  /** How that is read. */
  readonly older?: OlderVersions;
}

/** @throws {UserError} The file has no header, one that does not fit, or a version that can't be read. */
function layoutOf(
  schema: RowSchema,
  { name, header, first, older }: {
    name: string;
    header: Line | undefined;
    first: Line | undefined;
    older: OlderVersions | undefined;
  },
): Layout {
  if (!header) {
    throw new UserError(`Cannot read "${name}": it has no header line. Make the file again.`);
  }
  const current = currentVersion(schema);
  const version = first?.cells[header.cells.indexOf("schema")];
  const isCurrent = version === undefined || current === undefined || version === String(current);
  if (!isCurrent && !isOlder(version, { current, older })) {
    const readable = older === undefined ? `version ${current}` : `versions ${older.oldest} to ${current}`;
    throw new UserError(
      `Cannot read "${name}": line ${first!.number}, column "schema" holds ${quote(version)}, this program reads ` +
        `schema ${readable}. Use the program that wrote the file, or make the run again.`,
    );
  }
  const wanted = Object.keys(schema.shape);
  // A file without rows does not say its version.
  const mayBeOlder = first === undefined || !isCurrent;
  const columns = mayBeOlder && older ? olderColumns(wanted, { found: header.cells, older }) : wanted;
  const problem = headerProblem(
    header.cells,
    columns.map((column) => mayBeOlder ? nameIn(header, column, older) : column),
  );
  if (problem !== undefined) {
    throw new UserError(`Cannot read "${name}": line 1, ${problem}. Restore the header, or make the file again.`);
  }
  return { columns, ...(!isCurrent && older && { version, older }) };
}

function currentVersion({ shape: { schema } }: RowSchema): number | undefined {
  return schema instanceof z.ZodLiteral ? Number(schema.value) : undefined;
}

function isOlder(
  version: string,
  { current, older }: { current: number; older: OlderVersions | undefined },
): boolean {
  return older !== undefined && /^\d+$/.test(version) && Number(version) >= older.oldest && Number(version) < current;
}

/** Those of the `wanted` columns that an older file has to have: it may lack some at the end. */
function olderColumns(
  wanted: readonly string[],
  { found, older: { defaults = {} } }: { found: readonly string[]; older: OlderVersions },
): readonly string[] {
  const absent = wanted.slice(found.length);
  return absent.every((column) => Object.hasOwn(defaults, column)) ? wanted.slice(0, found.length) : wanted;
}

/** What `header` calls a column: its older name if that is there. */
function nameIn({ cells }: Line, column: string, older: OlderVersions | undefined): string {
  const before = older?.renamed?.[column];
  return before !== undefined && cells.includes(before) ? before : column;
}

function headerProblem(found: readonly string[], wanted: readonly string[]): string | undefined {
  const missing = wanted.find((column) => !found.includes(column));
  if (missing !== undefined) return `column "${missing}" is missing`;
  const unknown = found.find((column) => !wanted.includes(column));
  if (unknown !== undefined) return `column ${quote(unknown)} is unknown`;
  if (found.join() !== wanted.join()) return `the columns are not in the order "${wanted.join()}"`;
}

function lineDecoder<S extends RowSchema>(
  schema: S,
  { name, layout: { columns, version, older } }: { name: string; layout: Layout },
): (line: Line) => z.infer<S> {
  const readers = cellReaders(schema);
  const current = currentVersion(schema);
  const valueOf = (column: string, { cell, index }: { cell: string; index: number }) => {
    // A row of another version than the file's first stays text for the schema to refuse.
    if (column === "schema" && version !== undefined) return cell === version ? current : cell;
    return readers[index]!.decode(older?.cells?.[column]?.(cell) ?? cell);
  };
  return ({ number, cells }) => {
    if (cells.length !== columns.length) {
      throw new UserError(
        `Cannot read "${name}": line ${number} has ${cells.length} cells instead of ${columns.length}. ` +
          (cells.length < columns.length
            ? "Repair or remove it."
            : `Commas in numbers or texts outside quotes may do that. ${AS_WRITTEN}`),
      );
    }
    const found = Object.fromEntries(columns.map((c, index) => [c, valueOf(c, { cell: cells[index]!, index })]));
    const row = schema.safeParse({ ...older?.defaults, ...found });
    if (row.success) return row.data;
    const { path: [column], message } = row.error.issues[0]!;
    const index = columns.indexOf(String(column));
    const cell = cells[index]!;
    const { kind, decode } = readers[index]!;
    const isOfKind = kind === "text" || typeof decode(cell) === "number";
    const form = kind !== "text" && isOfKind ? undefined : spreadsheetForm(cell, kind);
    throw new UserError(
      `Cannot read "${name}": line ${number}, column "${String(column)}" holds ${quote(cell)}: ` +
        (form === undefined
          ? `${isOfKind ? message : "not a number"}. Restore that line as it was written, or remove it.`
          : `${form}. ${AS_WRITTEN}`),
    );
  };
}

interface CellReader {
  readonly kind: CellKind;
  /** Cell to value; what is no value of the column stays text for the schema to refuse. */
  readonly decode: (cell: string) => unknown;
}

/** What {@linkcode cellReaders} made: asking zod for a column's type takes longer than to read a small file. */
const known = new WeakMap<RowSchema, readonly CellReader[]>();

function cellReaders(schema: RowSchema): readonly CellReader[] {
  const readers = known.get(schema) ?? Object.values(schema.shape).map((column) => cellReader(z.toJSONSchema(column)));
  known.set(schema, readers);
  return readers;
}

function cellReader(json: z.core.JSONSchema.BaseSchema): CellReader {
  if (json.type === "array") return { kind: "text", decode: list };
  const types = typesOf(json);
  if (types.includes("integer")) return { kind: "integer", decode: numberOf(/^-?\d+$/) };
  if (types.includes("number")) return { kind: "number", decode: numberOf(/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i) };
  return { kind: "text", decode: (cell) => cell.startsWith("'") ? cell.slice(1) : cell };
}

function numberOf(form: RegExp): CellReader["decode"] {
  return (cell) => cell === "" ? null : form.test(cell) ? Number(cell) : cell;
}

/** A list from its JSON; what is none stays text for the schema to refuse. */
function list(cell: string): unknown {
  try {
    return JSON.parse(cell);
  } catch {
    return cell;
  }
}

function typesOf({ type, anyOf = [] }: z.core.JSONSchema.BaseSchema): string[] {
  return [...[type ?? []].flat(), ...anyOf.flatMap(typesOf)];
}

/** In quotes, short enough for one line of a terminal. */
function quote(cell: string): string {
  return JSON.stringify(shortened(cell));
}
