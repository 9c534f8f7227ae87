/**
 * The digits of LeCun's papers of 1989 and 1990 in a folder: 7,291 training and 2,007 test images of 16x16 pixels, cut
 * from zip codes on United States mail.
 *
 * Two public text formats are read: that of the book The Elements of Statistical Learning (Hastie, Tibshirani and
 * Friedman), and LIBSVM's (https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass.html, "usps").
 *
 * Pixels are published in steps of 0.001 from -1, background, to 1, ink, and kept as bytes, 0 to 255: the nearest of
 * 256 grey levels, at most 1/255 = 0.0039 from the published value. Over all 9,298 images the root mean square is
 * 0.0013, since 69% of the pixels are -1 or 1, which are exact.
 *
 * A recipe whose `pixels` have background -1 and foreground 1 gives networks the published scale.
 *
 * @module
 */
import type { UserError } from "../../base/errors.ts";
import { datasetSha256 } from "../checksum.ts";
import { CLASSES, type Dataset, imageBytes, type ImageSet } from "../dataset.ts";
import { findFiles, hasFiles, type Layout } from "./find.ts";
import { foreign, type NamedFile, readNamed, REMEDIES, unreadable } from "./named_file.ts";

const SHAPE = { height: 16, width: 16, maps: 1 } as const;
const PIXELS = imageBytes(SHAPE);
/** More than ten times as many as published, and few enough for any machine. */
const MAX_LINES = 100_000;
/** Twice as many as 256 values of 15 characters need. */
const MAX_LINE = 8_192;

/** What to do if the files are missing: unlike MNIST's, they are never fetched. */
export const USPS_REMEDY =
  'USPS is not downloaded: get "zip.train.gz" and "zip.test.gz" from the web site of the book The Elements of ' +
  'Statistical Learning, or LIBSVM\'s "usps" and "usps.t", and name the folder that contains them with --data-dir ' +
  "or LENET_BENCH_DATA.";

/**
 * One image per line. `dense`: its digit, then all 256 values, row by row. `sparse`: its digit plus 1, then
 * `index:value` for the values that are not 0, with indices from 1 on.
 */
export type UspsFormat = "dense" | "sparse";

/** If both are there, the first is read. */
const LAYOUTS: readonly (Layout & { readonly format: UspsFormat })[] = [
  { format: "dense", folders: ["usps"], files: ["zip.train", "zip.test"] },
  { format: "sparse", folders: ["usps"], files: ["usps", "usps.t"] },
];

/** Of the images of "zip.train" and "zip.test", by {@linkcode datasetSha256}: the same in either format. */
const PUBLISHED_SHA256 = "327f969a04f08fda5bcb2181096d2228d9b53ff6f8188de758e1d6726b6b8e06";

/**
 * Reads USPS from the folder `usps` in `directory`, or from `directory`.
 *
 * @param options.store Another folder into which links may lead.
 * @throws {UserError} A file is missing or damaged, or still compressed by bzip2.
 */
export async function readUspsDirectory(
  directory: string,
  { store }: { readonly store?: string | undefined } = {},
): Promise<Dataset> {
  const { layout, folder, paths } = await findFiles(directory, LAYOUTS, {
    remedy: USPS_REMEDY,
    store,
    remedies: REMEDIES,
  });
  const read = async (path: string) =>
    parseUsps(await readNamed(folder, { path, format: "USPS", store }), layout.format);
  const sets = { train: await read(paths[0]!), test: await read(paths[1]!) };
  return { ...label(datasetSha256(sets)), ...sets };
}

/** Whether `directory` or its folder `usps` contains files of USPS. */
export function hasUsps(directory: string): boolean {
  return hasFiles(directory, LAYOUTS);
}

/**
 * Parses an uncompressed file.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseUsps } from "./usps.ts";
 *
 * const bytes = new TextEncoder().encode("10 1:-1 2:1 256:0.2\n");
 * const { pixels, labels } = parseUsps({ name: "usps", format: "USPS", bytes }, "sparse");
 * assert.deepEqual([...labels], [9]);
 * assert.deepEqual([pixels[0], pixels[1], pixels[2], pixels[255]], [0, 255, 128, 153]);
 * ```
 *
 * @throws {UserError} A line is no image of 16x16 values from -1 to 1 with a digit, or there is none.
 */
