/**
 * Makes slanted digits upright.
 *
 * @module
 */
import { imageBytes, type ImageSet } from "./dataset.ts";

/**
 * Shears each image until its principal axis is vertical (LeCun 1998, section III.A): every row moves sideways by its
 * distance from the centre of mass times the slant. Between two pixels a row is interpolated linearly, which keeps its
 * ink and its centre of mass, up to the rounding to bytes; background comes in from beyond the edge.
 */
export function deslant(set: ImageSet): ImageSet {
  const { width, maps } = set;
  const size = imageBytes(set);
  const pixels = new Uint8Array(set.pixels.length);
  for (let start = 0; start < pixels.length; start += size) {
    for (let map = 0; map < maps; map++) {
      const image = set.pixels.subarray(start + map, start + size);
      const { slant, centreRow } = slantOf(image, set);
      const ink = (row: number, column: number) =>
        column < 0 || column >= width ? 0 : image[(row * width + column) * maps]!;
      for (let row = 0; row < set.height; row++) {
        const shift = slant * (row - centreRow);
        const whole = Math.floor(shift);
        const share = shift - whole;
        for (let column = 0; column < width; column++) {
          const from = column + whole;
          pixels[start + map + (row * width + column) * maps] = Math.round(
            (1 - share) * ink(row, from) + share * ink(row, from + 1),
          );
        }
      }
    }
  }
  return { ...set, pixels };
}

/**
 * Pixels to the right per row downwards along the axis of the ink, `mu_11 / mu_02` by its central second moments, and
 * the row of its centre of mass. 0 for an image without ink or with ink in one row only.
 *
 * @param image Bytes in the order row, column, map, of which every `maps`-th is read.
 */
export function slantOf(
  image: Uint8Array,
  { width, maps }: Pick<ImageSet, "width" | "maps">,
): { slant: number; centreRow: number } {
  let [ink, rows, columns, squares, products] = [0, 0, 0, 0, 0];
  for (let at = 0; at < image.length; at += maps) {
    const column = (at / maps) % width;
    const row = (at / maps - column) / width;
    const weight = image[at]!;
    ink += weight;
    rows += weight * row;
    columns += weight * column;
    squares += weight * row * row;
    products += weight * row * column;
  }
  if (ink === 0) return { slant: 0, centreRow: 0 };
  const spread = squares - rows * rows / ink;
  return { slant: spread > 0 ? (products - rows * columns / ink) / spread : 0, centreRow: rows / ink };
}
