/**
 * Test images distorted by a stated amount.
 *
 * @module
 */
import { stream } from "../../base/random.ts";
import type { ImageSet } from "../dataset.ts";
import { type Affine, affineRow, distortImages, DISTORTION_SIZE, refuseSeveralMaps } from "./distort.ts";

/**
 * Unit of the amount: pixels for `shift`, degrees for `rotate`, a factor for `scale`, per cent of inverted pixels for
 * `noise`.
 */
export type SweepKind = "shift" | "rotate" | "scale" | "noise";

/** Fixed: the same noise for every network and seed. */
const SEED = 0;

const STRAIGHT = [1, 0, 0, 1] as const;

/** Right, left, down and up. */
const DIRECTIONS = [[1, 0], [-1, 0], [0, 1], [0, -1]] as const;

/**
 * The images of `set`, each distorted by `amount`: shifted right, left, down and up in turn, rotated clockwise and
 * anticlockwise in turn, about the image's centre, over background; with noise, every pixel is inverted with that
 * probability (LeCun 1998, section III.E, inverts one in ten).
 *
 * @throws {RangeError} The images have several maps and `kind` is not `noise`.
 */
export function sweepImages(set: ImageSet, { kind, amount }: { kind: SweepKind; amount: number }): ImageSet {
  if (kind === "noise") return { ...set, pixels: withNoise(set.pixels, amount / 100) };
  refuseSeveralMaps(set);
  const distortions = new Float32Array(set.count * DISTORTION_SIZE);
  for (let i = 0; i < set.count; i++) distortions.set(affineRow(affine(kind, { amount, i })), i * DISTORTION_SIZE);
  const { height, width } = set;
  const distorted = distortImages(set.pixels, distortions, { height, width, background: 0 });
  return { ...set, pixels: Uint8Array.from(distorted, Math.round) };
}

function affine(kind: Exclude<SweepKind, "noise">, { amount, i }: { amount: number; i: number }): Affine {
  switch (kind) {
    case "shift": {
      const [x, y] = DIRECTIONS[i % DIRECTIONS.length]!;
      return { matrix: STRAIGHT, shift: [x * amount, y * amount] };
    }
    case "rotate": {
      const angle = (i % 2 === 0 ? amount : -amount) * Math.PI / 180;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      return { matrix: [cos, -sin, sin, cos], shift: [0, 0] };
    }
    case "scale":
      return { matrix: [amount, 0, 0, amount], shift: [0, 0] };
  }
}

function withNoise(pixels: Uint8Array, probability: number): Uint8Array {
  const random = stream(SEED, "noise");
  return pixels.map((byte) => random.uniform() < probability ? 255 - byte : byte);
}
