import assert from "node:assert/strict";
import fc from "fast-check";
import { assertClose } from "../../device/testing.ts";
import { LECUN_1998_MINIBATCH } from "../../recipes/lecun1998_minibatch.ts";
import { MODERN } from "../../recipes/modern.ts";
import type { Schedule } from "../../recipes/recipe.ts";
import { pixelValues, stepSize } from "./step_size.ts";

function stepSizes(schedule: Schedule, { stepsPerEpoch, epochs }: { stepsPerEpoch: number; epochs: number }): number[] {
  return Array.from(
    { length: stepsPerEpoch * epochs },
    (_, step) => stepSize(schedule, { base: 1, step, stepsPerEpoch, epochs }),
  );
}

Deno.test("stepSize() of a linear schedule rises to the base over the warm-up, then falls straight, and never reaches 0", () => {
  const sizes = stepSizes({ kind: "linear", warmup: 0.2 }, { stepsPerEpoch: 5, epochs: 4 });
  const expected = [1, 2, 3, 4].map((n) => n / 4).concat(Array.from({ length: 16 }, (_, i) => (16 - i) / 17));
  assertClose(sizes, expected, { tolerance: 1e-12 });
});

Deno.test("stepSize() of a linear schedule of any length is positive, at most the base, with one rise and one fall", () => {
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

Deno.test("stepSize() by pass has the paper's factors over its 20 passes (LeCun 1998, section III.B)", () => {
  const { schedule } = LECUN_1998_MINIBATCH;
  const perPass = stepSizes(schedule, { stepsPerEpoch: 1, epochs: 20 });
  const paper = [[2, 0.0005], [3, 0.0002], [3, 0.0001], [4, 0.00005], [8, 0.00001]] as const;
  const expected = paper.flatMap(([passes, eta]) => Array<number>(passes).fill(eta / 0.0005));
  assertClose(perPass, expected, { tolerance: 1e-12 });
});

Deno.test("stepSize() by pass has one factor for a pass of any number of steps", () => {
  const { schedule } = LECUN_1998_MINIBATCH;
  const perPass = stepSizes(schedule, { stepsPerEpoch: 1, epochs: 20 });
  for (const stepsPerEpoch of [3, 7, 94, 469]) {
    const expected = perPass.flatMap((factor) => Array<number>(stepsPerEpoch).fill(factor));
    assert.deepEqual(stepSizes(schedule, { stepsPerEpoch, epochs: 20 }), expected, `${stepsPerEpoch} steps`);
  }
});

Deno.test("stepSize() by pass keeps the proportions in a run of another length", () => {
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

Deno.test("pixelValues() of LeCun 1998 run from -0.1 to 1.175, straight", () => {
  const values = pixelValues(LECUN_1998_MINIBATCH.pixels);
  assert.equal(values.length, 256);
  assertClose([values[0]!, values[51]!, values[255]!], [-0.1, -0.1 + 1.275 / 5, 1.175], { tolerance: 1e-7 });
});

Deno.test("pixelValues() of the modern recipe bring MNIST to mean 0 and standard deviation 1", () => {
  const values = pixelValues(MODERN.pixels);
  assertClose([values[0]!, values[255]!], [(0 - 0.1307) / 0.3081, (1 - 0.1307) / 0.3081], { tolerance: 5e-5 });
});
