import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { stream } from "../../../base/random.ts";
import { assertClose, cpuTest, gpuTest } from "../../../device/testing.ts";
import { modelOf, randomNetwork } from "../../../models/network/testing.ts";
import type { BatchOptimiser } from "../../../recipes/recipe.ts";
import { createOptimiser, trainedVariables } from "./optimiser.ts";

const SHAPES = [[3, 4], [5]];
/** The step size changes from step to step, as schedules do. */
const STEP_SIZES = [0.1, 0.5, 0.2, 0.05];

/** w and v after every step, by the formula. */
function expectedWeights(
  initial: number[],
  gradients: readonly number[][],
  { momentum, decay }: { momentum: number; decay: number },
): number[] {
  const weights = [...initial];
  const velocity = initial.map(() => 0);
  STEP_SIZES.forEach((stepSize, step) => {
    for (let k = 0; k < weights.length; k++) {
      velocity[k] = momentum * velocity[k]! + gradients[step]![k]! + decay * weights[k]!;
      weights[k]! -= stepSize * velocity[k]!;
    }
  });
  return weights;
}

/** Of each variable. */
const DECAYS = [0.25, 0];

const CASES: readonly { spec: BatchOptimiser; momentum: number }[] = [
  { spec: { kind: "sgd" }, momentum: 0 },
  { spec: { kind: "momentum", momentum: 0.9 }, momentum: 0.9 },
];

for (const { spec, momentum } of CASES) {
  gpuTest(
    `apply() follows the formula of ${spec.kind} over ${STEP_SIZES.length} steps, and leaves no tensor`,
    async () => {
      const before = tf.memory().numTensors;
      const random = stream(1, spec.kind);
      const draw = (shape: number[]) => Array.from({ length: tf.util.sizeFromShape(shape) }, random.normal);
      const initial = SHAPES.map(draw);
      const gradients = STEP_SIZES.map(() => SHAPES.map(draw));
      const variables = SHAPES.map((shape, i) => tf.tidy(() => tf.variable(tf.tensor(initial[i]!, shape))));

      const optimiser = createOptimiser(spec, variables.map((variable, i) => ({ variable, decay: DECAYS[i]! })));
      const alive = tf.memory().numTensors;
      STEP_SIZES.forEach((stepSize, step) => {
        tf.tidy(() => optimiser.apply(SHAPES.map((shape, i) => tf.tensor(gradients[step]![i]!, shape)), stepSize));
        assert.equal(tf.memory().numTensors, alive, `tensors after step ${step}`);
      });
      for (const [i, variable] of variables.entries()) {
        const expected = expectedWeights(initial[i]!, gradients.map((step) => step[i]!), {
          momentum,
          decay: DECAYS[i]!,
        });
        assertClose(await variable.data(), expected, { tolerance: 1e-6, what: `weight of variable ${i}` });
      }

      optimiser.dispose();
      assert.ok(variables.every((variable) => !variable.isDisposed), "the variables are the network's");
      tf.dispose(variables);
      assert.equal(tf.memory().numTensors, before);
    },
  );
}

cpuTest("trainedVariables() decays weights, and nothing else", () => {
  const spec = modelOf([6, 6, 1], [
    { kind: "conv", name: "C1", maps: 2, kernel: 3, stride: 1, padding: 0, activation: "linear" },
    { kind: "batch_norm", name: "B1", activation: "hidden" },
    { kind: "subsample", name: "S1", size: 2, activation: "hidden" },
    { kind: "dense", name: "F1", units: 3, activation: "output" },
  ]);
  const network = randomNetwork(spec);
  const decaying = (recipe: { weightDecay?: number }) =>
    trainedVariables(network, recipe).map(({ decay }, i) => [network.parameters[i]!.name, decay] as const)
      .filter(([, decay]) => decay !== 0);
  assert.deepEqual(decaying({ weightDecay: 0.01 }), [["C1/weights", 0.01], ["F1/weights", 0.01]]);
  assert.deepEqual(decaying({}), []);
  network.dispose();
});
