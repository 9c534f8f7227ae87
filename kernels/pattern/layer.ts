/**
 * What the layers of a {@linkcode patternProgram} have in common.
 *
 * @module
 */
import type { Activation } from "../../models/network/spec.ts";
import { storeActivated, storeTimesDerivative } from "../wgsl/activation.ts";
import { type SharedBlock, sharedBlock } from "../wgsl/shared.ts";
import { range } from "../wgsl/writer.ts";
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

/** The next of `count` adjacent numbers of a buffer that all threads need. */
export function sharedRow(
  name: string,
  { buffer, count, threads, place = (index) => index }: {
    buffer: string;
    count: number;
    threads: Threads;
    place?: (index: string) => string;
  },
): { readonly offsets: string; loads: SharedBlock["loads"]; at(index: number): string } {
  const block = sharedBlock({
    name,
    buffer,
    rows: 1,
    columns: count,
    width: 1,
    lanes: threads.lanes,
    place: (_, column) => place(column),
  });
  return {
    offsets: block.offsets,
    loads: (base) => block.loads(base),
    at: (index) => block.element({ row: 0, column: index, at: 0 }),
  };
}

/** The largest divisor of `count` that is at most `most`. */
export function divisorOf(count: number, most: number): number {
  return range(Math.min(count, most)).map((i) => i + 1).findLast((size) => count % size === 0)!;
}

/** Stores `value`, activated, at `at` in the scratch buffer. */
export function storeValue(value: string, { at, activation }: { at: string; activation: Activation }): string {
  return storeActivated(value, { at, activation, width: 1, into: "scratch" });
}

/** Stores `value` at `at` in the scratch buffer, times the derivative of activation `of` at its value `activated`. */
export function storeDelta(
  value: string,
  { at, of, activated }: { at: string; of: Activation; activated: string },
): string {
  return storeTimesDerivative(value, { at, of, activated, width: 1, into: "scratch" });
}

/** WGSL that changes the parameter at `at` (an index without the seed's base) by its own step down `gradient`. */
export function update(at: string, gradient: string): string {
  return `{ let at = parametersAt + ${at}; parameters[at] -= steps[at] * (${gradient}); }`;
}
