import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { assertClose, gpuTest } from "../../device/testing.ts";
import { ACTIVATIONS } from "./activations.ts";
import type { Activation } from "./spec.ts";

/** Off 0, where ReLU has a kink. */
const POINTS = [-4, -2, -1, -0.5, -0.1, 0.1, 0.5, 1, 2, 4];

const FORMULAS: Readonly<Record<Activation, (x: number) => number>> = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  leaky_relu: (x) => x < 0 ? 0.01 * x : x,
  elu: (x) => x < 0 ? Math.exp(x) - 1 : x,
  softplus: (x) => Math.log(1 + Math.exp(x)),
  tanh: Math.tanh,
  scaled_tanh: (x) => 1.7159 * Math.tanh(2 * x / 3),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
};

for (const [name, formula] of Object.entries(FORMULAS) as [Activation, (x: number) => number][]) {
  gpuTest(`ACTIVATIONS.${name} follows its formula, and has the derivative of finite differences`, async () => {
    const f = ACTIVATIONS[name];
    const h = 1e-5;
    const x = tf.tensor1d(POINTS);
    const derivative = tf.grad((x: tf.Tensor) => tf.sum(f(x)))(x);
    assertClose(await f(x).data(), POINTS.map(formula), { tolerance: 1e-6, what: "f" });
    assertClose(
      await derivative.data(),
      POINTS.map((x) => (formula(x + h) - formula(x - h)) / (2 * h)),
      { tolerance: 2e-6, what: "f'" },
    );
  });
}

gpuTest("ACTIVATIONS.scaled_tanh is 1 at 1, -1 at -1, and bounded by 1.7159 (LeCun 1998, appendix A)", async () => {
  const values = await ACTIVATIONS.scaled_tanh(tf.tensor1d([1, -1, 20, -20])).data();
  // 1.7159 and 2/3 are rounded: 1.7159 tanh(2/3) is 1.00000 to five places.
  assertClose(values, [1, -1, 1.7159, -1.7159], { tolerance: 1e-5 });
});

Deno.test("ACTIVATIONS.scaled_tanh has its largest second derivative at +-1 (LeCun 1998, appendix A)", () => {
  const f = FORMULAS.scaled_tanh;
  const second = (x: number) => Math.abs(f(x + 1e-3) - 2 * f(x) + f(x - 1e-3)) / 1e-6;
  const points = Array.from({ length: 300 }, (_, i) => i / 100);
  const largest = points.reduce((best, x) => second(x) > second(best) ? x : best, 0);
  assert.ok(Math.abs(largest - 1) < 0.02, `largest at ${largest}`);
});
