import assert from "node:assert/strict";
import { transpose } from "./transpose.ts";

Deno.test("transpose() exchanges rows and columns of every image, and is its own inverse", () => {
  const pixels = Uint8Array.from({ length: 24 }, (_, i) => i);
  const set = { count: 2, height: 2, width: 3, maps: 2, pixels, labels: Uint8Array.of(1, 2) };
  const turned = transpose(set);
  assert.deepEqual([turned.height, turned.width], [3, 2]);
  assert.deepEqual([...turned.pixels.subarray(0, 12)], [0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11]);
  assert.deepEqual(transpose(turned), set);
});
