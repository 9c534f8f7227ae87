import assert from "node:assert/strict";
import fc from "fast-check";
import type { InputFit } from "../models/network/spec.ts";
import type { ImageSet } from "./dataset.ts";
import { readIdxDirectory } from "./files/mnist.ts";
import { fitImages, isInputOf } from "./fit.ts";

const SIDE = 28;
const dataDir = Deno.env.get("LENET_BENCH_DATA");

/** One 28x28 image a record, given by the value of each pixel. */
function draw(...images: ((row: number, column: number) => number)[]): ImageSet {
  const pixels = Uint8Array.from(
    images.flatMap((value) => Array.from({ length: SIDE * SIDE }, (_, i) => value(Math.floor(i / SIDE), i % SIDE))),
  );
  return { count: images.length, height: SIDE, width: SIDE, maps: 1, pixels, labels: new Uint8Array(images.length) };
}

/** An image of `side` x `side` background pixels. */
function blank(side: number): ImageSet {
  return {
    count: 1,
    height: side,
    width: side,
    maps: 1,
    pixels: new Uint8Array(side * side),
    labels: new Uint8Array(1),
  };
}

/** The pixels that are not 0, as `row,column: value`. */
function ink({ pixels, width }: ImageSet): Record<string, number> {
  const entries = Array.from(pixels, (value, i) => [`${Math.floor(i / width)},${i % width}`, value] as const);
  return Object.fromEntries(entries.filter(([, value]) => value > 0));
}

Deno.test("fitImages() leaves images alone", () => {
  const set = draw(() => 7);
  assert.equal(fitImages(set, "as_is"), set);
});

Deno.test("fitImages() pads every image with two background pixels on each side", () => {
  const set = draw(
    (row, column) => row === 0 && column === 0 ? 1 : 0,
    (row, column) => row === 27 && column === 26 ? 2 : 0,
  );
  const padded = fitImages(set, "pad_to_32");
  assert.deepEqual([padded.count, padded.height, padded.width, padded.pixels.length], [2, 32, 32, 2 * 32 * 32]);
  assert.deepEqual(ink(padded), { "2,2": 1, [`${32 + 29},28`]: 2 });
});

Deno.test("fitImages() shrinks about the centre, as worked out by hand", () => {
  // Along a side, output 14 covers inputs 14 to 15.25, and output 15 inputs 15.25 to 16.5; a share is overlap / 1.25.
  const corner = draw((row, column) => row === 14 && column === 14 ? 255 : 0);
  assert.deepEqual(ink(fitImages(corner, "shrink_to_16")), { "14,14": Math.round(255 * 0.8 * 0.8) });
  const across = draw((row, column) => row === 14 && column === 15 ? 200 : 0);
  assert.deepEqual(ink(fitImages(across, "shrink_to_16")), { "14,14": 200 * 0.8 * 0.2, "14,15": 200 * 0.8 * 0.6 });
});

Deno.test("fitImages() shrinks a 20x20 square to a 16x16 one of the same ink, in each image alone", () => {
  const square = (row: number, column: number) => Number(row >= 4 && row < 24 && column >= 4 && column < 24) * 90;
  const shrunk = fitImages(draw(() => 0, square), "shrink_to_16");
  const expected = draw(() => 0, (row, column) => Number(row >= 6 && row < 22 && column >= 6 && column < 22) * 90);
  assert.deepEqual([shrunk.height, shrunk.width], [SIDE, SIDE]);
  assert.deepEqual(shrunk.pixels, expected.pixels);
});

Deno.test("fitImages() shrinks ink by (16/20)^2, and its distance from the centre by 16/20", () => {
  const digit = fc.uint8Array({ minLength: 400, maxLength: 400 }).filter((values) =>
    values.some((value) => value > 100)
  );
  fc.assert(
    fc.property(digit, (values) => {
      const inBox = (i: number) => i >= 4 && i < 24;
      const set = draw((row, column) => inBox(row) && inBox(column) ? values[(row - 4) * 20 + column - 4]! : 0);
      const [before, after] = [moments(set), moments(fitImages(set, "shrink_to_16"))];
      // Rounding moves each of the at most 256 inked pixels by up to a half.
      assert(Math.abs(after.total - 0.64 * before.total) <= 128);
      assert(Math.abs(after.row - 0.8 * before.row) < 0.5 && Math.abs(after.column - 0.8 * before.column) < 0.5);
    }),
    { seed: 1998 },
  );
});

Deno.test("fitImages() centres a 16x16 digit in a 28x28 field of background", () => {
  const pixels = Uint8Array.from({ length: 2 * 256 }, (_, i) => 1 + i % 251);
  const digits = { count: 2, height: 16, width: 16, maps: 1, pixels, labels: Uint8Array.of(4, 5) };
  const { height, width, ...fields } = fitImages(digits, "centre_in_28");
  assert.deepEqual([height, width, fields.count, fields.labels], [SIDE, SIDE, 2, digits.labels]);
  const digitAt = (i: number, row: number, column: number) =>
    Math.min(row, column) < 6 || Math.max(row, column) > 21 ? 0 : pixels[i * 256 + (row - 6) * 16 + column - 6]!;
  const { pixels: expected } = draw((row, column) => digitAt(0, row, column), (row, column) => digitAt(1, row, column));
  assert.deepEqual(fields.pixels, expected);
});

