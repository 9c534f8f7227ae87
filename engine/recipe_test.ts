import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { LECUN_1998_MINIBATCH, MODERN } from "../suites/recipes.ts";
import type { Recipe, Schedule } from "../suites/suite.ts";
import { batchLoss, pixelValues, stepSize } from "./recipe.ts";
import { stream } from "../base/random.ts";
import { assertClose, gpuTest } from "./testing.ts";

function stepSizes(schedule: Schedule, { stepsPerEpoch, epochs }: { stepsPerEpoch: number; epochs: number }): number[] {
  return Array.from(
    { length: stepsPerEpoch * epochs },
    (_, step) => stepSize(schedule, { base: 1, step, stepsPerEpoch, epochs }),
  );
}

Deno.test("linear: rises to the base over the warm-up, then falls straight, and never reaches 0", () => {
  const sizes = stepSizes({ kind: "linear", warmup: 0.2 }, { stepsPerEpoch: 5, epochs: 4 });
  const expected = [1, 2, 3, 4].map((n) => n / 4).concat(Array.from({ length: 16 }, (_, i) => (16 - i) / 17));
  assertClose(sizes, expected, { tolerance: 1e-12 });
});

Deno.test("linear, any length: positive, at most the base, one rise and one fall", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 10 }),
      (warmup, stepsPerEpoch, epochs) => {
        const sizes = stepSizes({ kind: "linear", warmup }, { stepsPerEpoch, epochs });
        const top = sizes.indexOf(Math.max(...sizes));
        assert.equal(sizes[top], 1);
        assert.ok(sizes.every((size, i) => size > 0 && (i === 0 || (i <= top) === (size > sizes[i - 1]!))));
      },
    ),
    { seed: 1 },
  );
});

Deno.test("by pass: the paper's factors over its 20 passes (LeCun 1998, section III.B)", () => {
  const { schedule } = LECUN_1998_MINIBATCH;
  const perPass = stepSizes(schedule, { stepsPerEpoch: 1, epochs: 20 });
  const paper = [[2, 0.0005], [3, 0.0002], [3, 0.0001], [4, 0.00005], [8, 0.00001]] as const;
  const expected = paper.flatMap(([passes, eta]) => Array<number>(passes).fill(eta / 0.0005));
  assertClose(perPass, expected, { tolerance: 1e-12 });
});

Deno.test("by pass: a pass of any number of steps has one factor", () => {
  const { schedule } = LECUN_1998_MINIBATCH;
  const perPass = stepSizes(schedule, { stepsPerEpoch: 1, epochs: 20 });
  for (const stepsPerEpoch of [3, 7, 94, 469]) {
    const expected = perPass.flatMap((factor) => Array<number>(stepsPerEpoch).fill(factor));
    assert.deepEqual(stepSizes(schedule, { stepsPerEpoch, epochs: 20 }), expected, `${stepsPerEpoch} steps`);
  }
});

Deno.test("by pass: a run of another length keeps the proportions", () => {
  const { schedule } = LECUN_1998_MINIBATCH;
  // Tenths of the run: one, then one and a half twice, two, four.
  const expected = [[4, 1], [6, 0.4], [6, 0.2], [8, 0.1], [16, 0.02]] as const;
  assert.deepEqual(
    stepSizes(schedule, { stepsPerEpoch: 10, epochs: 4 }),
    expected.flatMap(([steps, factor]) => Array<number>(steps).fill(factor)),
  );
  const paper = stepSizes(schedule, { stepsPerEpoch: 1, epochs: 20 });
  assert.deepEqual(stepSizes(schedule, { stepsPerEpoch: 1, epochs: 40 }), paper.flatMap((factor) => [factor, factor]));
});

Deno.test("LeCun 1998's pixels run from -0.1 to 1.175, straight", () => {
  const values = pixelValues(LECUN_1998_MINIBATCH.pixels);
  assert.equal(values.length, 256);
  assertClose([values[0]!, values[51]!, values[255]!], [-0.1, -0.1 + 1.275 / 5, 1.175], { tolerance: 1e-7 });
});

Deno.test("the modern recipe's pixels are MNIST's to mean 0 and standard deviation 1", () => {
  const values = pixelValues(MODERN.pixels);
  assertClose([values[0]!, values[255]!], [(0 - 0.1307) / 0.3081, (1 - 0.1307) / 0.3081], { tolerance: 5e-5 });
});

/** Outputs [n, 10] and the losses' definitions, in plain arithmetic. */
const FORMULAS: Readonly<
  Record<Recipe["loss"], (row: number[], label: number) => { loss: number; gradient: number[] }>
> = {
  softmax_cross_entropy(row, label) {
    const total = row.reduce((sum, a) => sum + Math.exp(a), 0);
    return {
      loss: Math.log(total) - row[label]!,
      gradient: row.map((a, k) => Math.exp(a) / total - (k === label ? 1 : 0)),
    };
  },
  squared_error(row, label) {
    const distances = row.map((a, k) => a - (k === label ? 1 : -1));
    return { loss: distances.reduce((sum, d) => sum + d * d / 2, 0), gradient: distances };
  },
};

for (const loss of Object.keys(FORMULAS) as Recipe["loss"][]) {
  gpuTest(`${loss}: value and gradient of the formula, on webgpu and on cpu`, async () => {
    const random = stream(1, loss);
    for (const n of [1, 2, 7]) {
      const rows = Array.from({ length: n }, () => Array.from({ length: 10 }, () => 3 * random.normal()));
      const labels = rows.map(() => random.integer(10));
      const expected = rows.map((row, i) => FORMULAS[loss](row, labels[i]!));
      const mean = expected.reduce((sum, { loss }) => sum + loss, 0) / n;
      const gradient = expected.flatMap(({ gradient }) => gradient.map((g) => g / n));
      for (const backend of ["cpu", "webgpu"]) {
        await tf.setBackend(backend);
        const { value, grad } = tf.valueAndGrad((outputs: tf.Tensor) =>
          batchLoss(loss, { outputs: outputs as tf.Tensor2D, labels: tf.tensor1d(labels, "int32") })
        )(tf.tensor2d(rows));
        assertClose(await value.data(), [mean], { tolerance: 2e-6, what: `${backend} loss` });
        assertClose(await grad.data(), gradient, { tolerance: 2e-6, what: `${backend} gradient` });
        tf.dispose([value, grad]);
      }
    }
  });
}

gpuTest("cross entropy of large logits stays finite", async () => {
  const outputs = tf.tensor2d([[1e4, ...Array(9).fill(-1e4)]]);
  const loss = batchLoss("softmax_cross_entropy", { outputs, labels: tf.tensor1d([1], "int32") });
  assertClose(await loss.data(), [2e4], { tolerance: 1e-6 });
});
