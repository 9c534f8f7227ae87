/**
 * Vectors that all threads of a subgroup need: each lane loads some of them and hands them to the others.
 *
 * A software adapter loads from a buffer lane by lane, which takes many times as long as a multiply-add, and a value
 * that a lane already holds reaches all others in one instruction. Without subgroups (one lane) every thread loads
 * all vectors itself, and the rest of a program stays as it is: the same values in the same order.
 *
 * @module
 */
import { element, orZero, range, unroll, type Width } from "./writer.ts";

/** A block of `rows` x `columns` vectors in a buffer, in WGSL. */
export interface SharedBlock {
  /** Before the loop: where each vector that this thread loads is. Needs `lane` if there are several. */
  readonly offsets: string;
  /** This thread's loads, `base` vectors further on. */
  loads(base: string): string;
  /** An expression of component `at` of the vector in `row` and `column`, the same in all lanes. */
  element(position: { row: number; column: number; at: number }): string;
}

/**
 * A block of vectors for the `lanes` threads of a subgroup, which must all run the loads.
 *
 * The names of its values in WGSL begin with `name`. A buffer is a name, or returns the vector at an index in WGSL.
 * `place` is the index in the buffer, without the base, of the vector in a row and a column, which it is given in WGSL.
 * Rows for which `isThere` is false are zeros; they are loaded all the same, past the end of the buffer at worst, where
 * WebGPU's bounds checks return some other element.
 */
export function sharedBlock(
  { name, buffer, rows, columns, width, lanes, place, isThere }: {
    name: string;
    buffer: string | ((index: string) => string);
    rows: number;
    columns: number;
    width: Width;
    lanes: number;
    place: (row: string, column: string) => string;
    isThere?: (row: string) => string;
  },
): SharedBlock {
  const vectors = rows * columns;
  const read = typeof buffer === "string" ? (index: string) => `${buffer}[${index}]` : buffer;
  const slots = Math.ceil(vectors / lanes);
  // Number of the vector in a slot, and its row and column.
  const number = (s: number) => `min(lane + ${s * lanes}, ${vectors - 1})`;
  const places = range(slots).map((s): [row: string, column: string] =>
    lanes === 1
      ? [`${Math.floor(s / columns)}`, `${s % columns}`]
      : [`${name}Number${s} / ${columns}`, `${name}Number${s} % ${columns}`]
  );
  return {
    offsets: unroll(slots, (s) =>
      `${lanes === 1 ? "" : `let ${name}Number${s} = ${number(s)};`}
  let ${name}Place${s} = ${place(...places[s]!)};`),
    loads: (base) =>
      unroll(slots, (s) => {
        const condition = isThere?.(places[s]![0]);
        return `let ${name}${s} = ${orZero(read(`${base} + ${name}Place${s}`), { condition, width })};`;
      }),
    element({ row, column, at }) {
      const vector = row * columns + column;
      const own = element(`${name}${Math.floor(vector / lanes)}`, { at, width });
      return lanes === 1 ? own : `subgroupBroadcast(${own}, ${vector % lanes}u)`;
    },
  };
}

/** Elements that each of `lanes` threads loads when they share `vectors` vectors of `width`. */
export function sharedLoads(vectors: number, { width, lanes }: { width: number; lanes: number }): number {
  return Math.ceil(vectors / lanes) * width;
}
