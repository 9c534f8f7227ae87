import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { Optimiser as OptimiserSpec } from "../suites/suite.ts";
import { createOptimiser } from "./optimiser.ts";
import { stream } from "../base/random.ts";
import { assertClose, gpuTest } from "./testing.ts";

const SHAPES = [[3, 4], [5]];
/** The step size changes from step to step, as schedules do. */
const STEP_SIZES = [0.1, 0.5, 0.2, 0.05];

/** w and v after every step, by the formula. */
function expectedWeights(initial: number[], gradients: readonly number[][], momentum: number): number[] {
  const weights = [...initial];
  const velocity = initial.map(() => 0);
  STEP_SIZES.forEach((stepSize, step) => {
    for (let k = 0; k < weights.length; k++) {
      velocity[k] = momentum * velocity[k]! + gradients[step]![k]!;
      weights[k]! -= stepSize * velocity[k]!;
    }
  });
  return weights;
}

const CASES: readonly { spec: OptimiserSpec; momentum: number }[] = [
  { spec: { kind: "sgd" }, momentum: 0 },
  { spec: { kind: "momentum", momentum: 0.9 }, momentum: 0.9 },
];

for (const { spec, momentum } of CASES) {
  gpuTest(`${spec.kind}: the formula's weights after ${STEP_SIZES.length} steps, and no tensor left`, async () => {
    const before = tf.memory().numTensors;
    const random = stream(1, spec.kind);
    const draw = (shape: number[]) => Array.from({ length: tf.util.sizeFromShape(shape) }, random.normal);
    const initial = SHAPES.map(draw);
    const gradients = STEP_SIZES.map(() => SHAPES.map(draw));
    const variables = SHAPES.map((shape, i) => tf.tidy(() => tf.variable(tf.tensor(initial[i]!, shape))));

    const optimiser = createOptimiser(spec, variables);
    const alive = tf.memory().numTensors;
    STEP_SIZES.forEach((stepSize, step) => {
      tf.tidy(() => optimiser.apply(SHAPES.map((shape, i) => tf.tensor(gradients[step]![i]!, shape)), stepSize));
      assert.equal(tf.memory().numTensors, alive, `tensors after step ${step}`);
    });
    for (const [i, variable] of variables.entries()) {
      const expected = expectedWeights(initial[i]!, gradients.map((step) => step[i]!), momentum);
      assertClose(await variable.data(), expected, { tolerance: 1e-6, what: `weight of variable ${i}` });
    }

    optimiser.dispose();
    assert.ok(variables.every((variable) => !variable.isDisposed), "the variables are the network's");
    tf.dispose(variables);
    assert.equal(tf.memory().numTensors, before);
  });
}
