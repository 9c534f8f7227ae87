import assert from "node:assert/strict";
import fc from "fast-check";
import { batch, chunks } from "./batches.ts";
import { assertClose, cpuTest, gpuTest, numberedImages } from "./testing.ts";

const VALUES = Float32Array.from({ length: 256 }, (_, byte) => byte / 10);

gpuTest("a batch holds the images asked for, in order, bytes replaced by their values", async () => {
  const { images, labels } = batch(numberedImages(30), Uint32Array.of(7, 29, 7, 0), { values: VALUES });
  assert.deepEqual(images.shape, [4, 28, 28, 1]);
  assert.deepEqual([labels.shape, labels.dtype], [[4], "int32"]);
  const pixels = await images.data();
  assertClose([0, 1, 2, 3].map((i) => pixels[i * 784]!), [0.7, 2.9, 0.7, 0], { tolerance: 1e-6 });
  assertClose([0, 1, 2, 3].map((i) => pixels[i * 784 + 783]!), [0.7, 2.9, 0.7, 0], { tolerance: 1e-6 });
  assert.deepEqual([...await labels.data()], [7, 9, 7, 0]);
});

cpuTest("pixels stay row by row", async () => {
  const set = { count: 1, height: 2, width: 3, pixels: Uint8Array.of(1, 2, 3, 4, 5, 6), labels: Uint8Array.of(4) };
  const { images } = batch(set, Uint32Array.of(0), { values: VALUES });
  assert.deepEqual(images.shape, [1, 2, 3, 1]);
  assertClose(await images.data(), [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], { tolerance: 1e-6 });
});

Deno.test("chunks: everything once and in order, all full but the last", () => {
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
