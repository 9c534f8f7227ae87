import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { deviceTime } from "./device_time.ts";
import { currentDevice } from "./device_work.ts";
import { gpuTest } from "./testing.ts";

gpuTest("deviceTime() is positive with time stamps, and undefined without them or without work", async () => {
  const x = tf.ones([256, 256]);
  const { beginComputePass } = GPUCommandEncoder.prototype;
  const ms = await deviceTime(() => tf.neg(x).dispose());
  if (currentDevice().features.has("timestamp-query")) assert.ok(ms! > 0);
  else assert.equal(ms, undefined);
  assert.equal(await deviceTime(() => {}), undefined);
  assert.equal(GPUCommandEncoder.prototype.beginComputePass, beginComputePass);
  x.dispose();
});
