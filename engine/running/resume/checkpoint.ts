/**
 * An unfinished trial as one file: everything that the rest of its training depends on, at the end of an epoch.
 *
 * The bytes: {@linkcode MAGIC}; the length of the header as a little-endian 32-bit number; the header, JSON; the
 * weights, the velocities and the best epoch's weights as little-endian float32; SHA-256 of all that.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { z } from "zod";
import type { TrainingState } from "../../training/saved_state.ts";

/** Begins with the name of the format and ends with its version. */
const MAGIC = new TextEncoder().encode("lenet-bench checkpoint 2\n");
const SHA256_BYTES = 32;

const count = z.int().nonnegative();

const header = z.strictObject({
  key: z.record(z.string(), z.union([z.string(), z.number()])),
  epochs: z.array(z.strictObject({
    epoch: z.int().positive(),
    learningRate: z.number(),
    trainLoss: z.number(),
    trainErrorPct: z.number(),
    firstLosses: z.array(z.number()).exactOptional(),
    validationErrors: count.exactOptional(),
    testErrors: count.exactOptional(),
    network: z.int().positive().exactOptional(),
    filteredPatterns: count.exactOptional(),
    seconds: z.number().nonnegative(),
  })),
  firstStepSeconds: z.number().nonnegative(),
  compileSeconds: z.number().nonnegative(),
  validationSeconds: z.number().nonnegative(),
  peakBytes: count,
  dropout: z.array(z.int()).length(4),
  gradients: z.array(z.strictObject({
    moment: z.enum(["start", "end"]),
    parameter: z.string(),
    position: count,
    rms: z.number(),
  })),
  best: z.strictObject({ epoch: z.int().positive(), errors: count }).exactOptional(),
  /** How many numbers of each follow. */
  lengths: z.strictObject({ weights: count, velocities: count, bestWeights: count }),
});

type Header = z.infer<typeof header>;

/** A training's state, with what tells its trial from any other. */
export interface Checkpoint extends TrainingState, Readonly<Pick<Header, "key" | "gradients">> {}

/** The file's bytes. */
export function encodeCheckpoint({ weights, velocities, best, ...rest }: Checkpoint): Uint8Array<ArrayBuffer> {
  const bestWeights = best?.weights ?? new Float32Array();
  const text = new TextEncoder().encode(JSON.stringify(header.parse({
    ...rest,
    ...(best && { best: { epoch: best.epoch, errors: best.errors } }),
    lengths: { weights: weights.length, velocities: velocities.length, bestWeights: bestWeights.length },
  })));
  const arrays = [weights, velocities, bestWeights].map(({ buffer, byteOffset, byteLength }) =>
    new Uint8Array(buffer, byteOffset, byteLength)
  );
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, text.length, true);
  const contents = Buffer.concat([MAGIC, length, text, ...arrays]);
  return new Uint8Array(Buffer.concat([contents, sha256(contents)]));
}

/**
 * What {@linkcode encodeCheckpoint} was given.
 *
 * @returns undefined for a file that is cut off, damaged, or of another version.
 */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint | undefined {
  const contents = bytes.subarray(0, -SHA256_BYTES);
  if (!isSame(bytes.subarray(contents.length), sha256(contents))) return undefined;
  if (!isSame(contents.subarray(0, MAGIC.length), MAGIC)) return undefined;
  const { buffer, byteOffset, byteLength } = contents.subarray(MAGIC.length);
  if (byteLength < 4) return undefined;
  const textLength = new DataView(buffer, byteOffset).getUint32(0, true);
  const text = new TextDecoder().decode(contents.subarray(MAGIC.length + 4, MAGIC.length + 4 + textLength));
  const parsed = header.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const { lengths, best, ...rest } = parsed.data;
  // A copy, whose first byte is the first of its buffer.
  const floats = Uint8Array.from(contents.subarray(MAGIC.length + 4 + textLength));
  if (floats.length !== 4 * (lengths.weights + lengths.velocities + lengths.bestWeights)) return undefined;
  const numbers = new Float32Array(floats.buffer);
  const bestFrom = lengths.weights + lengths.velocities;
  return {
    ...rest,
    weights: numbers.slice(0, lengths.weights),
    velocities: numbers.slice(lengths.weights, bestFrom),
    ...(best && { best: { ...best, weights: numbers.slice(bestFrom) } }),
  };
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
