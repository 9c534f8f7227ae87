import assert from "node:assert/strict";
import fc from "fast-check";
import { mean } from "simple-statistics";
import { stream } from "../../../base/random.ts";
import { createMasks, drawMask } from "./dropout.ts";

const DROPOUTS = [
  { name: "D1", rate: 0.25, shape: [3, 3, 1] },
  { name: "D2", rate: 0.5, shape: [1, 1, 20] },
] as const;

Deno.test("drawMask() draws 0 or 1 / (1 - rate), 1 on average", () => {
  for (const rate of [0, 0.1, 0.5, 0.75]) {
    const mask = new Float32Array(100_000);
    drawMask(mask, { rate, random: stream(1, "dropout") });
    // The rate's nearest 65536th.
    const kept = Math.fround(1 / (1 - Math.round(rate * 65536) / 65536));
    assert.ok(mask.every((value) => value === 0 || value === kept), `rate ${rate}`);
    // Four standard errors.
    const deviation = Math.sqrt(rate / (1 - rate));
    assert.ok(Math.abs(mean([...mask]) - 1) <= 4 * deviation / Math.sqrt(mask.length) + 1e-6, `rate ${rate}`);
    if (rate > 0) assert.ok(Math.abs(1 / kept - (1 - rate)) < 1 / 65536);
  }
});

Deno.test("drawMask() drops both values that share a random word at the rate, independently", () => {
  const mask = new Float32Array(80_000);
  drawMask(mask, { rate: 0.5, random: stream(2, "dropout") });
  const dropped = [0, 0, 0, 0];
  for (let i = 0; i < mask.length; i += 2) dropped[(mask[i] === 0 ? 1 : 0) + (mask[i + 1] === 0 ? 2 : 0)]!++;
  // A quarter each of 40,000 pairs; four standard errors.
  for (const count of dropped) assert.ok(Math.abs(count - 10_000) < 4 * Math.sqrt(40_000 * 3 / 16), `${dropped}`);
});

Deno.test("drawMask() uses half a word per value, rounded up, and fills masks of any length", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), (length) => {
      const [random, other] = [stream(3, "dropout"), stream(3, "dropout")];
      const mask = new Float32Array(length).fill(NaN);
      drawMask(mask, { rate: 0.5, random });
      assert.ok(mask.every((value) => value === 0 || value === 2));
      for (let i = 0; i < length; i += 2) other.word();
      assert.equal(random.word(), other.word());
    }),
    { seed: 1 },
  );
});

Deno.test("createMasks() depends on the stream and the batches alone, and differs from step to step", () => {
  const draw = (seed: number) => {
    const masks = createMasks(DROPOUTS, stream(seed, "dropout"));
    return [4, 2, 4].map((images) => masks(images).map(([name, values]) => [name, [...values]] as const));
  };
  const steps = draw(1);
  assert.deepEqual(steps.map((masks) => masks.map(([name, values]) => [name, values.length])), [
    [["D1", 36], ["D2", 80]],
    [["D1", 18], ["D2", 40]],
    [["D1", 36], ["D2", 80]],
  ]);
  assert.deepEqual(draw(1), steps);
  assert.notDeepEqual(draw(2), steps);
  assert.notDeepEqual(steps[0], steps[2]);
});

Deno.test("drawMask() stays finite for every rate below 1", () => {
  const mask = new Float32Array(10);
  drawMask(mask, { rate: 0.999999, random: stream(1, "dropout") });
  assert.ok(mask.every(Number.isFinite));
});
