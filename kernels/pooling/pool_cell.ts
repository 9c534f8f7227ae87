/**
 * The part of an image that one thread of the pooling gradient looks at: its cell of stride x stride positions, and the
 * windows that reach into it.
 *
 * @module
 */
import { unroll } from "../wgsl/writer.ts";
import { type Pooling, type Position, positions } from "./geometry.ts";

/** The rows or the columns that a thread sees, counted from the start of the first window that reaches its cell. */
interface Axis {
  readonly stride: number;
  readonly window: number;
  readonly pad: number;
  readonly inSize: number;
  readonly outSize: number;
  /** Cells before the thread's own whose windows reach into it. */
  readonly before: number;
  readonly threads: number;
}

/** Both. */
export interface Axes {
  readonly rows: Axis;
  readonly columns: Axis;
}

/** What a thread sees of the pooling `p`. */
export function axesOf(p: Pooling): Axes {
  const axis = (size: Omit<Axis, "before" | "threads">): Axis => ({
    ...size,
    before: Math.ceil(size.window / size.stride) - 1,
    threads: Math.ceil((size.inSize + size.pad) / size.stride),
  });
  return {
    rows: axis({
      stride: p.strideHeight,
      window: p.windowHeight,
      pad: p.padTop,
      inSize: p.inHeight,
      outSize: p.outHeight,
    }),
    columns: axis({
      stride: p.strideWidth,
      window: p.windowWidth,
      pad: p.padLeft,
      inSize: p.inWidth,
      outSize: p.outWidth,
    }),
  };
}

/** The windows that reach into the cell. */
export function windowsOf({ rows, columns }: Axes): Position[] {
  return positions(rows.before + 1, columns.before + 1);
}

/** The positions of a window. */
export function heldBy(window: Position, { rows, columns }: Axes): Position[] {
  return positions(rows.window, columns.window).map(({ row, column }) => ({
    row: window.row * rows.stride + row,
    column: window.column * columns.stride + column,
  }));
}

/** The positions of the cell. */
export function ownedBy({ rows, columns }: Axes): Position[] {
  return positions(rows.stride, columns.stride).map(({ row, column }) => ({
    row: row + rows.before * rows.stride,
    column: column + columns.before * columns.stride,
  }));
}

/** A name in WGSL for a value at a position or of a window. */
export function named(what: string, { row, column }: Position): string {
  return `${what}${row}_${column}`;
}

/** Where the windows and positions along an axis are, moved into the image, and whether they had to be: WGSL. */
export function coordinatesAlong(name: "Row" | "Column", axis: Axis): string {
  const { stride, window, pad, inSize, outSize, before } = axis;
  const each = (what: string, count: number, size: number) =>
    unroll(count, (i) =>
      `let ${what}${name}${i} = clamp(${what}${name} + ${i}, 0, ${size - 1});
  let has_${what}${name}${i} = ${what}${name} + ${i} == ${what}${name}${i};`);
  return `
  let out${name} = thread${name} - ${before};
  let in${name} = out${name} * ${stride} - ${pad};
  ${each("out", before + 1, outSize)}
  ${each("in", before * stride + Math.max(window, stride), inSize)}`;
}
