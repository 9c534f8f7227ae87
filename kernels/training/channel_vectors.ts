/**
 * How the batch normalisation reads a [rows, channels] matrix: in vectors that may extend past the end of a row.
 *
 * When a row of channels does not fill complete vectors, two or four adjacent rows form one row that does: six channels
 * are read four at a time.
 *
 * @module
 */
import { floats, range, type Width, widthOf } from "../wgsl/writer.ts";

/** A tensor's leading axes as rows, and its last one. */
export type Matrix = { readonly rows: number; readonly channels: number };

/** The same numbers as rows of `vectors` vectors, each row made of `fold` of the matrix's. */
export interface Layout {
  readonly rows: number;
  readonly fold: number;
  readonly width: Width;
  readonly vectors: number;
}

/** The matrix that `shape` is; `undefined` if it is empty. */
export function matrixOf({ shape }: { shape: number[] }): Matrix | undefined {
  const channels = shape.at(-1) ?? 0;
  const rows = shape.slice(0, -1).reduce((product, n) => product * n, 1);
  return rows * channels > 0 ? { rows, channels } : undefined;
}

/** The widest vectors that the sizes allow. */
export function layoutOf({ rows, channels }: Matrix): Layout {
  const fold = [4, 2].find((f) => rows % f === 0 && widthOf(channels) * f <= 4) ?? 1;
  const width = widthOf(channels * fold);
  return { rows: rows / fold, fold, width, vectors: channels * fold / width };
}

/** WGSL: of the channels that vector `column` of a row holds, the values in row `row` of the matrix `name`. */
export function ofChannels(name: string, matrix: Matrix, row = 0): string {
  const { width } = layoutOf(matrix);
  const inRow = matrix.channels / widthOf(matrix.channels);
  const parts = width / widthOf(matrix.channels);
  const part = (i: number) => `${name}[${row * inRow} + (column * ${parts} + ${i}) % ${inRow}]`;
  return `${floats(width)}(${range(parts).map(part).join(", ")})`;
}

/** The least number of threads for a reduction's chunks, unless chunks get shorter than `SHORTEST_CHUNK`. */
const ENOUGH_THREADS = 1024;
const SHORTEST_CHUNK = 32;

/** Rows of the layout that a thread reduces, and how many such chunks there are. By the shape alone. */
export function chunksOf({ rows, vectors }: Layout): { rowsPerChunk: number; chunks: number } {
  const rowsPerChunk = Math.max(SHORTEST_CHUNK, Math.ceil(rows * vectors / ENOUGH_THREADS));
  return { rowsPerChunk, chunks: Math.ceil(rows / rowsPerChunk) };
}

/** Rows of the layout that a thread maps one by one: enough to make up for what it reads of its channels first. */
const ROWS_PER_THREAD = 16;

/** Threads that run {@linkcode everyRow} over all of the layout. */
export function mapThreads({ rows, vectors }: Layout): number {
  return Math.ceil(rows / ROWS_PER_THREAD) * vectors;
}

/**
 * WGSL of a thread that runs `statements` for `at`, each of its vectors' places, after `first` has named what it needs
 * of its channels (`column` tells which). Neighbouring threads read neighbouring vectors.
 */
export function everyRow(layout: Layout, { first, statements }: { first: string; statements: string }): string {
  const { rows, vectors } = layout;
  return `
  let column = index % ${vectors};
  ${first}
  for (var at = index; at < ${rows * vectors}; at += ${mapThreads(layout)}) {
    ${statements}
  }`;
}
