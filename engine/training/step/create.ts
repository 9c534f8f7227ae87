/**
 * Chooses the form of a network's training step.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { Backend } from "../../../device/backend.ts";
import type { Network } from "../../../models/network/network.ts";
import { EagerStep } from "./eager.ts";
import { RecordedStep } from "./recorded.ts";
import type { StepOptions, TrainingStep } from "./step.ts";

/** A training step of `network`, which was built on `backend`: recorded with tuned kernels, else eager. */
export function createTrainingStep(
  network: Network,
  { backend, ...options }: StepOptions & { readonly backend: Pick<Backend, "kernels"> },
): TrainingStep {
  return backend.kernels === "stock"
    ? new EagerStep(network, options)
    : new RecordedStep(network, { ...options, backend: tf.backend() as WebGPUBackend });
}
