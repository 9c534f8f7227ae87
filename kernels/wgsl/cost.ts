/**
 * A small model of what a program costs on a software adapter, to choose between ways to write it.
 *
 * @module
 */

import { range } from "./writer.ts";

/** What a program does, counted in its text. A vector counts as its elements. */
export interface ProgramCost {
  readonly threads: number;
  /** How often a thread runs its innermost loop. */
  readonly rounds: number;
  /** In one round, by each thread. */
  readonly loads: number;
  readonly broadcasts: number;
  readonly products: number;
  /** After all rounds. */
  readonly stores: number;
}

/** Nanoseconds for the eight lanes of a subgroup, on llvmpipe: fitted to products of 128x784 by 784x300. */
const RUN = { load: 5, broadcast: 0.1, product: 0.3, store: 5, round: 2 } as const;

/** Milliseconds of compiling for each of them in the text, with Mesa 25.0, which takes longest. */
const COMPILE = { load: 3, broadcast: 0.5, product: 1.2, store: 2 } as const;

/** Sums that fit the registers or lie close by. With more, products take several times as long. */
export const MOST_SUMS = 64;

/** Output channels in one thread. */
export const MOST_CHANNELS = 16;

/** Runs of a program over which its compilation is spread. */
const RUNS = 1000;

/** Threads that keep the cores busy: fewer leave some idle. */
const ENOUGH_THREADS = 128;

/** Of one run, in milliseconds. */
export function programCost({ threads, rounds, loads, broadcasts, products, stores }: ProgramCost): number {
  const of = (price: { load: number; broadcast: number; product: number }) =>
    loads * price.load + broadcasts * price.broadcast + products * price.product;
  const run = Math.max(threads, ENOUGH_THREADS) / 8 * (rounds * (of(RUN) + RUN.round) + stores * RUN.store) * 1e-6;
  return run + (of(COMPILE) + stores * COMPILE.store) / RUNS;
}

/** The choice whose program costs least. */
export function cheapest<T>(choices: readonly T[], costOf: (choice: T) => ProgramCost): T {
  const costs = choices.map((choice) => programCost(costOf(choice)));
  return choices[costs.indexOf(Math.min(...costs))]!;
}

/** The sizes of a tile, of at most `most` elements, that cover an axis of `size` elements, without useless ones. */
export function tileSizes(size: number, most: number): number[] {
  // Of the sizes that need as many tiles, the smallest has the least overhang.
  return [...new Set(range(Math.max(1, Math.min(size, most))).map((i) => Math.ceil(size / Math.ceil(size / (i + 1)))))];
}
