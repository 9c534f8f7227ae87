import assert from "node:assert/strict";
import { stream } from "../../base/random.ts";
import { pairedT } from "../verdict/paired.ts";
import { holm } from "./holm.ts";

Deno.test("holm() agrees with values worked out by hand", () => {
  // 4 x 0.005, 3 x 0.01, 2 x 0.03 and the same again for 0.04, which alone would fall below it.
  assert.deepEqual(holm([0.01, 0.04, 0.03, 0.005]).map((p) => p.toFixed(3)), ["0.030", "0.060", "0.060", "0.020"]);
  assert.deepEqual(holm([0.6, 0.7]), [1, 1]);
  assert.deepEqual(holm([0.2]), [0.2]);
  assert.deepEqual(holm([]), []);
});

Deno.test("holm() leaves a false alarm in at most 5% of suites of eleven arms that change nothing", () => {
  const random = stream(1, "holm");
  const suites = 400;
  const alarms = { adjusted: 0, plain: 0 };
  for (let suite = 0; suite < suites; suite++) {
    const baseline = Array.from({ length: 5 }, () => random.normal());
    const pValues = Array.from({ length: 11 }, () => pairedT(baseline.map((b) => random.normal() - b), { grain: 0 }).p);
    if (Math.min(...holm(pValues)) < 0.05) alarms.adjusted++;
    if (Math.min(...pValues) < 0.05) alarms.plain++;
  }
  assert.ok(alarms.adjusted < 0.07 * suites, `${alarms.adjusted} of ${suites}`);
  assert.ok(alarms.plain > 0.2 * suites, "without a correction there would be many");
});
