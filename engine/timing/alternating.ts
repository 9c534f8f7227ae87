/**
 * The same work on two sides, in short slices taken alternately: what else happens on the machine strikes both alike.
 *
 * @module
 */
import type { Elapsed } from "./timed_work.ts";

/** Some steps, and how long they took. */
export interface Slice extends Required<Elapsed> {
  readonly steps: number;
  /** By the device's own time stamps; left out without them. */
  readonly deviceMs?: number;
}

/** Two sides that do the same work. */
export interface Sides<T> {
  readonly base: T;
  readonly head: T;
}

/** A slice, and which it is. */
export interface SideSlice extends Slice {
  readonly side: keyof Sides<unknown>;
  /** From 1. The four slices of a block are taken one right after the other. */
  readonly block: number;
  /** Place in the block, from 1. */
  readonly place: number;
}

/** About how long a slice takes. */
const SLICE_MS = 100;

/** Blocks that are taken. */
const BLOCKS = 6;

/** Sides of the slices of a block; every other block exchanges them. */
const BLOCK = ["base", "head", "head", "base"] as const;

/** The first of these compile the shaders. */
const WARM_UP_STEPS = [2, 4];

/**
 * Takes blocks of slices, A B B A and B A A B, once both sides are warmed up. All slices have the same number of steps,
 * so that both sides do the same work.
 *
 * @param take Takes at least so many steps.
 * @throws The signal's reason, after an abort.
 */
export async function alternate(
  take: Sides<(steps: number) => Promise<Slice>>,
  signal: AbortSignal,
): Promise<SideSlice[]> {
  let stepMs = Infinity;
  for (const steps of WARM_UP_STEPS) {
    for (const side of [take.base, take.head]) {
      const slice = await side(steps);
      if (steps === WARM_UP_STEPS.at(-1)) stepMs = Math.min(stepMs, slice.wallMs / slice.steps);
    }
  }
  const steps = Math.max(1, Math.round(SLICE_MS / stepMs));
  const slices: SideSlice[] = [];
  for (let block = 1; block <= BLOCKS; block++) {
    for (const [index, side] of (block % 2 === 0 ? BLOCK.map(other) : BLOCK).entries()) {
      signal.throwIfAborted();
      slices.push({ ...await take[side](steps), side, block, place: index + 1 });
    }
  }
  return slices;
}

function other(side: SideSlice["side"]): SideSlice["side"] {
  return side === "base" ? "head" : "base";
}
