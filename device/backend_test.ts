import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { UserError } from "../base/errors.ts";
import { DeviceFault, startBackend } from "./backend.ts";
import { assertClose } from "./testing.ts";

/** The device of the running webgpu backend. */
function currentDevice(): GPUDevice {
  const backend = tf.backend();
  assert.ok(backend instanceof WebGPUBackend);
  // The package's own WebGPU types against Deno's.
  return backend.device as unknown as GPUDevice;
}

/** Device events arrive with the event loop. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

async function square(values: number[]): Promise<ArrayLike<number>> {
  // Large enough to stay on the device.
  const squares = tf.tidy(() => tf.square(tf.tensor1d(values)));
  const result = await squares.data();
  squares.dispose();
  return result;
}

const VALUES = Array.from({ length: 5000 }, (_, i) => i / 100);

Deno.test("startBackend() starts a device, describes it, and computes on it", async () => {
  const backend = await startBackend("webgpu");
  try {
    assert.equal(tf.getBackend(), "webgpu");
    assert.equal(backend.name, "webgpu");
    const { adapter } = backend;
    assert.ok(adapter.name.length > 0);
    assert.ok(adapter.kind === "software" || adapter.kind === "hardware");
    assert.ok(adapter.limits["maxStorageBufferBindingSize"]! >= 2 ** 27, "WebGPU's least");
    const { limits } = currentDevice();
    assert.equal(limits.maxStorageBufferBindingSize, adapter.limits["maxStorageBufferBindingSize"]);
    assert.equal(currentDevice().features.has("timestamp-query"), adapter.features.includes("timestamp-query"));
    assertClose(await square(VALUES), VALUES.map((x) => x * x), { tolerance: 1e-6 });
    backend.check();
  } finally {
    backend.stop();
  }
});

Deno.test("check() throws the first lines of a shader that does not compile", async () => {
  const backend = await startBackend("webgpu");
  try {
    currentDevice().createShaderModule({ code: "fn broken() { let x: i32 = oops; }" });
    await nextTurn();
    const isFault = (error: unknown) => error instanceof DeviceFault && /WebGPU reported: .*oops/.test(error.message);
    assert.throws(() => backend.check(), isFault);
    backend.check(); // Reported once: the next trial is not affected.
  } finally {
    backend.stop();
  }
});

Deno.test("check() throws for a TensorFlow.js program that does not compile, whose results are silently zeros", async () => {
  const backend = await startBackend("webgpu");
  try {
    const program = {
      shaderKey: "broken",
      outputShape: [VALUES.length],
      variableNames: ["x"],
      dispatchLayout: { x: [0] },
      dispatch: [1, 1, 1] as [number, number, number],
      workgroupSize: [1, 1, 1] as [number, number, number],
      getUserCode: () => "fn main(index : i32) { this is no WGSL; }",
    };
    const input = tf.tensor1d(VALUES);
    const info = (tf.backend() as WebGPUBackend).runWebGPUProgram(program, [input], "float32");
    const output = tf.engine().makeTensorFromTensorInfo(info);
    assert.ok((await output.data()).every((value) => value === 0));
    await nextTurn();
    assert.throws(() => backend.check(), DeviceFault);
    tf.dispose([input, output]);
  } finally {
    backend.stop();
  }
});

Deno.test("check() throws when the device is lost", async () => {
  const backend = await startBackend("webgpu");
  try {
    backend.check();
    currentDevice().destroy();
    await nextTurn();
    const isLost = (error: unknown) => error instanceof DeviceFault && error.lost && /was lost/.test(error.message);
    assert.throws(() => backend.check(), isLost);
    assert.throws(() => backend.check(), isLost, "once lost, always lost");
  } finally {
    backend.stop();
  }
});

Deno.test("startBackend() starts again after stop(), which is not reported as a fault", async () => {
  const first = await startBackend("webgpu");
  const device = currentDevice();
  await square(VALUES);
  first.stop();
  await nextTurn();
  first.check();
  const second = await startBackend("webgpu");
  try {
    assert.notEqual(currentDevice(), device);
    assertClose(await square(VALUES), VALUES.map((x) => x * x), { tolerance: 1e-6 });
    second.check();
  } finally {
    second.stop();
  }
});

Deno.test("renew() starts another device without the faults of the first", async () => {
  const backend = await startBackend("webgpu");
  try {
    const device = currentDevice();
    device.createShaderModule({ code: "no shader" });
    device.destroy();
    await nextTurn();
    await backend.renew();
    backend.check();
    assert.notEqual(currentDevice(), device);
    assertClose(await square(VALUES), VALUES.map((x) => x * x), { tolerance: 1e-6 });
    backend.check();
  } finally {
    backend.stop();
  }
});

Deno.test("renew() refuses an adapter of another name, and counts the device as lost", async () => {
  const backend = await startBackend("webgpu");
  const description = Object.getOwnPropertyDescriptor(GPUAdapterInfo.prototype, "description")!;
  Object.defineProperty(GPUAdapterInfo.prototype, "description", { ...description, get: () => "Another" });
  try {
    const isLost = (error: unknown) =>
      error instanceof DeviceFault && error.lost &&
      /only adapter "Another( through \w+)?" answers now/.test(error.message);
    await assert.rejects(backend.renew(), isLost);
    assert.throws(() => backend.check(), isLost);
  } finally {
    Object.defineProperty(GPUAdapterInfo.prototype, "description", description);
    backend.stop();
  }
});

Deno.test("startBackend() runs the cpu backend on request, labelled as no adapter", async () => {
  const backend = await startBackend("cpu");
  assert.equal(tf.getBackend(), "cpu");
  assert.deepEqual([backend.name, backend.adapter.kind, backend.adapter.name], ["cpu", "none", "TensorFlow.js cpu"]);
  assertClose(await square(VALUES), VALUES.map((x) => x * x), { tolerance: 1e-6 });
  backend.check();
  backend.stop();
});

Deno.test("startBackend() without an adapter fails with the remedy, and runs nothing in its place", async () => {
  const requestAdapter = navigator.gpu.requestAdapter;
  navigator.gpu.requestAdapter = () => Promise.resolve(null);
  try {
    await assert.rejects(
      startBackend("webgpu"),
      (error) =>
        error instanceof UserError && /No WebGPU adapter.*mesa-vulkan-drivers.*--backend cpu/.test(error.message),
    );
  } finally {
    navigator.gpu.requestAdapter = requestAdapter;
  }
});
