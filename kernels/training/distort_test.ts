import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import fc from "fast-check";
import { stream } from "../../base/random.ts";
import type { Augmentation } from "../../data/distortion/augmentation.ts";
import { distortImages, drawDistortions, noDistortions } from "../../data/distortion/distort.ts";
import { withTunedKernels } from "../testing.ts";

const augmentation = fc.record({
  shift: fc.constantFrom(0, 3),
  rotate: fc.constantFrom(0, 40),
  scale: fc.constantFrom(1, 1.4),
  squeeze: fc.constantFrom(1, 1.3),
  shear: fc.constantFrom(0, 0.5),
  flip: fc.constantFrom(0, 0.5),
  elastic: fc.option(fc.record({ sigma: fc.constantFrom(2, 4), alpha: fc.constantFrom(10, 34) }), { nil: undefined }),
});

/** Images of few, wide steps: where float32 and float64 disagree on a place by 1e-6, the value differs as little. */
function smoothImages(count: number, { height, width }: { height: number; width: number }): Float32Array {
  return Float32Array.from({ length: count * height * width }, (_, i) => Math.sin(i / 7) + i % width / width);
}

async function distorted(
  pixels: Float32Array,
  distortions: Float32Array,
  { height, width, background, sigma }: { height: number; width: number; background: number; sigma: number },
): Promise<Float32Array> {
  const count = distortions.length / 8;
  const result = tf.tidy(() =>
    tf.engine().runKernel("Distort", {
      images: tf.tensor4d(pixels, [count, height, width, 1]),
      distortions: tf.tensor2d(distortions, [count, 8]),
    }, { background, sigma }) as tf.Tensor
  );
  const values = await result.data<"float32">();
  result.dispose();
  return values;
}

Deno.test("Distort follows the definition", () =>
  withTunedKernels(() =>
    fc.assert(
      fc.asyncProperty(
        augmentation,
        fc.record({ height: fc.integer({ min: 5, max: 32 }), width: fc.integer({ min: 5, max: 32 }) }),
        fc.constantFrom(1, 5),
        async ({ elastic, ...ranges }, size, count) => {
          const drawn: Augmentation = { id: "random", title: "", ...ranges, ...(elastic && { elastic }) };
          const distortions = drawDistortions(drawn, { count, random: stream(1, "augment") });
          const pixels = smoothImages(count, size);
          const background = -0.5;
          const actual = await distorted(pixels, distortions, { ...size, background, sigma: elastic?.sigma ?? 0 });
          const expected = distortImages(pixels, distortions, { ...size, background, ...(elastic && { elastic }) });
          actual.forEach((value, i) => {
            assert.ok(Math.abs(value - expected[i]!) < 1e-4, `pixel ${i}: ${value}, by definition ${expected[i]}`);
          });
        },
      ),
      { numRuns: 25, seed: 4 },
    )
  ));

Deno.test("Distort leaves undistorted pixels alone, to the bit", () =>
  withTunedKernels(async () => {
    const size = { height: 28, width: 28 };
    const pixels = smoothImages(3, size);
    for (const sigma of [0, 4]) {
      assert.deepEqual(await distorted(pixels, noDistortions(3), { ...size, background: 0, sigma }), pixels);
    }
  }));
