/**
 * How long one image takes.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { TUNED_KERNELS } from "../../../kernels/mod.ts";
import type { ModelSpec } from "../../../models/network/spec.ts";
import type { GpuTimingSuite } from "../../../suites/gpu_timing.ts";
import { buildNetwork } from "../../training/build_network.ts";
import { onFreshDevice } from "../kernel_sets.ts";
import { timedWork, type TimingOptions } from "../timed_work.ts";
import { timeOrNote } from "./group.ts";
import { type Measurement, randomTensor } from "./subject.ts";

/** One image: uploaded, classified as TensorFlow.js runs it, and the outputs read back. */
export async function timeLatency(
  model: ModelSpec,
  { recipe, timing }: Pick<GpuTimingSuite, "recipe"> & { readonly timing: TimingOptions },
): Promise<Measurement[]> {
  return await onFreshDevice(TUNED_KERNELS, async (backend) => {
    const network = buildNetwork({ model, recipe }, { seed: 0, backend });
    const image = randomTensor<tf.Rank.R4>([1, ...model.input]);
    const pixels = await image.data<"float32">();
    const [measured] = await timeOrNote([
      timedWork(model.title, async (runs) => {
        for (let i = 0; i < runs; i++) {
          const outputs = tf.tidy(() => network.forward(tf.tensor4d(pixels.slice(), [1, ...model.input])));
          await outputs.data();
          outputs.dispose();
        }
      }),
    ], timing);
    image.dispose();
    network.dispose();
    return [{
      kind: "latency",
      subject: model.id,
      title: model.title,
      phase: "forward",
      contender: backend.kernels,
      batch: 1,
      ...measured!,
    }];
  });
}
