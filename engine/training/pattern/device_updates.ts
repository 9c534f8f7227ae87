/**
 * Updates pattern by pattern with the project's own program, in which a pattern is one dispatch.
 *
 * @module
 */
import type { Backend } from "../../../device/backend.ts";
import { allWorkDone, currentDevice } from "../../../device/device_work.ts";
import { patternProgram } from "../../../kernels/pattern/program.ts";
import { patternThreads } from "../../../kernels/pattern/threads.ts";
import { PatternTrainer } from "../../../kernels/pattern/trainer.ts";
import type { Network } from "../../../models/network/network.ts";
import type { StepMetrics } from "../step/step.ts";
import { readWeights, writeWeights } from "../weights.ts";
import type { PatternUpdates, PatternUpdatesOptions } from "./updates.ts";

/** For networks on `backend`, TensorFlow.js's current one, with tuned kernels. */
export async function createDeviceUpdates(
  network: Network,
  { set, order, recipe, errorFactor, backend }: PatternUpdatesOptions & {
    readonly backend: Pick<Backend, "lanes" | "adapter">;
  },
): Promise<PatternUpdates> {
  const program = patternProgram({ ...recipe, model: network.spec, errorFactor }, patternThreads(backend));
  const trainer = new PatternTrainer(currentDevice(), { program, patterns: set, orders: [order] });
  trainer.setParameters(await readWeights(network));
  return {
    startPass: (steps) => trainer.startPass(steps),
    setImages: (set) => trainer.setPatterns(set),
    run: (count) => trainer.run(count),
    finished: () => allWorkDone(),
    async finishPass(): Promise<StepMetrics[]> {
      const { parameters, metrics } = await trainer.finishPass();
      writeWeights(network, parameters);
      return Array.from({ length: order.length }, (_, i) => ({ loss: metrics[2 * i]!, wrong: metrics[2 * i + 1]! }));
    },
    dispose: () => trainer.dispose(),
  };
}
