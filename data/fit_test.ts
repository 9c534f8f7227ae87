import assert from "node:assert/strict";
import fc from "fast-check";
import type { ImageSet } from "./dataset.ts";
import { fitImages } from "./fit.ts";

const SIDE = 28;

/** One 28x28 image a record, given by the value of each pixel. */
function draw(...images: ((row: number, column: number) => number)[]): ImageSet {
  const pixels = Uint8Array.from(
    images.flatMap((value) => Array.from({ length: SIDE * SIDE }, (_, i) => value(Math.floor(i / SIDE), i % SIDE))),
  );
  return { count: images.length, height: SIDE, width: SIDE, maps: 1, pixels, labels: new Uint8Array(images.length) };
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

Deno.test("fitImages() treats every map of an image as it treats a grey image", () => {
  const maps = fc.tuple(
    fc.uint8Array({ minLength: 784, maxLength: 784 }),
    fc.uint8Array({ minLength: 784, maxLength: 784 }),
  );
  fc.assert(
    fc.property(maps, fc.constantFrom("as_is", "pad_to_32", "shrink_to_16"), ([first, second], fit) => {
      const blank = draw(() => 0);
      const woven = Uint8Array.from({ length: 2 * 784 }, (_, i) => (i % 2 === 0 ? first : second)[i >> 1]!);
      const fitted = fitImages({ ...blank, maps: 2, pixels: woven }, fit);
      for (const [map, pixels] of [first, second].entries()) {
        const alone = fitImages({ ...blank, pixels }, fit);
        assert.deepEqual(fitted.pixels.filter((_, i) => i % 2 === map), alone.pixels);
        assert.deepEqual([fitted.height, fitted.width, fitted.maps], [alone.height, alone.width, 2]);
      }
    }),
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
