import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import fc from "fast-check";
import { assertClose, gpuTest } from "../../device/testing.ts";
import { values } from "../testing.ts";
import { updateInPlace } from "./optimiser_step.ts";

gpuTest("updateInPlace() updates any number of variables, with and without momentum and decay", async () => {
  const shape = fc.oneof(
    fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
    // Around the size from which on a variable has a dispatch of its own.
    fc.constantFrom([8191], [8192], [8193], [91, 91]),
  );
  await fc.assert(
    fc.asyncProperty(
      // More variables than one dispatch can bind, too.
      fc.array(shape, { minLength: 1, maxLength: 14 }),
      fc.constantFrom(0, 0.9),
      async (shapes, momentum) => {
        const updates = shapes.map((shape, i) => ({
          variable: values(shape, 3 * i),
          gradient: values(shape, 3 * i + 1),
          decay: i % 2 === 0 ? 0 : 0.25,
          ...(momentum > 0 && { velocity: values(shape, 3 * i + 2) }),
        }));
        const expected = updates.map(({ variable, gradient, velocity, decay }) => {
          const [w, g, v] = [variable, gradient, velocity].map((tensor) => tensor?.dataSync());
          const change = g!.map((g, k) => g + decay * w![k]! + momentum * (v?.[k] ?? 0));
          return { weights: w!.map((w, k) => w - Math.fround(0.3) * change[k]!), change };
        });
        const control = tf.tensor1d([0.3]);
        updateInPlace(tf.backend() as WebGPUBackend, updates, { momentum, control });
        for (const [i, { variable, velocity }] of updates.entries()) {
          assertClose(await variable.data(), expected[i]!.weights, { tolerance: 1e-6, what: `variable ${i}, element` });
          if (velocity) assertClose(await velocity.data(), expected[i]!.change, { tolerance: 1e-6, what: "velocity" });
        }
        tf.dispose([control, updates]);
      },
    ),
    { numRuns: 15, seed: 7 },
  );
});