export function parseUsps(file: NamedFile, format: UspsFormat): ImageSet {
  const lines = linesOf(file);
  const pixels = new Uint8Array(lines.length * PIXELS);
  const labels = new Uint8Array(lines.length);
  lines.forEach(({ number, text }, image) => {
    const [digit = "", ...words] = text.trim().split(/\s+/);
    const refuse = (why: string) => unreadable(file, `line ${number} ${why}`);
    labels[image] = parseLabel(digit, { first: format === "dense" ? 0 : 1, refuse });
    const parseImage = format === "dense" ? parseDense : parseSparse;
    pixels.set(parseImage(words, refuse).map(grey), image * PIXELS);
  });
  return { count: lines.length, ...SHAPE, pixels, labels };
}

/** The error for something that is wrong on a line. */
type Refuse = (why: string) => UserError;

interface Line {
  /** From 1, as editors count. */
  readonly number: number;
  readonly text: string;
}

/** The lines that are not blank. Refuses what would need much memory before it is taken. */
function linesOf(file: NamedFile): Line[] {
  const text = new TextDecoder("latin1").decode(file.bytes);
  if (file.bytes.reduce((count, byte) => count + Number(byte === 0x0a), 0) > MAX_LINES) {
    throw foreign(file, `it has more than ${MAX_LINES} lines`);
  }
  const lines = text.split("\n").flatMap((line, index): Line[] => {
    if (line.length > MAX_LINE) throw foreign(file, `line ${index + 1} has more than ${MAX_LINE} characters`);
    if (!/^[-+.:\deE\s]*$/.test(line)) throw foreign(file, `line ${index + 1} contains more than numbers`);
    return line.trim() === "" ? [] : [{ number: index + 1, text: line }];
  });
  if (lines.length === 0) throw unreadable(file, "it contains no images");
  return lines;
}

function parseLabel(word: string, { first, refuse }: { first: number; refuse: Refuse }): number {
  const label = Number(word) - first;
  if (Number.isInteger(label) && label >= 0 && label < CLASSES) return label;
  throw refuse(`has the label "${shortened(word)}", not one of ${first} to ${first + CLASSES - 1}`);
}

function parseDense(words: readonly string[], refuse: Refuse): number[] {
  if (words.length !== PIXELS) throw refuse(`has ${words.length} values, not ${PIXELS}`);
  return words.map((word) => parseValue(word, refuse));
}

function parseSparse(words: readonly string[], refuse: Refuse): number[] {
  const values = new Array<number>(PIXELS).fill(0);
  let last = 0;
  for (const word of words) {
    const [, digits, value] = /^(\d+):([^:]+)$/.exec(word) ?? [];
    const index = Number(digits);
    if (value === undefined || index <= last || index > PIXELS) {
      throw refuse(`has "${shortened(word)}", not a value with one of the indices ${last + 1} to ${PIXELS}`);
    }
    values[index - 1] = parseValue(value, refuse);
    last = index;
  }
  return values;
}

function parseValue(word: string, refuse: Refuse): number {
  const value = Number(word);
  if (value >= -1 && value <= 1) return value;
  throw refuse(`has the value "${shortened(word)}", not one from -1 to 1`);
}

/** The byte for a value from -1 to 1. */
function grey(value: number): number {
  return Math.round((value + 1) * 127.5);
}

/** Enough of a word to recognise it. */
function shortened(word: string): string {
  return word.slice(0, 20);
}

/** The name of the data set; never USPS if it is not. */
function label(checksum: string): Pick<Dataset, "id" | "title" | "sha256" | "notice"> {
  if (checksum === PUBLISHED_SHA256) return { id: "usps", title: "USPS zip-code digits", sha256: checksum };
  const short = checksum.slice(0, 12);
  return {
    id: `usps:${short}`,
    title: `Images ${short} in a format of USPS`,
    sha256: checksum,
    notice: "The images are not those of USPS that this program knows: error rates on them can't be compared with " +
      "those published for USPS.",
  };
}
