import { createHash } from "node:crypto";
import { UserError } from "../../../base/errors.ts";
import { fuzzBytes } from "../../../base/fuzz.ts";
import { decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";

const SHA256_BYTES = 32;

const CHECKPOINT = encodeCheckpoint({
  key: { trial: "a/b/1", seed: 1 },
  epochs: [{ epoch: 1, learningRate: 0.1, trainLoss: 2, trainErrorPct: 50, seconds: 1 }],
  firstStepSeconds: 1,
  compileSeconds: 0.5,
  validationSeconds: 0.5,
  peakBytes: 100,
  dropout: [1, 2, 3, 4],
  gradients: [],
  weights: new Float32Array([1, 2, 3]),
  velocities: new Float32Array([4]),
  best: { epoch: 1, errors: 7, weights: new Float32Array([1, 2, 3]) },
});

/** Sealed anew, or nothing would come past the checksum. */
function sealed(contents: Uint8Array): Uint8Array {
  const checksum = createHash("sha256").update(contents).digest();
  return Uint8Array.from([...contents, ...checksum]);
}

function decode(bytes: Uint8Array): void {
  if (!decodeCheckpoint(bytes)) throw new UserError('"checkpoint" is damaged');
}

Deno.test("decodeCheckpoint() rejects a damaged checkpoint, and allocates nothing on its word", () =>
  fuzzBytes({ name: "checkpoint", valid: [CHECKPOINT], parse: decode, reaches: [/damaged/] }));

Deno.test("decodeCheckpoint() rejects a damaged checkpoint with a valid checksum", () =>
  fuzzBytes({
    name: "checkpoint",
    valid: [CHECKPOINT.subarray(0, -SHA256_BYTES)],
    parse: (contents) => decode(sealed(contents)),
    reaches: [/damaged/],
  }, { header: 29 }));
