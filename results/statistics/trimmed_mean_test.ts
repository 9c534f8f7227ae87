import assert from "node:assert/strict";
import fc from "fast-check";
import { stream } from "../../base/random.ts";
import { studentTQuantile } from "./student_t.ts";
import { keptOf, trimmedMean } from "./trimmed_mean.ts";

Deno.test("trimmedMean() leaves out a fifth at either end, and has the winsorised standard error", () => {
  const { value, standardError, degrees } = trimmedMean([0, 2, 3, 4, 5, 6, 7, 8, 9, 100].toReversed());
  assert.equal(value, (3 + 4 + 5 + 6 + 7 + 8) / 6);
  assert.equal(degrees, 5);
  const squares = [3, 3, 3, 4, 5, 6, 7, 8, 8, 8].reduce((sum, x) => sum + (x - 5.5) ** 2, 0);
  assert.ok(Math.abs(standardError - Math.sqrt(squares / 9) / (0.6 * Math.sqrt(10))) < 1e-12);
});

Deno.test("trimmedMean() of up to four values is their mean, with its standard error", () => {
  const { value, standardError, degrees } = trimmedMean([1, 2, 6]);
  assert.deepEqual([value, degrees], [3, 2]);
  assert.ok(Math.abs(standardError - Math.sqrt(7 / 3)) < 1e-12);
  assert.equal(trimmedMean([5]).degrees, 0);
});

Deno.test("trimmedMean() moves with its values, and by nothing if one of five goes to the end of the world", () => {
  const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 5, maxLength: 30 });
  fc.assert(fc.property(values, fc.double({ min: -1e3, max: 1e3, noNaN: true }), (given, shift) => {
    const one = trimmedMean(given);
    const moved = trimmedMean(given.map((value) => value + shift));
    assert.ok(Math.abs(moved.value - one.value - shift) < 1e-8);
    assert.ok(Math.abs(moved.standardError - one.standardError) < 1e-8);
    const largest = given.indexOf(Math.max(...given));
    assert.equal(trimmedMean(given.with(largest, 1e9)).value, one.value);
    assert.equal(one.degrees, keptOf(given.length) - 1);
  }));
});

Deno.test("trimmedMean() covers the middle in 95% with Student's t, also if a tenth of the values lie far out", () => {
  const random = stream(1, "trimmed");
  for (const outliers of [0, 0.1]) {
    for (const n of [8, 16]) {
      const covered = Array.from({ length: 2000 }, () => {
        const { value, standardError, degrees } = trimmedMean(
          Array.from({ length: n }, () => random.normal() * (random.uniform() < outliers ? 6 : 1)),
        );
        return Math.abs(value) < studentTQuantile(0.975, degrees) * standardError;
      }).filter(Boolean).length / 2000;
      assert.ok(covered > 0.935 && covered < 0.98, `${n} values, ${outliers}: ${covered}`);
    }
  }
});
