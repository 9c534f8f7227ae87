import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { assertLikeCpu, values, withTunedKernels } from "../testing.ts";
import { runForTwo } from "../wgsl/run.ts";

// 4096 values between -1 and 1 make partial sums of some tens, rounded to 24 bits some hundred times; the cpu backend
// adds in 53 bits. A row too many or too few would show as about 0.5.
const TOLERANCE = 4e-5;

Deno.test("Sum over leading axes, or all, matches the cpu backend", () =>
  withTunedKernels((backend) =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(1, 3, 64, 127, 1000, 4096),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 17 }),
        fc.boolean(),
        (first, second, third, keepDims) =>
          assertLikeCpu(() => {
            const x = values([first, second, third], 1);
            return [tf.sum(x, 0, keepDims), tf.sum(x, [0, 1], keepDims), tf.sum(x, undefined, keepDims)];
          }, { backend, tolerance: TOLERANCE }),
      ),
      { numRuns: 12, seed: 5 },
    )
  ));

Deno.test("SplitColumnSum sums two tensors that lie in the same rows", () =>
  withTunedKernels((backend) =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(1, 2, 103, 255, 256, 400),
        fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 8 })),
        fc.integer({ min: 1, max: 9 }),
        (rows, firstShape, second) =>
          assertLikeCpu(() => {
            const first = tf.util.sizeFromShape(firstShape);
            const x = values([rows, first + second], 1) as tf.Tensor2D;
            return tf.getBackend() === "webgpu"
              ? runForTwo("SplitColumnSum", { x }, { firstShape, secondShape: [second] })
              : tf.split(tf.sum(x, 0), [first, second]).map((sum, i) => i === 0 ? tf.reshape(sum, firstShape) : sum);
          }, { backend, tolerance: TOLERANCE }),
      ),
      { numRuns: 16, seed: 9 },
    )
  ));

Deno.test("Sum falls back to the stock kernel over a trailing axis", () =>
  withTunedKernels((backend) =>
    assertLikeCpu(() => [tf.sum(values([5, 7], 1), 1)], { backend, tolerance: TOLERANCE, isCovered: false })
  ));
