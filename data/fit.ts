/**
 * Fits images to a network's input.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import type { InputFit, ModelSpec } from "../models/network/spec.ts";
import { imageBytes, type ImageSet } from "./dataset.ts";
import { deslant } from "./deslant.ts";
import { shrink } from "./shrink.ts";

/** The sides of the square images that each fit takes and returns, in pixels; `as_is` takes any. */
const SIDES: Readonly<Record<Exclude<InputFit, "as_is">, readonly [from: number, to: number]>> = {
  pad_to_32: [28, 32],
  shrink_to_16: [28, 28],
  centre_in_28: [16, 28],
  shrink_and_crop_to_16: [28, 16],
  deslant_to_20: [28, 20],
};

/**
 * The images in the form that `fit` names; `as_is` returns `set` itself.
 *
 * MNIST's digits are centred by their mass, so that some reach beyond the central field to which `deslant_to_20` and
 * `shrink_and_crop_to_16` crop them: both cut off 3% of the test set's ink.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fitImages } from "./fit.ts";
 *
 * const digit = { pixels: new Uint8Array(784).fill(9), labels: new Uint8Array(1) };
 * const set = { count: 1, height: 28, width: 28, maps: 1, ...digit };
 * const padded = fitImages(set, "pad_to_32");
 * assert.equal(padded.pixels.length, 32 * 32);
 * assert.equal(padded.pixels[0], 0);
 * ```
 */
export function fitImages(set: ImageSet, fit: InputFit): ImageSet {
  switch (fit) {
    case "as_is":
      return set;
    case "pad_to_32":
    case "centre_in_28":
      return field(set, SIDES[fit][1]);
    case "shrink_to_16":
      return shrink(set);
    case "shrink_and_crop_to_16":
      return field(shrink(set), SIDES[fit][1]);
    case "deslant_to_20":
      return field(deslant(set), SIDES[fit][1]);
  }
}

/** Whether images of that size, fitted as the network asks, are its input. */
export function isInputOf(
  { fit, input }: Pick<ModelSpec, "fit" | "input">,
  { height, width, maps }: Pick<ImageSet, "height" | "width" | "maps">,
): boolean {
  const side = fit === "as_is" ? undefined : SIDES[fit];
  if (side === undefined) return isDeepStrictEqual([height, width, maps], input);
  const [from, to] = side;
  return isDeepStrictEqual([height, width, to, to, maps], [from, from, ...input]);
}

/** The field of `side` x `side` pixels about each image's centre, with background beyond the edge. */
function field(set: ImageSet, side: number): ImageSet {
  const { count, maps } = set;
  const [top, left] = [(side - set.height) / 2, (side - set.width) / 2];
  const pixels = new Uint8Array(count * imageBytes({ height: side, width: side, maps }));
  const from = Math.max(0, -left);
  const to = Math.min(set.width, side - left);
  for (let row = 0; row < count * set.height; row++) {
    const image = Math.floor(row / set.height);
    const target = top + row % set.height;
    if (target < 0 || target >= side) continue;
    const line = set.pixels.subarray((row * set.width + from) * maps, (row * set.width + to) * maps);
    pixels.set(line, ((image * side + target) * side + left + from) * maps);
  }
  return { ...set, height: side, width: side, pixels };
}
