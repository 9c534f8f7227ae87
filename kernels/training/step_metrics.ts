/** Writes a step's mean loss and number of errors into a row of an epoch's history, in place. @module */
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { type ProgramKind, runProgram } from "../wgsl/program.ts";
import type { TensorInfo } from "../wgsl/types.ts";

type StepMetrics = { readonly images: number; readonly steps: number };

const stepMetricsProgram: ProgramKind<StepMetrics> = {
  name: "stepMetrics",
  build: ({ images, steps }) => ({
    outputShape: [steps, 2],
    outputWidth: 2,
    inputs: [{ name: "losses", width: 2 }, { name: "control", width: 2 }],
    // A single thread: there are few images in a batch, and their order must stay the same.
    threads: 1,
    body: `
  var sum = vec2<f32>(0.0);
  for (var i = 0; i < ${images}; i++) { sum += losses[i]; }
  result[i32(control[0].y)] = sum / vec2<f32>(${images}.0, 1.0);`,
  }),
};

/**
 * Sums `losses` [images, 2] into row `control[1]` of `history` [steps, 2]: mean of the first column, sum of the second.
 *
 * @param control float32 [2]: the step size, which is not used here, and the step's row.
 */
export function recordStepMetrics(
  backend: WebGPUBackend,
  { losses, control, history }: { losses: TensorInfo; control: TensorInfo; history: TensorInfo },
): void {
  const specification = { images: losses.shape[0]!, steps: history.shape[0]! };
  runProgram(backend, stepMetricsProgram, { specification, inputs: [losses, control], output: history });
}
