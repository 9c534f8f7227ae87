/**
 * What the kernels' tests share: the tuned kernels, and one computation run on them and on the cpu backend. Not part of
 * the library.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import type { Backend } from "../device/backend.ts";
import { withBackend } from "../device/testing.ts";
import { TUNED_KERNELS } from "./mod.ts";

/** Makes its inputs on the current backend, so that no tensor has to move between backends. */
export type Computation = () => tf.Tensor[];

/** Runs `test` with a WebGPU device and the tuned kernels; fails on any error that the device reports meanwhile. */
export function withTunedKernels(test: (backend: Backend) => void | Promise<void>): Promise<void> {
  return withBackend("webgpu", async (backend) => {
    backend.useKernels(TUNED_KERNELS);
    await test(backend);
  });
}

/** Runs `compute` on `backend` and returns the values of its tensors, which are disposed of. */
export async function valuesOn(backend: "webgpu" | "cpu", compute: Computation): Promise<Values[]> {
  await tf.setBackend(backend);
  const tensors = tf.tidy(compute);
  const values: Values[] = [];
  for (const tensor of tensors) values.push({ shape: tensor.shape, data: Float32Array.from(await tensor.data()) });
  tf.dispose(tensors);
  return values;
}

/** A tensor's contents, off its backend. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * Asserts that the tuned kernels of `backend` compute what the cpu backend does: the same shapes, no value further off
 * than `tolerance` times the largest magnitude of its tensor (at least 1), and the same bits when run again. With
 * `isCovered`, asserts also that no call fell back to a stock kernel.
 */
export async function assertLikeCpu(
  compute: Computation,
  { backend: { fallbacks }, tolerance, isCovered = true }: {
    backend: Pick<Backend, "fallbacks">;
    tolerance: number;
    isCovered?: boolean;
  },
): Promise<void> {
  const before = new Map(fallbacks);
  const actual = await valuesOn("webgpu", compute);
  if (isCovered) assert.deepEqual(new Map(fallbacks), before, "a call fell back to a stock kernel");
  assert.deepEqual(await valuesOn("webgpu", compute), actual, "two runs differ");
  const expected = await valuesOn("cpu", compute);
  assert.deepEqual(actual.map(({ shape }) => shape), expected.map(({ shape }) => shape));
  actual.forEach(({ data }, t) => {
    const reference = expected[t]!.data;
    const scale = reference.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
    data.forEach((value, i) => {
      const error = Math.abs(value - reference[i]!) / scale;
      assert.ok(error <= tolerance, `output ${t}, element ${i}: ${value}, cpu ${reference[i]}`);
    });
  });
}

/** A tensor of `shape` with values between -1 and 1 that depend only on `seed` (Knuth's multiplicative generator). */
export function values(shape: readonly number[], seed: number): tf.Tensor {
  let state = seed * 2 + 1;
  const data = Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state / 2 ** 31 - 1;
  });
  return tf.tensor(data, [...shape]);
}

/** What must not be swallowed. */
export const NOT_FINITE = [NaN, Infinity, -Infinity] as const;

/** `finite`, or which of {@linkcode NOT_FINITE} a value is. */
export function kindOf(value: number): string {
  return Number.isFinite(value) ? "finite" : `${value}`;
}
