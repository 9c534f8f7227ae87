import assert from "node:assert/strict";
import { displacementField, fieldNoise, NOISE_VARIANCE, smoothingFactor } from "./elastic.ts";

const FIELDS = 1500;

/** Of noise with the given variance, smoothed by a Gaussian in both directions, two pixels apart (x, y). */
function covarianceOfSmoothedNoise(sigma: number, { x, y }: { x: number; y: number }): number {
  return NOISE_VARIANCE * Math.exp(-(x * x + y * y) / (4 * sigma ** 2)) / (4 * Math.PI * sigma ** 2);
}

Deno.test("displacementField() has the covariance of noise smoothed by a Gaussian", () => {
  const [side, sigma] = [20, 3];
  const factor = smoothingFactor(side, sigma);
  const fields = Array.from(
    { length: FIELDS },
    (_, i) => displacementField(7919 * i + 1, { axis: 0, rows: factor, columns: factor }),
  );
  const [from, variance] = [10 * side + 10, covarianceOfSmoothedNoise(sigma, { x: 0, y: 0 })];
  for (const [x, y] of [[0, 0], [2, 0], [0, 3], [3, 3], [-8, 2]] as const) {
    const products = fields.map((field) => field[from]! * field[from + y * side + x]!);
    const mean = products.reduce((sum, product) => sum + product, 0) / FIELDS;
    const expected = covarianceOfSmoothedNoise(sigma, { x, y });
    assert.ok(Math.abs(mean - expected) < 0.12 * variance, `(${x}, ${y}): ${mean}, expected ${expected}`);
  }
});

Deno.test("smoothingFactor() needs few numbers for a smooth field", () => {
  assert.ok(smoothingFactor(28, 4)[0]!.length < 10);
  // Nothing is smoothed away over less than a pixel: as many numbers as pixels.
  assert.equal(smoothingFactor(12, 0.2)[0]!.length, 12);
});

Deno.test("fieldNoise() has mean 0 and variance 1/3, and depends on seed and index", () => {
  const values = Array.from({ length: 20_000 }, (_, i) => fieldNoise(1 + i % 7, Math.floor(i / 7)));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  assert.ok(Math.abs(mean) < 0.02, `mean ${mean}`);
  assert.ok(Math.abs(variance - NOISE_VARIANCE) < 0.015, `variance ${variance}`);
  assert.notEqual(fieldNoise(1, 2), fieldNoise(2, 2));
  assert.notEqual(fieldNoise(1, 2), fieldNoise(1, 3));
});
