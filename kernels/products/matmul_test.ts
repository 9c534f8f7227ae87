import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { assertLikeCpu, values, withTunedKernels } from "../testing.ts";
import { runForTwo } from "../wgsl/run.ts";

const size = fc.oneof(fc.integer({ min: 1, max: 21 }), fc.constantFrom(1, 10, 64, 84));
const TOLERANCE = 2e-6;

Deno.test("BatchMatMul matches the cpu backend in all four transposed forms", () =>
  withTunedKernels((backend) =>
    fc.assert(
      fc.asyncProperty(size, size, size, fc.boolean(), fc.boolean(), (rows, inner, columns, transposeA, transposeB) =>
        assertLikeCpu(() => {
          const a = values(transposeA ? [inner, rows] : [rows, inner], 1) as tf.Tensor2D;
          const b = values(transposeB ? [columns, inner] : [inner, columns], 2) as tf.Tensor2D;
          return [tf.matMul(a, b, transposeA, transposeB)];
        }, { backend, tolerance: TOLERANCE })),
      { numRuns: 30, seed: 1 },
    )
  ));

Deno.test("_FusedMatMul adds the bias, then applies the activation", () =>
  withTunedKernels((backend) =>
    fc.assert(
      fc.asyncProperty(size, size, size, fc.constantFrom("linear" as const, "relu" as const), (m, k, n, activation) =>
        assertLikeCpu(() => {
          const [a, b] = [values([m, k], 1) as tf.Tensor2D, values([k, n], 2) as tf.Tensor2D];
          return [tf.fused.matMul({ a, b, bias: values([n], 3), activation })];
        }, { backend, tolerance: TOLERANCE })),
      { numRuns: 8, seed: 2 },
    )
  ));

Deno.test("DenseParameterGradients are the product and the sum over the batch that the cpu backend computes", () =>
  withTunedKernels((backend) =>
    fc.assert(
      fc.asyncProperty(size, fc.oneof(size, fc.constantFrom(255, 256, 300)), size, (inputs, images, units) =>
        assertLikeCpu(() => {
          const [x, dy] = [values([images, inputs], 1) as tf.Tensor2D, values([images, units], 2) as tf.Tensor2D];
          return tf.getBackend() === "webgpu"
            ? runForTwo("DenseParameterGradients", { x, dy }, {})
            : [tf.matMul(x, dy, true, false), tf.sum(dy, 0)];
        }, { backend, tolerance: TOLERANCE })),
      { numRuns: 16, seed: 8 },
    )
  ));

Deno.test("BatchMatMul falls back to the stock kernel for stacks of matrices", () =>
  withTunedKernels((backend) =>
    assertLikeCpu(() => [tf.matMul(values([2, 3, 4], 1), values([2, 4, 5], 2))], {
      backend,
      tolerance: TOLERANCE,
      isCovered: false,
    })
  ));
