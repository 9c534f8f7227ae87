/**
 * What a data set is: labelled grey images, kept as bytes.
 *
 * @module
 */

/** `count` images of `height` x `width` bytes, row by row, and their labels 0 to 9. */
export interface ImageSet {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  /** 0 background, 255 full ink; length `count * height * width`. */
  readonly pixels: Uint8Array;
  /** Length `count`. */
  readonly labels: Uint8Array;
}

/** A training and a test set, and what the rows and reports say of them. */
export interface Dataset {
  /** `mnist` only where all four checksums are MNIST's; `synthetic`; else `idx:` and the first 12 digits of the checksum. */
  readonly id: string;
  readonly title: string;
  /** SHA-256 over the uncompressed files (train images, train labels, test images, test labels), hexadecimal. */
  readonly sha256: string;
  readonly train: ImageSet;
  readonly test: ImageSet;
  /** What a reader must know before trusting a comparison, e.g. that the digits are synthetic. */
  readonly notice?: string;
}

/** Number of classes of every data set here. */
export const CLASSES = 10;
