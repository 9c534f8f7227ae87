/**
 * Distortions of single images: drawn at random, and applied.
 *
 * A distortion is a row of numbers, so that a batch of them is one array for the device: where each pixel of the result
 * comes from, as an affine map about the image's centre, and an elastic displacement on top.
 * `kernels/training/distort.ts` does the same as {@linkcode distortImages}, on the device.
 *
 * @module
 */
import type { RandomStream } from "../../base/random.ts";
import type { ImageSet } from "../dataset.ts";
import type { Augmentation, Elastic } from "./augmentation.ts";
import { displacementField, smoothingFactor } from "./elastic.ts";

/**
 * Numbers of one distortion: `xx, xy, x0, yx, yy, y0`, the elastic field's seed and its factor. The pixel at (x, y)
 * comes from `(xx x + xy y + x0, yx x + yy y + y0)`, both in pixels from the centre.
 */
export const DISTORTION_SIZE = 8;

/** Seeds are exact in float32. */
const SEEDS = 2 ** 24;

const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0] as const;

/** How images are read. */
export interface ImageGeometry {
  readonly height: number;
  readonly width: number;
  /** The pixels' value beyond the edges. */
  readonly background: number;
  readonly elastic?: Elastic;
}

/** An affine distortion of an image; a distortion's row without an elastic field. */
export interface Affine {
  /** Forward: where the image's right and lower unit vectors go. */
  readonly matrix: readonly [xx: number, xy: number, yx: number, yy: number];
  readonly shift: readonly [x: number, y: number];
}

/**
 * Distortions of `count` images, {@linkcode DISTORTION_SIZE} numbers each.
 *
 * @param random The same numbers are drawn for an image whatever the ranges are, even if they are left out.
 */
export function drawDistortions(
  augmentation: Augmentation,
  { count, random }: { count: number; random: RandomStream },
): Float32Array<ArrayBuffer> {
  const { shift = 0, rotate = 0, scale = 1, squeeze = 1, shear = 0, flip = 0, elastic } = augmentation;
  const rows = new Float32Array(count * DISTORTION_SIZE);
  const either = (range: number) => (2 * random.uniform() - 1) * range;
  for (let image = 0; image < count; image++) {
    const moved: [number, number] = [either(shift), either(shift)];
    const angle = either(rotate) * Math.PI / 180;
    const size = scale ** either(1);
    const narrow = squeeze ** either(1);
    const slant = either(shear);
    const mirror = random.uniform() < flip ? -1 : 1;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    // Mirrored, slanted, squeezed and scaled, then turned.
    const [a, b, d] = [mirror * size * narrow, slant * size, size / narrow];
    const matrix = [cos * a, cos * b - sin * d, sin * a, sin * b + cos * d] as const;
    rows.set(affineRow({ matrix, shift: moved }), image * DISTORTION_SIZE);
    rows[image * DISTORTION_SIZE + 6] = random.integer(SEEDS);
    rows[image * DISTORTION_SIZE + 7] = elastic === undefined ? 0 : elastic.alpha;
  }
  return rows;
}

/**
 * Distortions read images of one map only, here and on the device.
 *
 * @throws {RangeError} `set` has several maps.
 */
export function refuseSeveralMaps({ maps }: Pick<ImageSet, "maps">): void {
  if (maps === 1) return;
  throw new RangeError(
    `Cannot distort images of "${maps}" maps: only grey images can be. Leave out the augmentation or the sweep.`,
  );
}

/** `count` distortions that leave images as they are. */
export function noDistortions(count: number): Float32Array<ArrayBuffer> {
  const rows = new Float32Array(count * DISTORTION_SIZE);
  for (let image = 0; image < count; image++) rows.set(IDENTITY, image * DISTORTION_SIZE);
  return rows;
}

/** The row of an affine distortion: its inverse, since each output pixel is read from where it comes from. */
export function affineRow({ matrix: [xx, xy, yx, yy], shift: [x, y] }: Affine): number[] {
  const determinant = xx * yy - xy * yx;
  const [a, b, c, d] = [yy / determinant, -xy / determinant, -yx / determinant, xx / determinant];
  return [a, b, -(a * x + b * y), c, d, -(c * x + d * y), 0, 0];
}

/**
 * Distorts images, each by its row of `distortions`, with bilinear interpolation.
 *
 * @param pixels Images of one map, one after the other.
 */
export function distortImages(
  pixels: ArrayLike<number>,
  distortions: Float32Array,
  { height, width, background, elastic }: ImageGeometry,
): Float32Array<ArrayBuffer> {
  const size = height * width;
  const result = new Float32Array(pixels.length);
  const [rows, columns] = [height, width].map((side) => elastic ? smoothingFactor(side, elastic.sigma) : [[]]);
  const [centreX, centreY] = [(width - 1) / 2, (height - 1) / 2];
  for (let image = 0; image * size < pixels.length; image++) {
    const at = image * DISTORTION_SIZE;
    const [xx, xy, x0, yx, yy, y0, seed, alpha] = distortions.subarray(at, at + DISTORTION_SIZE) as unknown as number[];
    const bends = elastic !== undefined && alpha !== 0;
    const fields = ([0, 1] as const).map((axis) =>
      bends ? displacementField(seed!, { axis, rows: rows!, columns: columns! }) : undefined
    );
    const pixel = (x: number, y: number) =>
      x >= 0 && x < width && y >= 0 && y < height ? pixels[image * size + y * width + x]! : background;
    for (let p = 0; p < size; p++) {
      const x = p % width - centreX;
      const y = Math.floor(p / width) - centreY;
      const fromX = xx! * x + xy! * y + x0! + centreX + (fields[0] ? alpha! * fields[0][p]! : 0);
      const fromY = yx! * x + yy! * y + y0! + centreY + (fields[1] ? alpha! * fields[1][p]! : 0);
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
      const [right, bottom] = [fromX - left, fromY - top];
      const upper = pixel(left, top) * (1 - right) + pixel(left + 1, top) * right;
      const lower = pixel(left, top + 1) * (1 - right) + pixel(left + 1, top + 1) * right;
      result[image * size + p] = upper * (1 - bottom) + lower * bottom;
    }
  }
  return result;
}
