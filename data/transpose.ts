/**
 * Images that a file has column by column.
 *
 * @module
 */
import { imageBytes, type ImageSet } from "./dataset.ts";

/** Every image with its rows and columns exchanged: what EMNIST's files need. */
export function transpose(set: ImageSet): ImageSet {
  const { count, height, width, maps } = set;
  const pixels = new Uint8Array(count * imageBytes(set));
  let at = 0;
  for (let image = 0; image < count; image++) {
    for (let x = 0; x < width; x++) {
      for (let y = 0; y < height; y++) {
        for (let map = 0; map < maps; map++) {
          pixels[at++] = set.pixels[((image * height + y) * width + x) * maps + map]!;
        }
      }
    }
  }
  return { ...set, height: width, width: height, pixels };
}
