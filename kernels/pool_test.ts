import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { assertLikeCpu, values, withTunedKernels } from "./testing.ts";

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
  Deno.test(`${name} gives the cpu backend's values, and its gradient where windows don't overlap`, () =>
    withTunedKernels(() =>
      fc.assert(
        fc.asyncProperty(geometry, ({ shape, window, strides, pad }) => {
          const isDisjoint = window[0] <= strides[0] && window[1] <= strides[1];
          return assertLikeCpu(() => {
            const x = values(shape, 1);
            const apply = (x: tf.Tensor) => pool(x as tf.Tensor4D, window, strides, pad);
            const y = apply(x);
            return isDisjoint ? [y, tf.grad(apply)(x, values(y.shape, 2))] : [y];
          }, { tolerance: 1e-6 });
        }),
        { numRuns: 15, seed: 4 },
      )
    ));
}

Deno.test("equal maxima: the first in the window takes the gradient", () =>
  withTunedKernels(() =>
    assertLikeCpu(
      () => [tf.grad((x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, 2, 2, "valid"))(tf.ones([1, 4, 4, 2]))],
      {
        tolerance: 0,
      },
    )
  ));
