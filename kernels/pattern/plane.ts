/**
 * Where a layer's numbers are in the scratch buffer of {@linkcode patternProgram}: maps with a margin around them.
 *
 * @module
 */
import type { Shape } from "../../models/network/spec.ts";

/** A block of `rows` x `columns` places from `offset` on, each with a number for every map. */
export interface Plane {
  readonly offset: number;
  readonly rows: number;
  readonly columns: number;
  /** The part that layers write to: `height` x `width` places. */
  readonly height: number;
  readonly width: number;
  readonly maps: number;
  /** Rows above, and columns to the left of, that part. */
  readonly margin: number;
  /** Places from one of its rows, or columns, to the next. */
  readonly spread: number;
  /** What all other places contain. */
  readonly around: number;
}

/** Values of `shape` with a border of `margin` pixels of `around`. */
export function valuePlane(
  [height, width, maps]: Shape,
  { offset, margin, around }: { offset: number; margin: number; around: number },
): Plane {
  const [rows, columns] = [height + 2 * margin, width + 2 * margin];
  return { offset, rows, columns, height, width, maps, margin, spread: 1, around };
}

/** Numbers of a plane. */
export function sizeOf({ rows, columns, maps }: Plane): number {
  return rows * columns * maps;
}

/** WGSL of the place in the scratch buffer of a row, a column and a map, each given in WGSL. */
export function placeIn(plane: Plane, { row, column, map }: { row: string; column: string; map: string }): string {
  const { offset, columns, margin, spread, maps } = plane;
  const origin = offset + margin * (columns + 1) * maps;
  return `scratchAt + ${origin} + (${row}) * ${spread * columns * maps} + (${column}) * ${spread * maps} + ${map}`;
}

/** {@linkcode placeIn} of the map that `index` counts, [rows][columns][maps] row by row, without margins. */
export function placeOf(plane: Plane, index: string): string {
  const { width, maps, margin, spread, offset } = plane;
  if (margin === 0 && spread === 1) return `scratchAt + ${offset} + ${index}`;
  return placeIn(plane, {
    row: `(${index}) / ${width * maps}`,
    column: `(${index}) / ${maps} % ${width}`,
    map: `(${index}) % ${maps}`,
  });
}

/** The numbers of maps in a plane: rows times columns times maps. */
export function countIn({ height, width, maps }: Plane): number {
  return height * width * maps;
}
