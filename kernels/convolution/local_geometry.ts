/** The geometry that the kernels of the locally connected layer share: that of a convolution of its sizes. @module */
import { MOST_ROUNDS } from "../wgsl/program.ts";
import type { NamedAttrMap } from "../wgsl/types.ts";
import { type Convolution, convolution } from "./geometry.ts";

/**
 * Of images of shape `input` with `weights` [positions, taps x maps in, maps out] and kernels of `attrs.kernel` x
 * `attrs.kernel` taps; `undefined` if the tuned kernels don't cover the case.
 */
export function localGeometry(
  input: number[],
  [, , maps = 0]: number[],
  { kernel, ...attrs }: NamedAttrMap,
): Convolution | undefined {
  const side = Number(kernel);
  const geometry = convolution(input, [side, side, input.at(-1)!, maps], attrs);
  if (!geometry) return;
  const rounds = side + side ** 2 * (1 + Math.max(geometry.inChannels, geometry.outChannels));
  return Math.max(rounds, geometry.batch) <= MOST_ROUNDS ? geometry : undefined;
}
