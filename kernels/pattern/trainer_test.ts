import assert from "node:assert/strict";
import { stream } from "../../base/random.ts";
import { currentDevice } from "../../device/device_work.ts";
import { fullyConnected } from "../../models/fully_connected.ts";
import { withTunedKernels } from "../testing.ts";
import { patternProgram } from "./program.ts";
import { patternThreads } from "./threads.ts";
import { PatternTrainer } from "./trainer.ts";

Deno.test("PatternTrainer trains several seeds in one dispatch to the same bytes as each alone", () =>
  withTunedKernels(async (backend) => {
    // 746 parameters, which are not whole vectors.
    const program = patternProgram({
      model: { ...fullyConnected([8], "tests"), input: [9, 9, 1] },
      hidden: "scaled_tanh",
      output: "scaled_tanh",
      loss: "squared_error",
      errorFactor: 0.5,
      pixels: { background: -0.1, foreground: 1.175 },
    }, patternThreads(backend));
    const random = stream(1, "test");
    const patterns = {
      count: 5,
      pixels: Uint8Array.from({ length: 5 * 81 }, () => Math.max(0, Math.floor(512 * random.uniform()) - 256)),
      labels: Uint8Array.of(1, 0, 3, 9, 2),
    };
    const seeds = [1, 2, 3].map((seed) => ({
      order: stream(seed, "order").shuffle(patterns.count),
      weights: Float32Array.from({ length: program.parameters }, () => random.normal() / 4),
      steps: Float32Array.from({ length: program.parameters }, () => 0.01 * random.uniform()),
    }));
    const train = async (cohort: typeof seeds) => {
      const orders = cohort.map(({ order }) => order);
      const trainer = new PatternTrainer(currentDevice(), { program, patterns, orders });
      trainer.setParameters(joined(cohort.map(({ weights }) => weights)));
      const pass = () => {
        trainer.startPass(joined(cohort.map(({ steps }) => steps)));
        trainer.run(patterns.count);
        return trainer.finishPass();
      };
      await pass();
      const result = await pass();
      trainer.dispose();
      return result;
    };
    const alone = [];
    for (const seed of seeds) alone.push(await train([seed]));
    const together = await train(seeds);
    assert.deepEqual(together.parameters, joined(alone.map(({ parameters }) => parameters)));
    assert.deepEqual(together.metrics, joined(alone.map(({ metrics }) => metrics)));
    assert.ok(together.parameters.every(Number.isFinite));
    assert.notDeepEqual(together.parameters, joined(seeds.map(({ weights }) => weights)));
  }));

function joined(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  return Float32Array.from(parts.flatMap((part) => [...part]));
}
