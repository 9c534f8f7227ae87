/**
 * What is not finite must not be swallowed by the kernels of a training step that are no operations: every number that
 * they read is NaN or infinite once, and what they write is compared with the definition in JavaScript's arithmetic,
 * which is IEEE's.
 */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import assert from "node:assert/strict";
import { distortImages, DISTORTION_SIZE } from "../../data/distortion/distort.ts";
import { kindOf, NOT_FINITE, values, withTunedKernels } from "../testing.ts";
import { updateInPlace } from "./optimiser_step.ts";
import { recordStepMetrics } from "./step_metrics.ts";

type Lists = readonly Float32Array[];

/** Calls `check` with `lists` in which one number is not finite, for each of them, and says which it was. */
async function withEachNotFinite(lists: Lists, check: (changed: Lists, where: string) => Promise<void>): Promise<void> {
  for (const [list, numbers] of lists.entries()) {
    for (let at = 0; at < numbers.length; at++) {
      for (const wrong of NOT_FINITE) {
        await check(lists.with(list, numbers.with(at, wrong)), `${wrong} at ${at} of input ${list}`);
      }
    }
  }
}

function assertSameKinds(actual: Float32Array, expected: readonly number[], what: string): void {
  assert.deepEqual([...actual].map(kindOf), expected.map((value) => kindOf(Math.fround(value))), what);
}

const numbers = (shape: readonly number[], seed: number) => values(shape, seed).dataSync<"float32">();

for (const { momentum, decay } of [{ momentum: 0, decay: 0 }, { momentum: 0.9, decay: 0.25 }]) {
  // One variable is updated in vectors, several by single numbers.
  for (const sizes of [[4], [3, 2]]) {
    Deno.test(
      `updateInPlace() of ${sizes.length}, momentum ${momentum}, decay ${decay}: what is not finite is not swallowed`,
      () =>
        withTunedKernels(() => {
          const velocities = momentum > 0 ? sizes : [];
          const lists = [1, ...sizes, ...sizes, ...velocities].map((size, seed) => numbers([size], seed));
          return withEachNotFinite(lists, async ([control, ...others], where) => {
            const own = (kind: number, i: number) => others[kind * sizes.length + i]!;
            const updates = sizes.map((_, i) => ({
              variable: tf.tensor1d(own(0, i)),
              gradient: tf.tensor1d(own(1, i)),
              decay,
              ...(momentum > 0 && { velocity: tf.tensor1d(own(2, i)) }),
            }));
            const step = tf.tensor1d(control!);
            updateInPlace(tf.backend() as WebGPUBackend, updates, { momentum, control: step });
            for (const [i, { variable, velocity }] of updates.entries()) {
              const change = [...own(1, i)].map((gradient, k) => {
                const decayed = decay === 0 ? gradient : gradient + decay * own(0, i)[k]!;
                return momentum === 0 ? decayed : momentum * own(2, i)[k]! + decayed;
              });
              const moved = [...own(0, i)].map((weight, k) => weight - control![0]! * change[k]!);
              assertSameKinds(await variable.data<"float32">(), moved, `weights, ${where}`);
              if (velocity) assertSameKinds(await velocity.data<"float32">(), change, `velocity, ${where}`);
            }
            tf.dispose([step, updates]);
          });
        }),
    );
  }
}

Deno.test("recordStepMetrics() keeps a loss that is not finite, whichever image's it is", () =>
  withTunedKernels(() =>
    withEachNotFinite([numbers([5, 2], 1)], async ([losses], where) => {
      const history = tf.zeros([2, 2]);
      // Step 1, four images of the five places.
      const [rows, control] = [tf.tensor2d(losses!, [5, 2]), tf.tensor1d([0.1, 1, 4])];
      recordStepMetrics(tf.backend() as WebGPUBackend, { losses: rows, control, history });
      const sum = (column: number) => [0, 1, 2, 3].reduce((total, image) => total + losses![2 * image + column]!, 0);
      assertSameKinds(await history.data<"float32">(), [0, 0, sum(0) / 4, sum(1)], where);
      tf.dispose([rows, control, history]);
    })
  ));

for (const sigma of [0, 2]) {
  Deno.test(`Distort, sigma ${sigma}: a pixel or number that is not finite is not swallowed`, () =>
    withTunedKernels(() => {
      const size = { height: 4, width: 4, background: -0.5 };
      const distortions = Float32Array.of(0.9, 0.2, 0.3, -0.1, 1.1, -0.4, 7, 3);
      return withEachNotFinite([numbers([4, 4], 1), distortions], async ([pixels, changed], where) => {
        // The seed of a field of noise is no number to compute with, and without a field its height isn't either.
        if (!Number.isFinite(changed![6]!) || sigma === 0 && !Number.isFinite(changed![7]!)) return;
        const result = tf.tidy(() =>
          tf.engine().runKernel("Distort", {
            images: tf.tensor4d(pixels!, [1, 4, 4, 1]),
            distortions: tf.tensor2d(changed!, [1, DISTORTION_SIZE]),
          }, { background: size.background, sigma }) as tf.Tensor
        );
        const expected = distortImages(pixels!, changed!, {
          ...size,
          ...(sigma > 0 && { elastic: { sigma, alpha: 3 } }),
        });
        assertSameKinds(await result.data<"float32">(), [...expected], where);
        result.dispose();
      });
    }));
}
