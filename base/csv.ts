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
import { shortened, UserError } from "./errors.ts";

/**
 * A row type: text and number columns; only number columns may be nullable. A column `schema` with a literal is the
 * version of the file.
 */
export type RowSchema = z.ZodObject;

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
 * Reads what {@linkcode encodeHeader} and {@linkcode encodeRows} wrote. A last line without its line break, which a
 * killed process leaves, is dropped with a notice.
 *
 * @param file Contents, and the name for messages.
 * @throws {UserError} Another schema version, an unknown or missing column, a cell that does not fit.
 */
export function decodeRows<S extends RowSchema>(
  schema: S,
  { name, text }: { readonly name: string; readonly text: string },
): Decoded<z.infer<S>> {
  const whole = wholeLines(text);
  const [header, ...body] = parseLines(whole, name);
  checkHeader(schema, { name, header, first: body[0] });
  const decodeLine = lineDecoder(schema, name);
  const notices = whole.length === text.length
    ? []
    : [`The last line of "${name}" was cut off in the middle and is left out.`];
  return { rows: body.map(decodeLine), notices };
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
        lines.push({ number, cells });
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

function checkHeader(
  schema: RowSchema,
  { name, header, first }: { name: string; header: Line | undefined; first: Line | undefined },
): void {
  const wanted = Object.keys(schema.shape);
  if (!header) {
    throw new UserError(`Cannot read "${name}": it has no header line. Make the file again.`);
  }
  const version = first?.cells[header.cells.indexOf("schema")];
  const versionWanted = schema.shape.schema instanceof z.ZodLiteral ? String(schema.shape.schema.value) : undefined;
  if (version !== undefined && versionWanted !== undefined && version !== versionWanted) {
    throw new UserError(
      `Cannot read "${name}": line ${first!.number}, column "schema" holds ${quote(version)}, this program reads ` +
        `schema version ${versionWanted}. Use the program that wrote the file, or make the run again.`,
    );
  }
  const problem = headerProblem(header.cells, wanted);
  if (problem !== undefined) {
    throw new UserError(`Cannot read "${name}": line 1, ${problem}. Restore the header, or make the file again.`);
  }
}

function headerProblem(found: readonly string[], wanted: readonly string[]): string | undefined {
  const missing = wanted.find((column) => !found.includes(column));
  if (missing !== undefined) return `column "${missing}" is missing`;
  const unknown = found.find((column) => !wanted.includes(column));
  if (unknown !== undefined) return `column ${quote(unknown)} is unknown`;
  if (found.join() !== wanted.join()) return `the columns are not in the order "${wanted.join()}"`;
}

function lineDecoder<S extends RowSchema>(schema: S, name: string): (line: Line) => z.infer<S> {
  const columns = Object.keys(schema.shape);
  const decodeCell = cellDecoders(schema);
  return ({ number, cells }) => {
    if (cells.length !== columns.length) {
      throw new UserError(
        `Cannot read "${name}": line ${number} has ${cells.length} cells instead of ${columns.length}. ` +
          `Repair or remove it.`,
      );
    }
    const row = schema.safeParse(Object.fromEntries(columns.map((c, i) => [c, decodeCell[i]!(cells[i]!)])));
    if (row.success) return row.data;
    const { path: [column], message } = row.error.issues[0]!;
    throw new UserError(
      `Cannot read "${name}": line ${number}, column "${String(column)}" holds ` +
        `${quote(cells[columns.indexOf(String(column))]!)}: ${message}. Repair or remove that line.`,
    );
  };
}

type CellDecoder = (cell: string) => string | number | null;

/** What {@linkcode cellDecoders} made: asking zod for a column's type takes longer than to read a small file. */
const known = new WeakMap<RowSchema, readonly CellDecoder[]>();

/** A function a column, cell to value; a cell that is no number stays text for the schema to refuse. */
function cellDecoders(schema: RowSchema): readonly CellDecoder[] {
  const decoders = known.get(schema) ?? makeCellDecoders(schema);
  known.set(schema, decoders);
  return decoders;
}

function makeCellDecoders(schema: RowSchema): readonly CellDecoder[] {
  const decimal = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/;
  const number = (cell: string) => cell === "" ? null : decimal.test(cell) ? Number(cell) : cell;
  const text = (cell: string) => cell.startsWith("'") ? cell.slice(1) : cell;
  return Object.values(schema.shape).map((column) => holdsNumbers(z.toJSONSchema(column)) ? number : text);
}

function holdsNumbers({ type, anyOf = [] }: z.core.JSONSchema.BaseSchema): boolean {
  return [type].flat().some((t) => t === "number" || t === "integer") || anyOf.some(holdsNumbers);
}

/** In quotes, short enough for one line of a terminal. */
function quote(cell: string): string {
  return JSON.stringify(shortened(cell));
}
