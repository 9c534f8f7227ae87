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
  /** That a thread adds up in all rounds, and stores. */
  readonly sums: number;
}

/**
 * Nanoseconds for the eight lanes of a subgroup on llvmpipe of Mesa 22.3; to start takes about as long as a hundred
 * loads, which matters for small batches. Rough: fitted by hand to one product in a dozen tilings. No command measures
 * them again; whether what they choose is fast, `deno task bench kernels --against` shows.
 */
const RUN = { load: 6.6, broadcast: 0.3, product: 0.18, sum: 0.6, start: 500 } as const;

/** Milliseconds of compiling for each of them in the text, with Mesa 25.0, which takes longest; as rough. */
const COMPILE = { load: 1.5, broadcast: 0.2, product: 0.8, sum: 2.2 } as const;

/**
 * Sums that one thread keeps. With twice as many a large product takes about twice as long to compile, and no
 * version of Mesa was seen to run it faster by more than what times vary by.
 */
export const MOST_SUMS = 64;

/** Output channels in one thread. */
export const MOST_CHANNELS = 16;

/** Products in the text of one round: what is longer takes seconds to compile. */
const MOST_PRODUCTS = 512;

/** Runs of a program over which its compilation is spread. */
const RUNS = 1000;

/** Threads that keep the cores busy: fewer leave some idle. */
const ENOUGH_THREADS = 32;

/** Of one run, in milliseconds. */
export function programCost({ threads, rounds, sums, ...counts }: ProgramCost): number {
  const of = (price: Omit<typeof RUN, "start"> | typeof COMPILE) =>
    counts.loads * price.load + counts.broadcasts * price.broadcast + counts.products * price.product +
    sums * price.sum;
  const subgroups = Math.max(threads, ENOUGH_THREADS) / 8;
  // Storing a sum takes about as long as loading a value.
  const run = subgroups * (RUN.start + rounds * of(RUN) + sums * RUN.load);
  return run * 1e-6 + of(COMPILE) / RUNS;
}

/** The choice whose program costs least, of those that are not too long; the shortest if all are. */
export function cheapest<T>(choices: readonly T[], costOf: (choice: T) => ProgramCost): T {
  const costs = choices.map((choice) => ({ choice, ...costOf(choice) }));
  const short = costs.filter(({ products }) => products <= MOST_PRODUCTS);
  const [best] = short.length > 0
    ? short.toSorted((a, b) => programCost(a) - programCost(b))
    : costs.toSorted((a, b) => a.products - b.products);
  return best!.choice;
}

/** The sizes of a tile, of at most `most` elements, that cover an axis of `size` elements, without useless ones. */
export function tileSizes(size: number, most: number): number[] {
  // Of the sizes that need as many tiles, the smallest has the least overhang.
  return [...new Set(range(Math.max(1, Math.min(size, most))).map((i) => Math.ceil(size / Math.ceil(size / (i + 1)))))];
}
