import assert from "node:assert/strict";
import fc from "fast-check";
import { mean, standardDeviation } from "simple-statistics";
import { stream } from "../../base/random.ts";
import { type Initialisation, initialValues, type ParameterShape } from "./initialise.ts";

function values(parameter: ParameterShape, initialisation: Initialisation): number[] {
  return [...initialValues(parameter, { initialisation, random: stream(1, "init") })];
}

/** A dense layer's weights. */
function weights(inputs: number, units: number): ParameterShape {
  return { role: "weights", shape: [inputs, units], fanIn: Array.from({ length: units }, () => inputs) };
}

Deno.test("initialValues() by He draws weights of mean 0 and standard deviation sqrt(2 / fan-in)", () => {
  const drawn = values(weights(200, 100), "he");
  assert.equal(drawn.length, 20_000);
  // Four standard errors of the mean and of the standard deviation.
  assert.ok(Math.abs(mean(drawn)) < 4 * 0.1 / Math.sqrt(20_000));
  assert.ok(Math.abs(standardDeviation(drawn) - 0.1) < 4 * 0.1 / Math.sqrt(40_000));
});

Deno.test("initialValues() by He starts biases at 0 and subsampling coefficients at 1 / window", () => {
  const fanIn = [4, 4, 4];
  assert.deepEqual(values({ role: "bias", shape: [3], fanIn }, "he"), [0, 0, 0]);
  assert.deepEqual(values({ role: "coefficient", shape: [3], fanIn }, "he"), [0.25, 0.25, 0.25]);
});

Deno.test("initialValues() starts a PReLU's slopes at 0.25", () => {
  for (const initialisation of ["he", "lecun1998", "lecun1998_root", "uniform_root"] as const) {
    assert.deepEqual(values({ role: "slope", shape: [2], fanIn: [1, 1] }, initialisation), [0.25, 0.25]);
  }
});

Deno.test("initialValues() by LeCun 1998 draws from all of +-2.4 / fan-in", () => {
  const roles = fc.constantFrom("weights", "bias", "coefficient");
  fc.assert(
    fc.property(roles, fc.integer({ min: 1, max: 1000 }), (role, inputs) => {
      const drawn = values({ role, shape: [500, 2], fanIn: [inputs, inputs] }, "lecun1998");
      const bound = 2.4 / inputs;
      // The float32 next to the bound may lie outside it.
      assert.ok(drawn.every((value) => Math.abs(value) <= bound * (1 + 1e-7)));
      assert.ok(Math.max(...drawn) > 0.9 * bound && Math.min(...drawn) < -0.9 * bound);
    }),
    { seed: 1 },
  );
});

Deno.test("initialValues() draws from all of +-2.4 / sqrt(fan-in), or +-1 / sqrt(fan-in)", () => {
  for (const [initialisation, numerator] of [["lecun1998_root", 2.4], ["uniform_root", 1]] as const) {
    const drawn = values(weights(100, 50), initialisation);
    const bound = numerator / 10;
    assert.ok(drawn.every((value) => Math.abs(value) <= bound * (1 + 1e-7)), initialisation);
    assert.ok(Math.max(...drawn) > 0.99 * bound && Math.min(...drawn) < -0.99 * bound, initialisation);
  }
});

Deno.test("initialValues() by uniform_root starts biases at 0 and subsampling coefficients at 1 / sqrt(window)", () => {
  const fanIn = [4, 4, 4];
  assert.deepEqual(values({ role: "bias", shape: [3], fanIn }, "uniform_root"), [0, 0, 0]);
  assert.deepEqual(values({ role: "coefficient", shape: [3], fanIn }, "uniform_root"), [0.5, 0.5, 0.5]);
});

Deno.test("initialValues() changes only biases by lecun1998_biases_0, and coefficients by lecun1998_coefficients_root", () => {
  const parameter = (role: ParameterShape["role"]) => ({ role, shape: [3], fanIn: [4, 4, 4] });
  for (const role of ["weights", "bias", "coefficient"] as const) {
    const printed = values(parameter(role), "lecun1998");
    const expected = (changed: ParameterShape["role"], value: number) =>
      role === changed ? Array(3).fill(value) : printed;
    assert.deepEqual(values(parameter(role), "lecun1998_biases_0"), expected("bias", 0));
    assert.deepEqual(values(parameter(role), "lecun1998_coefficients_root"), expected("coefficient", 0.5));
  }
});

Deno.test("initialValues() by lecun1998_root draws biases and coefficients as it does weights", () => {
  for (const role of ["bias", "coefficient"] as const) {
    const drawn = values({ role, shape: [500], fanIn: Array.from({ length: 500 }, () => 4) }, "lecun1998_root");
    assert.ok(drawn.every((value) => Math.abs(value) <= 1.2 * (1 + 1e-7)), role);
    assert.ok(Math.max(...drawn) > 1.1 && Math.min(...drawn) < -1.1, role);
  }
});

Deno.test("initialValues() bounds every output map by its own fan-in", () => {
  const drawn = values({ role: "weights", shape: [1000, 2], fanIn: [24, 240] }, "lecun1998");
  const largest = (map: number) => Math.max(...drawn.filter((_, k) => k % 2 === map).map(Math.abs));
  assert.ok(largest(0) > 0.09 && largest(0) <= 0.1 * (1 + 1e-7));
  assert.ok(largest(1) > 0.009 && largest(1) <= 0.01 * (1 + 1e-7));
});
