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

/**
 * For networks of the same kind on `backend`, TensorFlow.js's current one, with tuned kernels: all of them take a
 * pattern in one dispatch. Step sizes and results are those of one network after the other.
 *
 * @param options.orders The order of each network's patterns, all of the same length.
 */
export async function createDeviceUpdates(
  networks: readonly Network[],
  { set, orders, recipe, errorFactor, backend }: Omit<PatternUpdatesOptions, "order"> & {
    readonly orders: readonly Uint32Array[];
    readonly backend: Pick<Backend, "lanes" | "adapter">;
  },
): Promise<PatternUpdates> {
  const program = patternProgram({ ...recipe, model: networks[0]!.spec, errorFactor }, patternThreads(backend));
  const trainer = new PatternTrainer(currentDevice(), { program, patterns: set, orders });
  const first = new Float32Array(networks.length * program.parameters);
  for (const [i, network] of networks.entries()) first.set(await readWeights(network), i * program.parameters);
  trainer.setParameters(first);
  return {
    startPass: (steps) => trainer.startPass(steps),
    setImages: (set) => trainer.setPatterns(set),
    run: (count) => trainer.run(count),
    finished: () => allWorkDone(),
    async finishPass(): Promise<StepMetrics[]> {
      const { parameters, metrics } = await trainer.finishPass();
      const size = program.parameters;
      networks.forEach((network, i) => writeWeights(network, parameters.subarray(i * size, (i + 1) * size)));
      return Array.from({ length: metrics.length / 2 }, (_, i) => ({
        loss: metrics[2 * i]!,
        wrong: metrics[2 * i + 1]!,
      }));
    },
    dispose: () => trainer.dispose(),
  };
}
