import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";

const PLAIN: Checkpoint = {
  key: { trial: "suite/arm/1", seed: 1, commit: "abc" },
  epochs: [{ epoch: 1, learningRate: 0.1, trainLoss: 1 / 3, trainErrorPct: 12.5, seconds: 0.25 }],
  firstStepSeconds: 0.5,
  compileSeconds: 0.25,
  validationSeconds: 0.125,
  peakBytes: 1000,
  dropout: [-1, -2, 2 ** 31 - 1, -(2 ** 31)],
  gradients: [],
  weights: new Float32Array([1.5, -0, Infinity, 1e-45]),
  velocities: new Float32Array(),
};
const FULL: Checkpoint = {
  ...PLAIN,
  epochs: [{ ...PLAIN.epochs[0]!, validationErrors: 7, testErrors: 8, network: 2, filteredPatterns: 9 }],
  gradients: [{ moment: "start", parameter: "C1/weights", position: 0, rms: 0.001 }],
  velocities: new Float32Array([3, 4]),
  best: { epoch: 1, errors: 7, weights: new Float32Array([5, 6, 7]) },
};

Deno.test("decodeCheckpoint() reads what encodeCheckpoint() wrote, with and without what is optional", () => {
  for (const checkpoint of [PLAIN, FULL]) {
    assert.deepEqual(decodeCheckpoint(encodeCheckpoint(checkpoint)), checkpoint);
  }
});

Deno.test("decodeCheckpoint() reads any weights, bit by bit", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const weights = new Float32Array(bytes.slice(0, bytes.length & ~3).buffer);
      const read = decodeCheckpoint(encodeCheckpoint({ ...FULL, weights }));
      assert.deepEqual(new Uint8Array(read!.weights.buffer), new Uint8Array(weights.buffer));
    }),
    { seed: 1 },
  );
});

Deno.test("decodeCheckpoint() rejects a checkpoint that is cut off at any byte", () => {
  const bytes = encodeCheckpoint(FULL);
  for (let length = 0; length < bytes.length; length++) {
    assert.equal(decodeCheckpoint(bytes.slice(0, length)), undefined, `${length} bytes`);
  }
});

Deno.test("decodeCheckpoint() rejects a checkpoint with one bit flipped", () => {
  const bytes = encodeCheckpoint(FULL);
  for (let at = 0; at < bytes.length; at++) {
    const flipped = bytes.slice();
    flipped[at]! ^= 1 << at % 8;
    assert.equal(decodeCheckpoint(flipped), undefined, `byte ${at}`);
  }
});

/** `contents` as a file whose checksum is right, so that what is behind the checksum is tested. */
function sealed(contents: Uint8Array): Uint8Array {
  return Buffer.concat([contents, createHash("sha256").update(contents).digest()]);
}

Deno.test("decodeCheckpoint() rejects random bytes with a valid checksum", () => {
  const contents = encodeCheckpoint(FULL).subarray(0, -32);
  assert.deepEqual(decodeCheckpoint(sealed(contents)), FULL);
  for (let length = 0; length < contents.length; length++) {
    assert.equal(decodeCheckpoint(sealed(contents.slice(0, length))), undefined, `${length} bytes`);
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => assert.equal(decodeCheckpoint(sealed(bytes)), undefined)),
    { seed: 1 },
  );
  const magic = contents.subarray(0, 25);
  fc.assert(
    fc.property(fc.json(), (text) => {
      const json = new TextEncoder().encode(text);
      const length = new Uint8Array(new Uint32Array([json.length]).buffer);
      assert.equal(decodeCheckpoint(sealed(Buffer.concat([magic, length, json]))), undefined);
    }),
    { seed: 1 },
  );
});
