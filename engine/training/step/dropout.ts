/**
 * The masks of dropout: which values a step drops.
 *
 * They are drawn on the host, from the trial's stream alone, so that every backend and every form of the training step
 * drops the same values.
 *
 * @module
 */
import type { RandomStream } from "../../../base/random.ts";
import type { Dropout } from "../../../models/network/network.ts";

/** A layer's name, and for each value of a batch what it is multiplied by: 0 or 1 / (1 - rate). */
export type MaskValues = readonly (readonly [layer: string, values: Float32Array<ArrayBuffer>])[];

/** Rates are whole multiples of 1 / 65536: two values share a random word of 32 bits. */
const PARTS = 2 ** 16;

/** Draws the masks of one step after the other. Each call may overwrite the arrays of the one before it. */
export function createMasks(dropouts: readonly Dropout[], random: RandomStream): (images: number) => MaskValues {
  const largest = dropouts.map(() => new Float32Array(0));
  return (images) =>
    dropouts.map(({ name, rate, shape: [height, width, maps] }, i) => {
      const size = images * height * width * maps;
      if (largest[i]!.length < size) largest[i] = new Float32Array(size);
      const values = largest[i]!.subarray(0, size);
      drawMask(values, { rate, random });
      return [name, values];
    });
}

/** Fills `mask`: 0 with probability `rate`, to the nearest 1 / 65536, otherwise what keeps the mean at 1. */
export function drawMask(mask: Float32Array, { rate, random }: { rate: number; random: RandomStream }): void {
  const dropped = Math.min(Math.round(rate * PARTS), PARTS - 1);
  const kept = PARTS / (PARTS - dropped);
  for (let i = 0; i < mask.length; i += 2) {
    const word = random.word();
    mask[i] = (word & (PARTS - 1)) < dropped ? 0 : kept;
    // Past the end of an odd mask: typed arrays ignore it.
    mask[i + 1] = word >>> 16 < dropped ? 0 : kept;
  }
}
