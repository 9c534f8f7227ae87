/**
 * What tests on a device share. Not part of the library.
 *
 * @module
 */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { type Backend, type BackendName, startBackend } from "./backend.ts";

/** A test on the WebGPU adapter; without one it fails with the remedy and is never skipped. */
export function gpuTest(name: string, body: (backend: Backend) => void | Promise<void>): void {
  Deno.test(name, () => withBackend("webgpu", body));
}

/** A test on TensorFlow.js's cpu backend, for what does not depend on the device. */
export function cpuTest(name: string, body: (backend: Backend) => void | Promise<void>): void {
  Deno.test(name, () => withBackend("cpu", body));
}

/** Runs `body` on a backend of its own; fails on any error that the device reports meanwhile. */
export async function withBackend(
  name: BackendName,
  body: (backend: Backend) => void | Promise<void>,
): Promise<void> {
  const backend = await startBackend(name);
  // Otherwise the webgpu backend runs small operations on the CPU, and a test of its kernels tests nothing.
  if (name === "webgpu") tf.env().set("WEBGPU_CPU_FORWARD", false);
  try {
    await body(backend);
    // Errors arrive as events, after the work that caused them.
    await new Promise((resolve) => setTimeout(resolve, 0));
    backend.check();
  } finally {
    backend.stop();
  }
}

/**
 * Calls `body` while a device has room for `bytes` in buffers: a buffer that does not fit is invalid, and the device
 * reports that it is out of memory. A test can't use up the memory of a real device: on a software adapter, that is the
 * machine's own, and the test would be killed.
 */
export async function withDeviceMemory(bytes: number, body: () => Promise<void>): Promise<void> {
  const { createBuffer } = GPUDevice.prototype;
  const { destroy } = GPUBuffer.prototype;
  const used = new WeakMap<GPUDevice, number>();
  const owners = new WeakMap<GPUBuffer, GPUDevice>();
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const taken = (used.get(this) ?? 0) + descriptor.size;
    if (taken > bytes) {
      const error = new GPUOutOfMemoryError("Not enough memory left");
      this.dispatchEvent(new GPUUncapturedErrorEvent("uncapturederror", { error }));
      return createBuffer.call(this, { ...descriptor, usage: 0 });
    }
    used.set(this, taken);
    const buffer = createBuffer.call(this, descriptor);
    owners.set(buffer, this);
    return buffer;
  };
  GPUBuffer.prototype.destroy = function () {
    const owner = owners.get(this);
    if (owner) used.set(owner, used.get(owner)! - this.size);
    owners.delete(this);
    destroy.call(this);
  };
  try {
    await body();
  } finally {
    GPUDevice.prototype.createBuffer = createBuffer;
    GPUBuffer.prototype.destroy = destroy;
  }
}

/**
 * Asserts that every value is within `tolerance` of the expected one, as a share of the largest magnitude expected (at
 * least 1): float32 sums of any order agree to a few 1e-7 of their largest terms.
 */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { tolerance, what = "value" }: { tolerance: number; what?: string },
): void {
  assert.equal(actual.length, expected.length, `${what}: number of values`);
  const scale = Array.from(expected).reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!);
    // Written so that NaN fails.
    if (!(difference <= tolerance * scale)) {
      assert.fail(`${what} ${i} is ${actual[i]}, expected ${expected[i]} +-${tolerance * scale}`);
    }
  }
}
