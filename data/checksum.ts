/**
 * Checksums that name files and data sets.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { ImageSet } from "./dataset.ts";
import { idxHeader } from "./files/idx.ts";

/** SHA-256, hexadecimal, of the concatenated parts. */
export function sha256(...parts: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

/**
 * SHA-256, hexadecimal, of a data set's four concatenated uncompressed IDX files: train images, train labels, test
 * images, test labels. Images with several maps have them as a fourth dimension.
 */
export function datasetSha256({ train, test }: { train: ImageSet; test: ImageSet }): string {
  const hash = createHash("sha256");
  for (const { count, height, width, maps, pixels, labels } of [train, test]) {
    hash.update(idxHeader([count, height, width, ...(maps === 1 ? [] : [maps])])).update(pixels);
    hash.update(idxHeader([count])).update(labels);
  }
  return hash.digest("hex");
}
