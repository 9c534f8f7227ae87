/** Writes a step's mean loss and number of errors into a row of an epoch's history, in place. @module */
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { type ProgramKind, runProgram } from "../wgsl/program.ts";
import type { TensorInfo } from "../wgsl/types.ts";

type StepMetrics = { readonly places: number; readonly steps: number };

const stepMetricsProgram: ProgramKind<StepMetrics> = {
  name: "stepMetrics",
  build: ({ places, steps }) => ({
    outputShape: [steps, 2],
    outputWidth: 2,
    inputs: [{ name: "losses", width: 2 }, { name: "control", width: 1 }],
    // A single thread: there are few images in a batch, and their order must stay the same.
    threads: 1,
    body: `
  let images = control[2];
  var sum = vec2<f32>(0.0);
  for (var i = 0; i < min(i32(images), ${places}); i++) { sum += losses[i]; }
  result[i32(control[1])] = sum / vec2<f32>(images, 1.0);`,
  }),
};

/**
 * Sums the first `control[2]` rows of `losses` [places, 2] into row `control[1]` of `history` [steps, 2]: mean of the
 * first column, sum of the second.
 *
 * @param control float32 [3]: the step size, which is not used here, the step's row, and the number of images.
 */
export function recordStepMetrics(
  backend: WebGPUBackend,
  { losses, control, history }: { losses: TensorInfo; control: TensorInfo; history: TensorInfo },
): void {
  const specification = { places: losses.shape[0]!, steps: history.shape[0]! };
  runProgram(backend, stepMetricsProgram, { specification, inputs: [losses, control], output: history });
}
