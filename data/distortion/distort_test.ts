import assert from "node:assert/strict";
import { stream } from "../../base/random.ts";
import type { Augmentation } from "./augmentation.ts";
import { describeAugmentation } from "./augmentation.ts";
import { affineRow, distortImages, DISTORTION_SIZE, drawDistortions, noDistortions } from "./distort.ts";

const SIZE = { height: 5, width: 5, background: 0 };

/** One bright pixel. */
function dot(x: number, y: number): Float32Array {
  const pixels = new Float32Array(25);
  pixels[y * 5 + x] = 1;
  return pixels;
}

function brightest(pixels: Float32Array): [x: number, y: number] {
  const at = pixels.indexOf(Math.max(...pixels));
  return [at % 5, Math.floor(at / 5)];
}

function moved(x: number, y: number, affine: Parameters<typeof affineRow>[0]): [number, number] {
  return brightest(distortImages(dot(x, y), new Float32Array(affineRow(affine)), SIZE));
}

function draw(augmentation: Partial<Augmentation>, count = 200): Float32Array {
  return drawDistortions({ id: "a", title: "a", ...augmentation }, { count, random: stream(1, "augment") });
}

/** The forward matrix of a row, whose entries are the inverse. */
function matrices(rows: Float32Array): [number, number, number, number][] {
  return Array.from({ length: rows.length / DISTORTION_SIZE }, (_, i) => {
    const [a = 0, b = 0, , c = 0, d = 0] = rows.subarray(i * DISTORTION_SIZE);
    const determinant = a * d - b * c;
    return [d / determinant, -b / determinant, -c / determinant, a / determinant];
  });
}

Deno.test("affineRow() shifts right and down, turns clockwise and mirrors left to right", () => {
  assert.deepEqual(moved(1, 2, { matrix: [1, 0, 0, 1], shift: [2, 1] }), [3, 3]);
  assert.deepEqual(moved(4, 2, { matrix: [0, -1, 1, 0], shift: [0, 0] }), [2, 4]);
  assert.deepEqual(moved(0, 1, { matrix: [-1, 0, 0, 1], shift: [0, 0] }), [4, 1]);
  assert.deepEqual(moved(3, 3, { matrix: [2, 0, 0, 2], shift: [0, 0] }), [4, 4]);
  assert.deepEqual(moved(2, 4, { matrix: [1, 0.5, 0, 1], shift: [0, 0] }), [3, 4]);
});

Deno.test("distortImages() interpolates between pixels, and has background beyond the edge", () => {
  const half = new Float32Array(affineRow({ matrix: [1, 0, 0, 1], shift: [0.5, 0] }));
  const pixels = distortImages(dot(1, 2), half, { ...SIZE, background: -1 });
  assert.deepEqual([...pixels.subarray(10, 15)], [-0.5, 0.5, 0.5, 0, 0]);
});

Deno.test("drawDistortions() stays inside its ranges, reaches all of them and draws different values", () => {
  const spread = (values: number[]) => [Math.min(...values), Math.max(...values)] as const;
  const within = (values: number[], low: number, high: number) => {
    const [least, most] = spread(values);
    assert.ok(low <= least && most <= high, `${least} to ${most}, not in ${low} to ${high}`);
    assert.ok(most - least > 0.9 * (high - low), `${least} to ${most} of ${low} to ${high}`);
  };
  const shifted = draw({ shift: 2 });
  within(Array.from({ length: 200 }, (_, i) => -shifted[i * DISTORTION_SIZE + 2]!), -2, 2);
  within(matrices(draw({ rotate: 10 })).map(([a, , c]) => Math.atan2(c, a) * 180 / Math.PI), -10, 10);
  within(matrices(draw({ scale: 1.25 })).map(([a]) => a), 0.8, 1.25);
  const squeezed = matrices(draw({ squeeze: 1.25 }));
  within(squeezed.map(([a]) => a), 0.8, 1.25);
  squeezed.forEach(([a, , , d]) => assert.ok(Math.abs(a * d - 1) < 1e-5));
  within(matrices(draw({ shear: 0.2 })).map(([, b]) => b), -0.2, 0.2);
  const mirrored = matrices(draw({ flip: 0.5 })).filter(([a]) => a < 0).length;
  assert.ok(70 < mirrored && mirrored < 130, `${mirrored} of 200 mirrored`);
});

Deno.test("distortImages() leaves images alone if nothing is drawn", () => {
  const rows = draw({}, 3);
  const pixels = Float32Array.from({ length: 75 }, (_, i) => i);
  assert.deepEqual(distortImages(pixels, rows, SIZE), pixels);
  assert.deepEqual(distortImages(pixels, noDistortions(3), SIZE), pixels);
});

Deno.test("distortImages() moves pixels by an elastic field that depends on seed and factor alone", () => {
  const size = { height: 28, width: 28, background: 0, elastic: { sigma: 4, alpha: 34 } };
  const pixels = Float32Array.from({ length: 784 }, (_, i) => i % 28);
  const rows = draw({ elastic: size.elastic }, 1);
  const bent = distortImages(pixels, rows, size);
  const inside = [...bent].map((value, i) => value - pixels[i]!).filter((_, i) => i % 28 > 6 && i % 28 < 21);
  const [least, most] = [Math.min(...inside), Math.max(...inside)];
  assert.ok(most - least > 1 && most - least < 12, `displaced by ${least} to ${most}`);
  const none = rows.slice();
  none[7] = 0;
  assert.deepEqual(distortImages(pixels, none, size), pixels);
  const other = rows.slice();
  other[6]! += 1;
  assert.notDeepEqual(distortImages(pixels, other, size), bent);
});

Deno.test("describeAugmentation() says the ranges in words", () => {
  const augmentation = { id: "a", title: "a", shift: 2, elastic: { sigma: 4, alpha: 34 }, pool: 10 };
  assert.equal(
    describeAugmentation(augmentation),
    "shift up to 2 px, elastic, sigma 4 px, alpha 34 px; a fixed pool of 10 versions",
  );
});
