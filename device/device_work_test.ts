import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { countDispatches, finishWork } from "./device_work.ts";
import { gpuTest } from "./testing.ts";

gpuTest("countDispatches() counts while the work runs, and no longer", () => {
  const x = tf.ones([64, 64]);
  const { dispatchWorkgroups } = GPUComputePassEncoder.prototype;
  const count = countDispatches(() => {
    for (let i = 0; i < 3; i++) tf.neg(x).dispose();
  });
  assert.equal(count, 3);
  assert.equal(GPUComputePassEncoder.prototype.dispatchWorkgroups, dispatchWorkgroups);
  assert.throws(() =>
    countDispatches(() => {
      throw new Error("in the middle");
    })
  );
  assert.equal(GPUComputePassEncoder.prototype.dispatchWorkgroups, dispatchWorkgroups);
  x.dispose();
});

gpuTest("finishWork() submits what TensorFlow.js holds back, and waits for it", async () => {
  const x = tf.tidy(() => tf.add(tf.ones([2, 2]), 1));
  await finishWork();
  // Nothing is pending that this read could bring to an end.
  assert.deepEqual([...await x.data()], [2, 2, 2, 2]);
  x.dispose();
});
