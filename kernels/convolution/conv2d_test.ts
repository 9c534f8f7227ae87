import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { assertLikeCpu, values, withTunedKernels } from "../testing.ts";
import { runForTwo } from "../wgsl/run.ts";

const TOLERANCE = 4e-6;

const geometry = fc.record({
  batch: fc.integer({ min: 1, max: 5 }),
  height: fc.integer({ min: 7, max: 15 }),
  width: fc.integer({ min: 7, max: 15 }),
  inChannels: fc.constantFrom(1, 2, 3, 4, 6, 8),
  outChannels: fc.constantFrom(1, 4, 5, 6, 7, 12, 16, 20),
  kernelHeight: fc.integer({ min: 1, max: 6 }),
  kernelWidth: fc.integer({ min: 1, max: 7 }),
  strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  pad: fc.oneof(
    fc.constantFrom("valid" as const, "same" as const),
    // Explicit padding above, below, left and right.
    fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 4 }).map(([t, b, l, r]) =>
      [[0, 0], [t!, b!], [l!, r!], [0, 0]] as [[number, number], [number, number], [number, number], [number, number]]
    ),
  ),
});

Deno.test("Conv2D and both its gradients match the cpu backend", () =>
  withTunedKernels((backend) =>
    fc.assert(
      fc.asyncProperty(geometry, (g) =>
        assertLikeCpu(() => {
          const x = values([g.batch, g.height, g.width, g.inChannels], 1) as tf.Tensor4D;
          const filter = values([g.kernelHeight, g.kernelWidth, g.inChannels, g.outChannels], 2) as tf.Tensor4D;
          const convolve = (x: tf.Tensor, filter: tf.Tensor) =>
            tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, g.strides, g.pad);
          const y = convolve(x, filter);
          return [y, ...tf.grads(convolve)([x, filter], values(y.shape, 3))];
        }, { backend, tolerance: TOLERANCE })),
      { numRuns: 16, seed: 3 },
    )
  ));

Deno.test("Conv2DParameterGradients match the cpu backend, in one slice of images and in many", () =>
  withTunedKernels((backend) =>
    fc.assert(
      fc.asyncProperty(geometry, fc.constantFrom(1, 2, 9, 40), (g, images) =>
        assertLikeCpu(() => {
          const x = values([images, g.height, g.width, g.inChannels], 1) as tf.Tensor4D;
          const filter = values([g.kernelHeight, g.kernelWidth, g.inChannels, g.outChannels], 2) as tf.Tensor4D;
          const convolve = (filter: tf.Tensor) => tf.conv2d(x, filter as tf.Tensor4D, g.strides, "same");
          const dy = values(convolve(filter).shape, 3);
          return tf.getBackend() === "webgpu"
            ? runForTwo("Conv2DParameterGradients", { x, dy }, {
              strides: g.strides,
              pad: "same",
              filterShape: filter.shape,
            })
            : [tf.grad(convolve)(filter, dy), tf.sum(dy, [0, 1, 2])];
        }, { backend, tolerance: 2e-5 })),
      { numRuns: 16, seed: 11 },
    )
  ));

Deno.test("FusedConv2D adds the bias, then applies the activation", () =>
  withTunedKernels((backend) =>
    assertLikeCpu(() => {
      const [x, filter] = [values([3, 9, 8, 2], 1) as tf.Tensor4D, values([3, 4, 2, 6], 2) as tf.Tensor4D];
      const fused = { x, filter, strides: 1, pad: "same", bias: values([6], 3) } as const;
      return [tf.fused.conv2d(fused), tf.fused.conv2d({ ...fused, activation: "relu" })];
    }, { backend, tolerance: TOLERANCE })
  ));

Deno.test("Conv2D falls back to the stock kernel for dilated convolutions", () =>
  withTunedKernels((backend) =>
    assertLikeCpu(() => {
      const [x, filter] = [values([2, 9, 9, 2], 1) as tf.Tensor4D, values([3, 3, 2, 4], 2) as tf.Tensor4D];
      return [tf.conv2d(x, filter, 1, "valid", "NHWC", 2)];
    }, { backend, tolerance: TOLERANCE, isCovered: false })
  ));
