import assert from "node:assert/strict";
import fc from "fast-check";
import type { ImageSet } from "./dataset.ts";
import { deslant, slantOf } from "./deslant.ts";
import { readIdxDirectory } from "./files/mnist.ts";
import { fitImages } from "./fit.ts";

const SIDE = 28;

/** One image of 28x28 pixels. */
function draw(value: (row: number, column: number) => number): ImageSet {
  const pixels = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => value(Math.floor(i / SIDE), i % SIDE));
  return { count: 1, height: SIDE, width: SIDE, maps: 1, pixels, labels: new Uint8Array(1) };
}

/** A stroke of 18 rows through the centre that moves `slope` pixels to the right per row, with grey edges. */
function stroke(slope: number): ImageSet {
  return draw((row, column) => {
    const distance = Math.abs(column - 13.5 - slope * (row - 13.5));
    return row < 5 || row > 22 ? 0 : Math.round(255 * Math.max(0, Math.min(1, 2 - distance)));
  });
}

const slant = (set: ImageSet) => slantOf(set.pixels, set).slant;

Deno.test("slantOf() is the slope of a stroke, and 0 without ink and for a horizontal line", () => {
  for (const slope of [-0.5, -0.2, 0, 0.3, 0.6]) assert.ok(Math.abs(slant(stroke(slope)) - slope) < 0.01, `${slope}`);
  assert.equal(slant(draw(() => 0)), 0);
  assert.equal(slant(draw((row) => Number(row === 9))), 0);
});

Deno.test("deslant() moves rows by whole pixels as worked out by hand", () => {
  // One pixel in each of three rows, on a diagonal: the axis is 1 pixel per row, and the centre stays.
  const diagonal = draw((row, column) => row >= 10 && row <= 12 && column === row + 3 ? 200 : 0);
  const upright = draw((row, column) => row >= 10 && row <= 12 && column === 14 ? 200 : 0);
  assert.deepEqual(deslant(diagonal), upright);
});

Deno.test("deslant() divides a pixel that moves by a part of one between its two neighbours", () => {
  // Half a pixel per row about the middle one.
  const stairs = draw((row, column) => (row === 10 || row === 12) && column === (row === 10 ? 13 : 14) ? 200 : 0);
  const expected = draw((row, column) => (row === 10 || row === 12) && (column === 13 || column === 14) ? 100 : 0);
  assert.deepEqual(deslant(stairs), expected);
});

Deno.test("deslant() makes any stroke upright, and an upright one stays as it is", () => {
  fc.assert(
    fc.property(fc.double({ min: -0.7, max: 0.7, noNaN: true }), (slope) => {
      const upright = deslant(stroke(slope));
      assert.ok(Math.abs(slant(upright)) < 0.01);
      // One band of ink whose grey edges are at most a pixel wider.
      const columns = Array.from({ length: SIDE }, (_, column) => upright.pixels[14 * SIDE + column]!);
      assert.ok(columns.filter((ink) => ink > 2).length <= 6);
    }),
    { seed: 1998 },
  );
  assert.deepEqual(deslant(stroke(0)), stroke(0));
});

Deno.test("deslant() keeps the ink and the centre of mass of digits that stay inside", () => {
  const digit = fc.uint8Array({ minLength: 64, maxLength: 64 });
  fc.assert(
    fc.property(digit, (values) => {
      const inside = (i: number) => i >= 10 && i < 18;
      const set = draw((row, column) => inside(row) && inside(column) ? values[(row - 10) * 8 + column - 10]! : 0);
      const after = deslant(set);
      const ink = (set: ImageSet) => set.pixels.reduce((sum, value) => sum + value, 0);
      // Each inked pixel becomes two, and rounding moves each of these by up to a half.
      assert.ok(Math.abs(ink(after) - ink(set)) <= 64);
      if (ink(set) > 5000) assert.ok(Math.abs(slant(after)) < 0.1);
    }),
    { seed: 1998 },
  );
});

const dataDir = Deno.env.get("LENET_BENCH_DATA");
Deno.test("deslant() makes MNIST's digits upright", { ignore: dataDir === undefined }, async () => {
  const { test } = await readIdxDirectory(dataDir!, { mnistOnly: true });
  const meanSlant = ({ count, pixels, ...set }: ImageSet) => {
    const size = set.height * set.width;
    const slants = Array.from(
      { length: count },
      (_, i) => slantOf(pixels.subarray(i * size, (i + 1) * size), set).slant,
    );
    return slants.reduce((sum, slant) => sum + Math.abs(slant), 0) / count;
  };
  assert.ok(meanSlant(test) > 0.22);
  assert.ok(meanSlant(deslant(test)) < 0.0001);
  // Cropping tilts some a little again.
  assert.ok(meanSlant(fitImages(test, "deslant_to_20")) < 0.022);
});
