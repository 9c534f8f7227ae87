import assert from "node:assert/strict";
import { fitImages } from "../fit.ts";
import { syntheticColourDataset } from "./colour.ts";
import { syntheticDataset } from "./digits.ts";

const SIZES = { train: 100, test: 50 };
const { id, sha256, notice, train, test } = syntheticColourDataset(SIZES);

Deno.test("syntheticColourDataset() is always the same, and says what it is", () => {
  assert.equal(id, "synthetic-colour");
  assert.match(notice ?? "", /can't be compared with published/);
  assert.equal(sha256, "b0e4a9c9fbd88636877d1c88fe77ae007d495a8a487df54fb0591e86d0691848");
});

Deno.test("syntheticColourDataset() begins alike in every size", () => {
  const small = syntheticColourDataset({ train: 7, test: 3 });
  assert.deepEqual(small.train.pixels, train.pixels.subarray(0, 7 * 32 * 32 * 3));
  assert.deepEqual(small.test.pixels, test.pixels.subarray(0, 3 * 32 * 32 * 3));
});

Deno.test("syntheticColourDataset() pads each grey digit and gives it a colour of its own", () => {
  const grey = syntheticDataset(SIZES);
  for (const [coloured, digits] of [[train, grey.train], [test, grey.test]] as const) {
    const padded = fitImages(digits, "pad_to_32");
    assert.deepEqual(coloured.labels, digits.labels);
    assert.deepEqual([coloured.height, coloured.width, coloured.maps], [32, 32, 3]);
    const colours = Array.from({ length: coloured.count }, (_, image) => {
      const places = Array.from({ length: 32 * 32 }, (_, i) => image * 32 * 32 + i);
      const brightest = places.reduce((best, p) => padded.pixels[p]! > padded.pixels[best]! ? p : best);
      const shares = [0, 1, 2].map((map) => coloured.pixels[brightest * 3 + map]! / padded.pixels[brightest]!);
      for (const p of places) {
        shares.forEach((share, map) => {
          // Both were rounded by up to a half.
          assert.ok(Math.abs(coloured.pixels[p * 3 + map]! - share * padded.pixels[p]!) <= 1);
        });
      }
      assert.ok(Math.min(...shares) > 0.24 && Math.max(...shares) <= 1, `image ${image}: ${shares}`);
      return shares.join();
    });
    assert.equal(new Set(colours).size, coloured.count);
  }
});
