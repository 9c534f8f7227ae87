import assert from "node:assert/strict";
import { INK_BLOCK, inkOf, settleSums, startSums } from "./ink.ts";

Deno.test("inkOf() lists the pixels with ink, filled up to whole blocks", () => {
  assert.deepEqual([...inkOf(Uint8Array.of(0, 7, 0, 255))], [INK_BLOCK, 256 + 7, 3 * 256 + 255, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual([...inkOf(new Uint8Array(5))], [0]);
  assert.equal(inkOf(new Uint8Array(784).fill(1)).length, 1 + 784);
});

const SUMS = {
  inputs: 2,
  units: 2,
  parameters: 1,
  background: -0.5,
  weightSums: 0,
  stepSums: 2,
  pending: 4,
  inkSteps: 6,
};

Deno.test("startSums() adds up each unit's weights and steps, and leaves nothing pending", () => {
  const scratch = new Float32Array(8).fill(9);
  startSums(SUMS, {
    parameters: Float32Array.of(100, 1, 2, 3, 4, 100),
    steps: Float32Array.of(100, 0.25, 0.5, 0.25, 0.5, 100),
    scratch,
  });
  assert.deepEqual([...scratch], [4, 6, 0.5, 1, 0, 0, 9, 9]);
});

Deno.test("settleSums() takes the background's steps, each times its unit's pending gradients", () => {
  const parameters = Float32Array.of(100, 1, 2, 3, 4, 100);
  settleSums(SUMS, {
    parameters,
    steps: Float32Array.of(100, 0.25, 0.5, 0.5, 0.25, 100),
    scratch: Float32Array.of(0, 0, 0, 0, 8, -4, 0, 0),
  });
  // w + 0.5 * step * pending
  assert.deepEqual([...parameters], [100, 2, 1, 5, 3.5, 100]);
});
