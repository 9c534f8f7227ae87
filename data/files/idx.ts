/**
 * The IDX format of MNIST: a big-endian header, then bytes (http://yann.lecun.com/exdb/mnist, "file formats").
 *
 * Labels may also be those of QMNIST: 8 big-endian 32-bit integers per image, the class first
 * (https://github.com/facebookresearch/qmnist, "extended labels format").
 *
 * Nothing is allocated by what a header says: parsed images and labels are views of the bytes that are there, or
 * copies of a part of them.
 *
 * @module
 */
import type { UserError } from "../../base/errors.ts";
import { CLASSES, type ImageSet } from "../dataset.ts";
import { foreign, type NamedFile, unreadable } from "./named_file.ts";

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
  const labelBytes = parseLabels(labels);
  const labelCount = labelBytes.length;
  if (labelCount !== count) {
    throw unreadable(labels, `it holds ${labelCount} labels for the ${count} images of "${images.name}"`);
  }
  const wrong = labelBytes.findIndex((label) => label >= CLASSES);
  if (wrong >= 0) throw notADigit(labels, { index: wrong, label: labelBytes[wrong]! });
  return { count: count!, height: height!, width: width!, maps: 1, pixels, labels: labelBytes };
}

/** What byte 2 of the header says of the elements. */
const TYPES: Readonly<Record<number, string>> = {
  8: "bytes",
  9: "signed bytes",
  11: "16-bit integers",
  12: "32-bit integers",
  13: "32-bit floats",
  14: "64-bit floats",
};
const INTEGERS = 12;
const CONVERT = "Convert it, as docs/data.md shows.";
/** The most dimensions by which four bytes count as a header: images in colour have four. */
const MOST_DIMENSIONS = 5;

/** The header of an IDX file of bytes: magic number 0x0800 + number of dimensions, then the dimensions. */
export function idxHeader(dimensions: readonly number[]): Uint8Array<ArrayBuffer> {
  const header = new DataView(new ArrayBuffer(4 + 4 * dimensions.length));
  header.setUint32(0, 0x0800 + dimensions.length);
  dimensions.forEach((dimension, i) => header.setUint32(4 + 4 * i, dimension));
  return new Uint8Array(header.buffer);
}

function parseLabels(file: NamedFile): Uint8Array {
  if (!isQmnist(file.bytes)) return parseIdx(file, 1).data;
  const { dimensions: [count], data } = parseIdx(file, 2, { type: INTEGERS, size: 4 });
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Uint8Array.from({ length: count! }, (_, i) => {
    const label = view.getUint32(4 * QMNIST_COLUMNS * i);
    if (label >= CLASSES) throw notADigit(file, { index: i, label });
    return label;
  });
}

/** The file may be whole, but of other classes, as EMNIST's letters are. */
function notADigit(file: NamedFile, { index, label }: { index: number; label: number }): UserError {
  return unreadable(
    { ...file, remedy: 'Choose a data set with the labels 0 to 9: of EMNIST\'s that is "digits" or "mnist".' },
    `label ${index} is "${label}", not a digit`,
  );
}

const QMNIST_COLUMNS = 8;

function isQmnist(bytes: Uint8Array): boolean {
  const [first, second, type, rank] = bytes;
  return first === 0 && second === 0 && type === INTEGERS && rank === 2 && bytes.length >= 12 &&
    new DataView(bytes.buffer, bytes.byteOffset).getUint32(8) === QMNIST_COLUMNS;
}

function parseIdx(
  file: NamedFile,
  rank: number,
  { type, size } = { type: 8, size: 1 },
): { dimensions: number[]; data: Uint8Array } {
  const { bytes } = file;
  const headerSize = 4 + 4 * rank;
  refuseOtherHeader(file, { rank, type });
  if (bytes.length < headerSize) throw unreadable(file, `its ${bytes.length} bytes are too few for an IDX header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerSize);
  const dimensions = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  // Products beyond 2^53 are rounded, but stay far above any size that can match.
  const promised = dimensions.reduce((product, dimension) => product * dimension, size);
  const held = bytes.length - headerSize;
  if (promised === 0) throw unreadable(file, `its header gives the size "${dimensions.join("x")}"`);
  if (promised !== held) {
    throw unreadable(file, `its header gives the size "${dimensions.join("x")}", but ${held} bytes follow`);
  }
  return { dimensions, data: bytes.subarray(headerSize) };
}

/** Refuses a file that does not begin as one of `rank` dimensions, and says what it is instead. */
function refuseOtherHeader(file: NamedFile, { rank, type }: { rank: number; type: number }): void {
  const { bytes } = file;
  if (bytes.length < 4) throw foreign(file, `its ${bytes.length} bytes are too few for an IDX header`);
  const [first, second, found, dimensions] = bytes as Uint8Array & [number, number, number, number];
  if (first === 0 && second === 0 && found === type && dimensions === rank) return;
  const isHeader = (type: number, rank: number) => type in TYPES && rank >= 1 && rank <= MOST_DIMENSIONS;
  const wanted = rank === 3 ? "images" : "labels";
  if (found === 0 && dimensions === 0 && isHeader(second, first)) {
    throw unreadable({ ...file, remedy: CONVERT }, "its bytes are in the other order: IDX files are big-endian");
  }
  if (first !== 0 || second !== 0 || !isHeader(found, dimensions)) {
    const magic = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
    throw foreign(file, `its magic number is "${magic}", not "${(type << 8) + rank}" (${wanted})`);
  }
  const [why, remedy] = found !== type
    ? [`its elements are ${TYPES[found]}, not bytes`, CONVERT]
    : dimensions === 1
    ? ["it holds labels, not images", "Give the files the names of what they hold."]
    : rank === 1 && dimensions === 3
    ? ["it holds images, not labels", "Give the files the names of what they hold."]
    : [`it has ${dimensions} dimensions, and ${wanted} have ${rank}`, CONVERT];
  throw unreadable({ ...file, remedy }, why);
}
