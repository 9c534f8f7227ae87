/**
 * Work that TensorFlow.js has given to the WebGPU device: waiting for it and counting it.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";

/** The device of TensorFlow.js's current backend, which must be webgpu. */
export function currentDevice(): GPUDevice {
  // TensorFlow.js types the device with a package of its own: the same interface.
  return webGpuBackend().device as unknown as GPUDevice;
}

function webGpuBackend(): WebGPUBackend {
  return tf.backend() as WebGPUBackend;
}

/** Submits what TensorFlow.js has enqueued and not submitted yet. */
export function submitPending(backend: WebGPUBackend): void {
  backend.ensureCommandEncoderReady();
  // A command buffer with an open pass is refused as a whole, and its work is lost.
  backend.endComputePassEncoder();
  backend.submitQueue();
}

/** Resolves when the device has done what was submitted, or is lost, which {@linkcode Backend.check} reports. */
export async function submittedWorkDone({ queue }: WebGPUBackend): Promise<void> {
  await queue.onSubmittedWorkDone().catch(() => {});
}

/** Submits what TensorFlow.js has enqueued and waits until the device has done everything. */
export async function finishWork(): Promise<void> {
  submitPending(webGpuBackend());
  await currentDevice().queue.onSubmittedWorkDone();
}

/** Like {@linkcode finishWork}, on any backend and a lost device too. */
export async function allWorkDone(): Promise<void> {
  const backend = tf.backend();
  // The cpu backend has done everything by now.
  if (!(backend instanceof WebGPUBackend)) return;
  submitPending(backend);
  await submittedWorkDone(backend);
}

/** Dispatches that `work` enqueues. */
export function countDispatches(work: () => void): number {
  const encoder = GPUComputePassEncoder.prototype;
  const { dispatchWorkgroups } = encoder;
  let count = 0;
  encoder.dispatchWorkgroups = function (...sizes) {
    count++;
    dispatchWorkgroups.apply(this, sizes);
  };
  try {
    work();
  } finally {
    encoder.dispatchWorkgroups = dispatchWorkgroups;
  }
  return count;
}
