import assert from "node:assert/strict";
import fc from "fast-check";
import { assertClose } from "../../device/testing.ts";
import { numberedImages } from "../testing.ts";
import { chunks, emptyBatch, fillBatch } from "./batches.ts";

const VALUES = Float32Array.from({ length: 256 }, (_, byte) => byte / 10);

Deno.test("fillBatch() takes the images asked for, in order, bytes replaced by their values", () => {
  const set = numberedImages(30);
  const { pixels, labels } = fillBatch(emptyBatch(set, 4), set, {
    indices: Uint32Array.of(7, 29, 7, 0),
    values: VALUES,
  });
  assert.equal(pixels.length, 4 * 784);
  assertClose([0, 1, 2, 3].map((i) => pixels[i * 784]!), [0.7, 2.9, 0.7, 0], { tolerance: 1e-6 });
  assertClose([0, 1, 2, 3].map((i) => pixels[i * 784 + 783]!), [0.7, 2.9, 0.7, 0], { tolerance: 1e-6 });
  assert.deepEqual([...labels], [7, 9, 7, 0]);
});

Deno.test("fillBatch() keeps pixels row by row, and fills the first part of a batch with fewer images", () => {
  const set = {
    count: 1,
    height: 2,
    width: 3,
    maps: 1,
    pixels: Uint8Array.of(1, 2, 3, 4, 5, 6),
    labels: Uint8Array.of(4),
  };
  const { pixels, labels } = fillBatch(emptyBatch(set, 3), set, { indices: Uint32Array.of(0), values: VALUES });
  assertClose(pixels, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], { tolerance: 1e-6 });
  assert.deepEqual([...labels], [4]);
});

Deno.test("fillBatch() takes images of several maps whole, map by map within a pixel", () => {
  const set = {
    count: 2,
    height: 1,
    width: 2,
    maps: 3,
    pixels: Uint8Array.of(...Array(6).fill(9), 1, 2, 3, 4, 5, 6),
    labels: Uint8Array.of(4, 5),
  };
  const { pixels, labels } = fillBatch(emptyBatch(set, 1), set, { indices: Uint32Array.of(1), values: VALUES });
  assertClose(pixels, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], { tolerance: 1e-6 });
  assert.deepEqual([...labels], [5]);
});

Deno.test("chunks() cuts everything once and in order, all full except the last", () => {
  fc.assert(
    fc.property(fc.uint32Array({ maxLength: 50 }), fc.integer({ min: 1, max: 20 }), (order, size) => {
      const parts = [...chunks(order, size)];
      assert.deepEqual(parts.flatMap((part) => [...part]), [...order]);
      assert.ok(parts.slice(0, -1).every((part) => part.length === size));
      assert.ok(parts.every((part) => part.length > 0 && part.length <= size));
    }),
    { seed: 1 },
  );
});
