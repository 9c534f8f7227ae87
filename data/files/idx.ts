/**
 * The IDX format of MNIST: a big-endian header, then bytes (http://yann.lecun.com/exdb/mnist, "file formats").
 *
 * Nothing is allocated by what a header says: parsed images and labels are views of the bytes that are there.
 *
 * @module
 */
import { CLASSES, type ImageSet } from "../dataset.ts";
import { type NamedFile, unreadable } from "./named_file.ts";

/**
 * Parses uncompressed images and their labels.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { idxHeader, parseImageSet } from "./idx.ts";
 *
 * const images = Uint8Array.of(...idxHeader([2, 1, 3]), 0, 10, 20, 30, 40, 50);
 * const labels = Uint8Array.of(...idxHeader([2]), 7, 1);
 * const set = parseImageSet(
 *   { name: "two-images", format: "IDX", bytes: images },
 *   { name: "two-labels", format: "IDX", bytes: labels },
 * );
 * assert.deepEqual([...set.pixels.subarray(3)], [30, 40, 50]);
 * assert.deepEqual([...set.labels], [7, 1]);
 * ```
 *
 * @throws {UserError} A header is wrong, bytes are missing or left over, a label is above 9, or counts differ.
 */
export function parseImageSet(images: NamedFile, labels: NamedFile): ImageSet {
  const { dimensions: [count, height, width], data: pixels } = parseIdx(images, 3);
  const { dimensions: [labelCount], data: labelBytes } = parseIdx(labels, 1);
  if (labelCount !== count) {
    throw unreadable(labels, `it holds ${labelCount} labels for the ${count} images of "${images.name}"`);
  }
  const wrong = labelBytes.findIndex((label) => label >= CLASSES);
  if (wrong >= 0) throw unreadable(labels, `label ${wrong} is "${labelBytes[wrong]}", not a digit`);
  return { count: count!, height: height!, width: width!, maps: 1, pixels, labels: labelBytes };
}

/** The header of an IDX file of bytes: magic number 0x0800 + number of dimensions, then the dimensions. */
export function idxHeader(dimensions: readonly number[]): Uint8Array<ArrayBuffer> {
  const header = new DataView(new ArrayBuffer(4 + 4 * dimensions.length));
  header.setUint32(0, 0x0800 + dimensions.length);
  dimensions.forEach((dimension, i) => header.setUint32(4 + 4 * i, dimension));
  return new Uint8Array(header.buffer);
}

function parseIdx(file: NamedFile, rank: number): { dimensions: number[]; data: Uint8Array } {
  const { bytes } = file;
  const headerSize = 4 + 4 * rank;
  if (bytes.length < headerSize) throw unreadable(file, `its ${bytes.length} bytes are too few for an IDX header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerSize);
  const magic = view.getUint32(0);
  if (magic !== 0x0800 + rank) {
    throw unreadable(
      file,
      `its magic number is "${magic}", not "${0x0800 + rank}" (${rank === 3 ? "images" : "labels"})`,
    );
  }
  const dimensions = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  // Products beyond 2^53 are rounded, but stay far above any size that can match.
  const promised = dimensions.reduce((product, dimension) => product * dimension, 1);
  const held = bytes.length - headerSize;
  if (promised === 0) throw unreadable(file, `its header gives the size "${dimensions.join("x")}"`);
  if (promised !== held) {
    throw unreadable(file, `its header gives the size "${dimensions.join("x")}", but ${held} bytes follow`);
  }
  return { dimensions, data: bytes.subarray(headerSize) };
}
