/**
 * Data sets: labelled images, kept as bytes.
 *
 * @module
 */

/** `count` images of `height` x `width` pixels, row by row, and their labels 0 to 9. */
export interface ImageSet {
  /** Number of images. */
  readonly count: number;
  /** In pixels. */
  readonly height: number;
  /** In pixels. */
  readonly width: number;
  /** Bytes per pixel: 1 for grey, 3 for red, green and blue. */
  readonly maps: number;
  /**
   * In the order image, row, column, map; length `count * height * width * maps`. In grey digits, 0 is background and
   * 255 full ink.
   */
  readonly pixels: Uint8Array;
  /** Length `count`. */
  readonly labels: Uint8Array;
}

/** A training and a test set, and what rows and reports say about them. */
export interface Dataset {
  /**
   * `mnist`, `usps` and `cifar10-10k` (a part of CIFAR-10) only if the checksums are theirs; `synthetic`,
   * `synthetic-colour`; else `idx:`, `usps:` or `cifar10:` and the first 12 digits of the checksum.
   */
  readonly id: string;
  /** As reports print it. */
  readonly title: string;
  /**
   * SHA-256, hexadecimal, over the uncompressed files: train images, train labels, test images, test labels of
   * IDX files; training files and test file of CIFAR-10. Of USPS, whose text files differ by format, as if its images
   * were in IDX files.
   */
  readonly sha256: string;
  /** Images to train on; images for validation are split off later. */
  readonly train: ImageSet;
  /** Images on which the error of trained networks is measured. */
  readonly test: ImageSet;
  /** What a reader must know before trusting a comparison, e.g. that the digits are synthetic. */
  readonly notice?: string;
}

/** The data set, with `notice` after what there is to say about it already; an empty one adds nothing. */
export function withNotice(dataset: Dataset, notice: string): Dataset {
  const sentences = [dataset.notice ?? "", notice].filter((sentence) => sentence !== "");
  return sentences.length === 0 ? dataset : { ...dataset, notice: sentences.join(" ") };
}

/** What a suite's images show: grey digits, or CIFAR-10's 32x32 photographs in colour. */
export type ImageKind = "digits" | "cifar10";

/** Bytes of one image. */
export function imageBytes({ height, width, maps }: Pick<ImageSet, "height" | "width" | "maps">): number {
  return height * width * maps;
}

/** Number of classes of every data set here. */
export const CLASSES = 10;
