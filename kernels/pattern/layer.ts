/**
 * What the layers of a {@linkcode patternProgram} have in common.
 *
 * @module
 */
import type { Activation } from "../../models/network/spec.ts";
import { storeActivated, storeTimesDerivative } from "../wgsl/activation.ts";
import { type SharedBlock, sharedBlock } from "../wgsl/shared.ts";
import { range, unroll } from "../wgsl/writer.ts";
import type { Plane } from "./plane.ts";

/** The threads of a workgroup, all of which work on the same pattern. */
export interface Threads {
  /** A multiple of `lanes`. */
  readonly count: number;
  /** Threads of a subgroup that share loads; 1 if they can't. */
  readonly lanes: number;
  /**
   * Whether every thread sees what the others have stored without a barrier, because all of them are the lanes of one
   * vector register. A barrier makes llvmpipe keep all local values in memory.
   */
  readonly inStep: boolean;
}

/** A layer's numbers, and the activation whose values it reads. */
export interface LayerPlaces {
  readonly input: Plane;
  readonly output: Plane;
  /** Gradients with respect to what the layer before activates; left out if nothing before the layer learns. */
  readonly inputDeltas?: Plane;
  /** Gradients with respect to what the layer activates. */
  readonly outputDeltas: Plane;
  readonly inputActivation: Activation;
  readonly activation: Activation;
  /** Where the layer's parameters begin, in the order of its variables. */
  readonly parameters: number;
}

/**
 * A layer's work, in phases: WGSL statements that every thread of the workgroup runs, and of which none reads what
 * another thread writes in the same phase.
 */
export interface PatternLayer {
  readonly forward: readonly string[];
  /** From the gradients of the outputs to those of the inputs, and to new parameters. */
  readonly backward: readonly string[];
}

/** Runs `body` once for each of `count` items, whose number is `item` and which exists only if `isOwn` is true. */
export function forItems(count: number, { threads, body }: { threads: Threads; body: string }): string {
  const isEven = count % threads.count === 0;
  return `for (var first = 0; first < ${count}; first += ${threads.count}) {
  let item = ${isEven ? "first + thread" : `min(first + thread, ${count - 1})`};
  let isOwn = ${isEven ? "true" : `first + thread < ${count}`};
  ${body}
}`;
}

/** `statement`, run only for items of the thread's own; `count` as in {@linkcode forItems}. */
export function ifOwn(statement: string, { count, threads }: { count: number; threads: Threads }): string {
  return count % threads.count === 0 ? statement : `if (isOwn) { ${statement} }`;
}

/** The buffers of a seed's numbers. */
export type Numbers = "parameters" | "steps" | "scratch";

/** How many numbers a vector of a buffer has. */
export const VECTOR = 4;

/** Numbers that are loaded and stored together. */
export type NumbersWidth = 1 | typeof VECTOR;

/**
 * How many numbers an element of a seed's buffers has. Where threads are in step, which is on llvmpipe, a vector is
 * loaded and stored in less time than four numbers. Elsewhere elements are single numbers: a store to one component
 * of a vector may write the whole vector (gpuweb/gpuweb, pull request 2152; Metal does), so threads that write
 * different components at the same time could lose each other's writes.
 */
export function elementWidth({ inStep }: Threads): NumbersWidth {
  return inStep ? VECTOR : 1;
}

/** WGSL of the number at `index` of a buffer, to be read or written. */
export function numberAt(buffer: Numbers, { index, threads }: { index: string; threads: Threads }): string {
  return elementWidth(threads) === 1 ? `${buffer}[${index}]` : `${buffer}[(${index}) >> 2u][(${index}) & 3]`;
}

/** WGSL of the `width` adjacent numbers from `index` on, which `width`, from {@linkcode widthFor}, divides. */
export function numbersAt(
  buffer: Numbers,
  { index, width, threads }: { index: string; width: NumbersWidth; threads: Threads },
): string {
  return width === 1 ? numberAt(buffer, { index, threads }) : `${buffer}[(${index}) >> 2u]`;
}

