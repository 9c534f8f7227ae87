import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { fallbackCounts, installTunedKernels, uninstallTunedKernels } from "./mod.ts";
import { values, valuesOn, withTunedKernels } from "./testing.ts";

const kernel = () => tf.getKernel("BatchMatMul", "webgpu").kernelFunc;

Deno.test("installing twice and uninstalling twice leaves the stock kernels", () => {
  const stock = kernel();
  installTunedKernels();
  const tuned = kernel();
  installTunedKernels();
  assert.equal(kernel(), tuned);
  assert.notEqual(tuned, stock);
  uninstallTunedKernels();
  uninstallTunedKernels();
  assert.equal(kernel(), stock);
});

Deno.test("a call handed over to the stock kernel is counted", () =>
  withTunedKernels(async () => {
    const before = fallbackCounts().get("BatchMatMul") ?? 0;
    await valuesOn("webgpu", () => [tf.matMul(values([2, 3, 4], 1), values([2, 4, 5], 2))]);
    assert.equal(fallbackCounts().get("BatchMatMul"), before + 1);
  }));
