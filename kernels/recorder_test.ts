import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import assert from "node:assert/strict";
import { submitPending } from "../device/device_work.ts";
import { gpuTest } from "../device/testing.ts";
import { record } from "./recorder.ts";
import { updateInPlace } from "./training/optimiser_step.ts";
import { bufferOf } from "./wgsl/enqueue.ts";

const backend = () => tf.backend() as WebGPUBackend;

/** What is on the device now; TensorFlow.js would keep what it has read once. */
async function contents(tensor: tf.Tensor): Promise<number[]> {
  return [...new Float32Array(await backend().getBufferData(bufferOf(backend(), tensor) as never))];
}

gpuTest("replay() does the recorded work on the tensors' current contents; record() runs nothing", async () => {
  const total = tf.tensor1d([0, 0, 0]);
  const x = tf.tensor1d([1, 2, 3]);
  const minusOne = tf.tensor1d([-1]);
  for (const tensor of [total, x, minusOne]) bufferOf(backend(), tensor);
  const before = tf.memory().numTensors;
  // total += 2 x + 5, where 5 is a constant that TensorFlow.js uploads while it is being recorded.
  const recording = record(backend(), () =>
    tf.tidy(() => {
      const gradient = tf.add(tf.mul(x, tf.scalar(2)), tf.tensor1d([5, 5, 5]));
      updateInPlace(backend(), [{ variable: total, gradient, decay: 0 }], { momentum: 0, control: minusOne });
    }));
  assert.equal(tf.memory().numTensors, before);
  assert.equal(recording.dispatches, 3);
  assert.deepEqual(await contents(total), [0, 0, 0]);
  recording.replay();
  recording.replay();
  assert.deepEqual(await contents(total), [14, 18, 22]);
  // Other work between replays takes none of the recording's buffers.
  tf.tidy(() => [tf.add(x, 1), tf.mul(x, 7), tf.add(x, 9)].map((tensor) => tf.square(tensor)));
  submitPending(backend());
  backend().queue.writeBuffer(bufferOf(backend(), x) as never, 0, new Float32Array([10, 10, 10]));
  recording.replay();
  assert.deepEqual(await contents(total), [39, 43, 47]);
  recording.dispose();
  tf.dispose([total, x, minusOne]);
});

gpuTest("record() refuses work that can't be replayed, and leaves the backend as it was", async () => {
  const x = tf.tensor1d([1, 2]);
  await x.data();
  bufferOf(backend(), x);
  assert.throws(() => record(backend(), () => tf.add(x, 1)), /must dispose of its tensors; it kept 1/);
  assert.throws(() => record(backend(), () => x.dispose()), /disposed of a tensor that it had not made/);
  assert.throws(
    () =>
      record(backend(), () =>
        tf.tidy(() => {
          tf.square(tf.add(x, 3));
          throw new Error("the work's own");
        })),
    /the work's own/,
  );
  const y = tf.add(x, 1);
  assert.deepEqual([...await y.data()], [2, 3]);
});
