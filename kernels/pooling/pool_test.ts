import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { PLAIN } from "../../models/network/operations.ts";
import { TUNED } from "../operations.ts";
import { assertLikeCpu, values, withTunedKernels } from "../testing.ts";

const geometry = fc.record({
  shape: fc.tuple(
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 4, max: 11 }),
    fc.integer({ min: 4, max: 11 }),
    fc.constantFrom(1, 2, 3, 6, 8),
  ),
  window: fc.tuple(fc.integer({ min: 2, max: 3 }), fc.integer({ min: 1, max: 3 })),
  strides: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
  pad: fc.constantFrom("valid" as const, "same" as const),
});

for (const [name, pool] of [["maxPool", tf.maxPool], ["avgPool", tf.avgPool]] as const) {
  Deno.test(`${name}() and its gradient match the cpu backend`, () =>
    withTunedKernels((backend) =>
      fc.assert(
        fc.asyncProperty(geometry, ({ shape, window, strides, pad }) =>
          assertLikeCpu(() => {
            const x = values(shape, 1);
            const apply = (x: tf.Tensor) => pool(x as tf.Tensor4D, window, strides, pad);
            const y = apply(x);
            return [y, tf.grad(apply)(x, values(y.shape, 2))];
          }, { backend, tolerance: 1e-6 })),
        { numRuns: 25, seed: 4 },
      )
    ));
}

Deno.test("L2Pool and its gradient match the cpu backend, and are 0 for a window of zeros", () =>
  withTunedKernels((backend) =>
    fc.assert(
      fc.asyncProperty(geometry, ({ shape, window: [size], strides: [stride] }) =>
        assertLikeCpu(() => {
          // The first image is empty.
          const x = tf.mul(values(shape, 1), tf.cast(tf.range(0, shape[0]), "bool").as4D(shape[0], 1, 1, 1));
          const { pool } = tf.getBackend() === "webgpu" ? TUNED : PLAIN;
          const apply = (x: tf.Tensor) =>
            pool(x as tf.Tensor4D, { kind: "l2", size, stride, padding: 0, input: "linear" });
          const y = apply(x);
          return [y, tf.grad(apply)(x, values(y.shape, 2))];
        }, { backend, tolerance: 2e-6 })),
      { numRuns: 25, seed: 4 },
    )
  ));

for (const [size, stride] of [[2, 2], [3, 2], [3, 1]] as const) {
  Deno.test(`MaxPoolGrad passes the gradient to the first of equal maxima: ${size}x${size} windows, stride ${stride}`, () =>
    withTunedKernels((backend) =>
      assertLikeCpu(() => {
        // Few different values, so that most windows hold their maximum twice or more.
        const x = tf.round(values([2, 7, 7, 2], 3));
        const apply = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, size, stride, "valid");
        return [tf.grad(apply)(x, values(apply(x).shape, 2))];
      }, { backend, tolerance: 1e-6 })
    ));
}

Deno.test("AvgPool falls back to the stock kernel for windows too large to unroll", () =>
  withTunedKernels((backend) =>
    assertLikeCpu(() => {
      const x = values([1, 9, 9, 1], 1);
      const apply = (x: tf.Tensor) => tf.avgPool(x as tf.Tensor4D, 8, 1, "valid");
      return [tf.grad(apply)(x, values([1, 2, 2, 1], 2))];
    }, { backend, tolerance: 1e-6, isCovered: false })
  ));
