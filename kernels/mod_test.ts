import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { startBackend } from "../device/backend.ts";
import { watchFallbacks } from "../device/kernel_set.ts";
import { gpuTest } from "../device/testing.ts";
import { STOCK_KERNELS, TUNED_KERNELS } from "./mod.ts";
import { values, valuesOn, withTunedKernels } from "./testing.ts";

/** What the registry has for a kernel that is replaced, and for one that is added. */
const registered = () => ["BatchMatMul", "Distort"].map((name) => tf.getKernel(name, "webgpu")?.kernelFunc);

/** A product of stacks of matrices, which no tuned kernel covers. */
const stackedProduct = () => [tf.matMul(values([2, 3, 4], 1), values([2, 4, 5], 2))];

gpuTest("useKernels() alternates the sets of a backend, each with its own kernels", (backend) => {
  const stock = registered();
  assert.equal(stock[1], undefined);
  for (let round = 0; round < 2; round++) {
    backend.useKernels(TUNED_KERNELS);
    assert.equal(backend.kernels, "tuned");
    const tuned = registered();
    assert.ok(tuned[1] && tuned[0] !== stock[0]);
    backend.useKernels(TUNED_KERNELS);
    assert.deepEqual(registered(), tuned, "the same set again changes nothing");
    backend.useKernels(STOCK_KERNELS);
    assert.equal(backend.kernels, "stock");
    assert.deepEqual(registered(), stock);
  }
});

Deno.test("stop() restores the stock kernels", async () => {
  const stock = registered();
  const backend = await startBackend("webgpu", { kernels: TUNED_KERNELS });
  assert.equal(backend.kernels, "tuned");
  assert.notDeepEqual(registered(), stock);
  backend.stop();
  assert.equal(backend.kernels, "stock");
  assert.deepEqual(registered(), stock);
});

Deno.test("renew() keeps the kernels", () =>
  withTunedKernels(async (backend) => {
    const tuned = registered();
    await backend.renew();
    assert.equal(backend.kernels, "tuned");
    assert.deepEqual(registered(), tuned);
  }));

Deno.test("install() refuses a second backend while the first runs the tuned kernels", () =>
  withTunedKernels(() => {
    assert.throws(() => TUNED_KERNELS.install(() => {}), /Stop the backend that runs them first/);
  }));

Deno.test("startBackend() refuses tuned kernels on the cpu backend", async () => {
  await assert.rejects(startBackend("cpu", { kernels: TUNED_KERNELS }), /can't run "tuned" kernels/);
});

Deno.test("watchFallbacks() counts the calls of one backend that fell back since it was called", async () => {
  for (let start = 0; start < 2; start++) {
    await withTunedKernels(async (backend) => {
      assert.equal(backend.fallbacks.size, 0, "a backend's own");
      await valuesOn("webgpu", stackedProduct);
      const fallbacks = watchFallbacks(backend);
      assert.equal(fallbacks(), "");
      await valuesOn("webgpu", stackedProduct);
      await valuesOn("webgpu", stackedProduct);
      assert.equal(fallbacks(), "BatchMatMul (2)");
      assert.equal(backend.fallbacks.get("BatchMatMul"), 3);
    });
  }
});
