/**
 * Checksums that name files and data sets.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { ImageSet } from "./dataset.ts";
import { idxHeader } from "./files/idx.ts";

/** SHA-256, hexadecimal, over the parts one after the other. */
export function sha256(...parts: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

/**
 * SHA-256, hexadecimal, over a data set's four uncompressed IDX files one after the other: train images, train labels,
 * test images, test labels. Images of several maps have these as a fourth dimension.
 */
export function datasetSha256({ train, test }: { train: ImageSet; test: ImageSet }): string {
  const hash = createHash("sha256");
  for (const { count, height, width, maps, pixels, labels } of [train, test]) {
    hash.update(idxHeader([count, height, width, ...(maps === 1 ? [] : [maps])])).update(pixels);
    hash.update(idxHeader([count])).update(labels);
  }
  return hash.digest("hex");
}