Deno.test("fitImages() crops a shrunk digit to the 16x16 field that a 20x20 one fills", () => {
  const box = (row: number, column: number) => Math.min(row, column) >= 4 && Math.max(row, column) < 24;
  const set = draw(() => 9, (row, column) => Number(box(row, column)) * 90);
  const cropped = fitImages(set, "shrink_and_crop_to_16");
  assert.deepEqual([cropped.height, cropped.width], [16, 16]);
  assert.deepEqual(cropped.pixels, new Uint8Array(2 * 256).fill(9, 0, 256).fill(90, 256));
});

Deno.test("fitImages() crops an upright digit to its central 20x20 field", () => {
  const set = draw((row, column) => row === column || column === 27 - row ? 7 : Math.abs(13.5 - row) > 10 ? 3 : 0);
  const expected = draw((row, column) => row === column || column === 27 - row ? 7 : 0);
  const { height, width, pixels } = fitImages(set, "deslant_to_20");
  assert.deepEqual([height, width], [20, 20]);
  for (let row = 0; row < 20; row++) {
    const from = (row + 4) * SIDE + 4;
    assert.deepEqual(pixels.subarray(row * 20, row * 20 + 20), expected.pixels.subarray(from, from + 20));
  }
});

Deno.test("isInputOf() accepts images of the size for which a fit is made, if it makes the network's input of them", () => {
  const square = (side: number, maps = 1) => ({ height: side, width: side, maps });
  const accepts = (fit: InputFit, input: number, side: number, maps?: number) =>
    isInputOf({ fit, input: [input, input, 1] }, square(side, maps));
  for (
    const [fit, side, input] of [
      ["as_is", 16, 16],
      ["as_is", 28, 28],
      ["pad_to_32", 28, 32],
      ["shrink_to_16", 28, 28],
      ["centre_in_28", 16, 28],
      ["shrink_and_crop_to_16", 28, 16],
      ["deslant_to_20", 28, 20],
    ] as const
  ) {
    assert.ok(accepts(fit, input, side), fit);
    assert.ok(!accepts(fit, input, side === 16 ? 28 : 16), `${fit} of another size`);
    assert.ok(!accepts(fit, input + 1, side), `${fit} for another input`);
    assert.ok(!accepts(fit, input, side, 3), `${fit} in colour`);
    const { height, width } = fitImages(blank(side), fit);
    assert.deepEqual([height, width], [input, input], `${fit} makes what it promises`);
  }
});

Deno.test("fitImages() keeps nearly all ink of MNIST's digits when it crops them", { ignore: !dataDir }, async () => {
  const { test } = await readIdxDirectory(dataDir!, { mnistOnly: true });
  const ink = (set: ImageSet) => set.pixels.reduce((sum, value) => sum + value, 0);
  assert.ok(ink(fitImages(test, "deslant_to_20")) > 0.969 * ink(test));
  assert.ok(ink(fitImages(test, "shrink_and_crop_to_16")) > 0.967 * ink(fitImages(test, "shrink_to_16")));
});

Deno.test("fitImages() treats every map of an image as it treats a grey image", () => {
  const maps = fc.tuple(
    fc.uint8Array({ minLength: 784, maxLength: 784 }),
    fc.uint8Array({ minLength: 784, maxLength: 784 }),
  );
  fc.assert(
    fc.property(
      maps,
      fc.constantFrom("as_is", "pad_to_32", "shrink_to_16", "shrink_and_crop_to_16", "deslant_to_20"),
      ([first, second], fit) => {
        const empty = draw(() => 0);
        const woven = Uint8Array.from({ length: 2 * 784 }, (_, i) => (i % 2 === 0 ? first : second)[i >> 1]!);
        const fitted = fitImages({ ...empty, maps: 2, pixels: woven }, fit);
        for (const [map, pixels] of [first, second].entries()) {
          const alone = fitImages({ ...empty, pixels }, fit);
          assert.deepEqual(fitted.pixels.filter((_, i) => i % 2 === map), alone.pixels);
          assert.deepEqual([fitted.height, fitted.width, fitted.maps], [alone.height, alone.width, 2]);
        }
      },
    ),
    { seed: 1998, numRuns: 20 },
  );
});

/** Total ink, and its centre of mass from the image's centre, in pixels. */
function moments({ pixels }: ImageSet): { total: number; row: number; column: number } {
  let [total, row, column] = [0, 0, 0];
  pixels.forEach((value, i) => {
    total += value;
    row += value * (Math.floor(i / SIDE) - 13.5);
    column += value * (i % SIDE - 13.5);
  });
  return { total, row: row / total, column: column / total };
}
