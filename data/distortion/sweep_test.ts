import assert from "node:assert/strict";
import type { ImageSet } from "../dataset.ts";
import { sweepImages } from "./sweep.ts";

/** Four images with one full pixel each, right of and below the centre. */
function dots(): ImageSet {
  const pixels = new Uint8Array(4 * 49);
  for (let image = 0; image < 4; image++) pixels[image * 49 + 4 * 7 + 4] = 255;
  return { count: 4, height: 7, width: 7, maps: 1, pixels, labels: new Uint8Array([1, 2, 3, 4]) };
}

function places({ pixels, count }: ImageSet): [number, number][] {
  return Array.from({ length: count }, (_, image) => {
    const at = pixels.subarray(image * 49, (image + 1) * 49).indexOf(255);
    return [at % 7, Math.floor(at / 7)];
  });
}

Deno.test("sweepImages() shifts right, left, down and up in turn, and keeps labels", () => {
  const shifted = sweepImages(dots(), { kind: "shift", amount: 2 });
  assert.deepEqual(places(shifted), [[6, 4], [2, 4], [4, 6], [4, 2]]);
  assert.deepEqual(shifted.labels, dots().labels);
});

Deno.test("sweepImages() rotates both ways, and scales about the centre", () => {
  assert.deepEqual(places(sweepImages(dots(), { kind: "rotate", amount: 90 })), [[2, 4], [4, 2], [2, 4], [4, 2]]);
  assert.deepEqual(places(sweepImages(dots(), { kind: "scale", amount: 2 }))[0], [5, 5]);
});

Deno.test("sweepImages() leaves every byte alone without distortion", () => {
  for (const [kind, amount] of [["shift", 0], ["rotate", 0], ["scale", 1], ["noise", 0]] as const) {
    assert.deepEqual(sweepImages(dots(), { kind, amount }).pixels, dots().pixels, kind);
  }
});

Deno.test("sweepImages() adds noise to images of several maps, and refuses to move them", () => {
  const coloured = { ...dots(), count: 1, maps: 4 };
  for (const kind of ["shift", "rotate", "scale"] as const) {
    assert.throws(() => sweepImages(coloured, { kind, amount: 1 }), /^RangeError: Cannot distort images of "4" maps/);
  }
  assert.equal(sweepImages(coloured, { kind: "noise", amount: 50 }).pixels.length, 4 * 49);
});

Deno.test("sweepImages() inverts about as many pixels as its noise says, the same ones every time", () => {
  const [pixels, labels] = [new Uint8Array(7840), new Uint8Array(10)];
  const set: ImageSet = { count: 10, height: 28, width: 28, maps: 1, pixels, labels };
  const noisy = sweepImages(set, { kind: "noise", amount: 10 }).pixels;
  const inverted = noisy.filter((byte) => byte === 255).length;
  assert.ok(680 < inverted && inverted < 890, `${inverted} of 7840`);
  assert.deepEqual(sweepImages(set, { kind: "noise", amount: 10 }).pixels, noisy);
});
