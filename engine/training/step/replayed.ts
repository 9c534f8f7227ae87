/**
 * Work on tensors that is repeated many times, like a training step.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { submitPending } from "../../../device/device_work.ts";
import { record, type Recording } from "../../../kernels/recorder.ts";

/** Work on the current webgpu backend. */
export interface Replayed {
  /** Enqueues it once. */
  readonly run: () => void;
  readonly dispose: () => void;
}

/**
 * The first run goes through TensorFlow.js, which compiles the programs and uploads what is not on the device yet; the
 * second is recorded; from then on the recording is replayed.
 *
 * @param work Disposes of all tensors that it makes.
 */
export function replayed(work: () => void): Replayed {
  const backend = tf.backend() as WebGPUBackend;
  let isWarm = false;
  let recording: Recording | undefined;
  return {
    run() {
      if (isWarm) {
        recording ??= record(backend, work);
        recording.replay();
      } else {
        work();
        submitPending(backend);
        isWarm = true;
      }
    },
    dispose: () => recording?.dispose(),
  };
}
