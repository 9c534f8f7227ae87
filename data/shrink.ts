/**
 * Makes digits smaller.
 *
 * @module
 */
import { imageBytes, type ImageSet } from "./dataset.ts";

/** MNIST's digits fill a 20x20 box, LeNet-1's a 16x16 one (LeCun 1998, sections III.A and III.C.7). */
const SHRINK = 16 / 20;

/**
 * Shrinks each image to 16/20 about its centre by area averaging: an output pixel is the mean of the 1.25 x 1.25 input pixels
 * that it covers, with background beyond the edge. The image keeps its size; the digit becomes smaller.
 */
export function shrink(set: ImageSet): ImageSet {
  const { maps } = set;
  const size = imageBytes(set);
  const columnShares = shrinkShares(set.width);
  const rowShares = shrinkShares(set.height);
  const pixels = new Uint8Array(set.pixels.length);
  for (let start = 0; start < pixels.length; start += size) {
    const narrow = averageRows(set.pixels.subarray(start, start + size), { shares: columnShares, maps });
    pixels.set(averageRows(narrow, { shares: rowShares, maps }).map(Math.round), start);
  }
  return { ...set, pixels };
}

/** Input positions under one output position, and their shares of its extent; shares add up to 1 away from the edge. */
type Shares = readonly { readonly index: number; readonly share: number }[];

/** The shares of every output position along a side of `side` pixels. */
function shrinkShares(side: number): Shares[] {
  const centre = side / 2;
  const positions = Array.from({ length: side }, (_, i) => i);
  return positions.map((output) => {
    const from = centre + (output - centre) / SHRINK;
    const to = from + 1 / SHRINK;
    return positions
      .map((index) => ({ index, share: SHRINK * (Math.min(to, index + 1) - Math.max(from, index)) }))
      .filter(({ share }) => share > 0);
  });
}

/** Averages along each row and transposes the image: applied twice, it averages both ways and restores the layout. */
function averageRows(
  image: Uint8Array | Float64Array,
  { shares, maps }: { shares: readonly Shares[]; maps: number },
): Float64Array {
  const width = shares.length;
  const height = image.length / (width * maps);
  const averaged = new Float64Array(image.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      for (let map = 0; map < maps; map++) {
        let sum = 0;
        for (const { index, share } of shares[column]!) sum += share * image[(row * width + index) * maps + map]!;
        averaged[(column * height + row) * maps + map] = sum;
      }
    }
  }
  return averaged;
}