/** A whole element of the buffers if it divides all `counts`, else single numbers. */
export function widthFor(counts: readonly number[], threads: Threads): NumbersWidth {
  const width = elementWidth(threads);
  return counts.every((count) => count % width === 0) ? width : 1;
}

/** Numbers of a buffer, `rows` x `columns`, that all threads need; `place` is that of a row and a column, in WGSL. */
export function sharedNumbers(
  { name, buffer, rows, columns, width, threads, place }: {
    name: string;
    buffer: Numbers;
    rows: number;
    columns: number;
    width: NumbersWidth;
    threads: Threads;
    place: (row: string, column: string) => string;
  },
): { readonly offsets: string; loads: SharedBlock["loads"]; at(row: number, column: number): string } {
  const block = sharedBlock({
    name,
    buffer: (index) => numbersAt(buffer, { index, width, threads }),
    rows,
    columns: columns / width,
    width,
    lanes: threads.lanes,
    place: (row, column) => place(row, width === 1 ? column : `${column} * ${width}`),
  });
  return {
    offsets: block.offsets,
    loads: (base) => block.loads(base),
    at: (row, column) => block.element({ row, column: Math.floor(column / width), at: column % width }),
  };
}

/** Vectors of units of one thread, which share its loads of the inputs. */
const MOST_VECTORS = 4;

/** How many of `vectors` each thread takes in one round, so that the last round has the fewest places left over. */
export function vectorsOfThread(vectors: number, { count }: Threads): number {
  const places = (own: number) => Math.ceil(vectors / (own * count)) * own;
  return range(Math.min(MOST_VECTORS, Math.ceil(vectors / count))).map((i) => i + 1)
    .reduce((best, own) => places(own) <= places(best) ? own : best);
}

/** The names `unit0`, `unit1`, ... of the first units of a thread's vectors from `first` on, and whether they exist. */
export function unitsOfThread(
  { own, units, width, threads }: { own: number; units: number; width: NumbersWidth; threads: Threads },
): string {
  return unroll(own, (u) =>
    `let place${u} = first + (${u * threads.count} + thread) * ${width};
  let isOwn${u} = place${u} < ${units};
  let unit${u} = min(place${u}, ${units - width});`);
}

/** The largest divisor of `count` that is at most `most`. */
export function divisorOf(count: number, most: number): number {
  return range(Math.min(count, most)).map((i) => i + 1).findLast((size) => count % size === 0)!;
}

/** How many numbers a store changes, and who stores them. */
interface Store {
  readonly width?: NumbersWidth;
  readonly threads: Threads;
}

/** Stores `value`, activated, at `at` in the scratch buffer. */
export function storeValue(
  value: string,
  { at, activation, width = 1, threads }: Store & { at: string; activation: Activation },
): string {
  return storeActivated(value, { at, activation, width, into: inScratch({ width, threads }) });
}

/** Stores `value` at `at` in the scratch buffer, times the derivative of activation `of` at its value `activated`. */
export function storeDelta(
  value: string,
  { at, of, activated, width = 1, threads }: Store & { at: string; of: Activation; activated: string },
): string {
  return storeTimesDerivative(value, { at, of, activated, width, into: inScratch({ width, threads }) });
}

function inScratch(store: Required<Store>): (index: string) => string {
  return (index) => numbersAt("scratch", { index, ...store });
}

/**
 * WGSL that changes the parameters from `at` on (an index without the seed's base) by their own steps down `gradient`.
 */
export function update(at: string, gradient: string, { width = 1, threads }: Store): string {
  const [parameters, steps] = (["parameters", "steps"] as const).map((buffer) =>
    numbersAt(buffer, { index: "at", width, threads })
  );
  return `{ let at = parametersAt + ${at}; ${parameters} -= ${steps} * (${gradient}); }`;
}
