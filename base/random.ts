/**
 * All randomness of a trial: named streams derived from its seed.
 *
 * A stream depends on nothing but its seed and its name, so drawing more numbers from one (a larger network, another
 * augmentation) leaves the others as they were.
 *
 * @module
 */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus, xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

/** One reproducible sequence of random numbers. */
export interface RandomStream {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Uniform whole number in [0, 2^32): all that the generator gives at once. */
  word(): number;
  /** Standard normal. */
  normal(): number;
  /** Uniform whole number in [0, `n`); `n` at least 1. */
  integer(n: number): number;
  /** A random order of 0 to `n - 1`. */
  shuffle(n: number): Uint32Array;
  /** Where it stands, for {@linkcode streamFrom}. */
  state(): readonly number[];
}

/**
 * The stream `name` of `seed`.
 *
 * @param seed Whole number from 0 to 2^32 - 1.
 * @param name For example `init/C1`, `shuffle/3`, `augment`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { stream } from "./random.ts";
 *
 * assert.equal(stream(1, "init").uniform(), stream(1, "init").uniform());
 * assert.notEqual(stream(1, "init").uniform(), stream(1, "shuffle").uniform());
 * ```
 */
export function stream(seed: number, name: string): RandomStream {
  return streamOf(xoroshiro128plus(mix(seed, name)));
}

/**
 * A stream that goes on where another stood when its {@linkcode RandomStream.state} was asked for.
 *
 * @throws {Error} The state is not four numbers.
 */
export function streamFrom(state: readonly number[]): RandomStream {
  return streamOf(xoroshiro128plusFromState(state));
}

function streamOf(generator: RandomGenerator): RandomStream {
  return {
    uniform: () => uniformFloat64(generator),
    word: () => generator.next() >>> 0,
    normal: () => normal(() => uniformFloat64(generator)),
    integer: (n) => uniformInt(generator, 0, n - 1),
    shuffle(n) {
      // Fisher and Yates, from the end (Knuth, The Art of Computer Programming 2, algorithm P).
      const order = Uint32Array.from({ length: n }, (_, i) => i);
      for (let i = n - 1; i > 0; i--) {
        const j = uniformInt(generator, 0, i);
        [order[i], order[j]] = [order[j]!, order[i]!];
      }
      return order;
    },
    state: () => generator.getState(),
  };
}

/**
 * 32 bits from a seed and a name: FNV-1a over both, then MurmurHash3's finaliser, so that near seeds start far apart.
 */
function mix(seed: number, name: string): number {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new RangeError(`Seed "${seed}" is not a whole number from 0 to 4294967295`);
  }
  let h = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${seed}/${name}`)) h = Math.imul(h ^ byte, 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Marsaglia's polar method: only a logarithm and a square root, no table. */
function normal(uniform: () => number): number {
  while (true) {
    const u = 2 * uniform() - 1;
    const v = 2 * uniform() - 1;
    const s = u * u + v * v;
    if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
  }
}
