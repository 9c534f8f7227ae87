import assert from "node:assert/strict";
import { fakeRun } from "../testing.ts";
import { type ComparableRow, compareRows } from "./against_baselines.ts";

/** A row with these test errors, seeds from 1. */
function row(variant: string, testErrors: readonly number[], baseline = ""): ComparableRow {
  return { ...fakeRun({ arms: [{ testErrors }] }), variant: { variant, baseline }, profile: "paper" };
}

const PLAIN = row("plain", [100, 104, 98, 101]);

Deno.test("compareRows() judges arms by Holm's p value, and does not compare the baseline with itself", () => {
  const { compared, notCompared } = compareRows([
    PLAIN,
    row("better", [80, 85, 79, 80], "plain"),
    row("worse", [140, 146, 139, 141], "plain"),
    row("same", [101, 102, 100, 99], "plain"),
  ]);
  assert.deepEqual(
    compared.map(({ arm, baseline, outcome }) => [arm.variant.variant, baseline.variant.variant, outcome]),
    [["better", "plain", "better"], ["worse", "plain", "worse"], ["same", "plain", "no difference shown"]],
  );
  assert.deepEqual(notCompared, []);
  for (const { adjustedP, effect, detectablePct: { alone, amongAll } } of compared) {
    assert.ok(adjustedP >= effect.p);
    assert.ok(0 < alone && alone < amongAll);
  }
});

Deno.test("compareRows() finds no difference, among many arms, in one that alone would be significant", () => {
  const arm = row("slightly", [95, 97, 94, 98], "plain");
  const alone = compareRows([PLAIN, arm]).compared[0];
  assert.equal(alone?.outcome, "better");
  const idle = Array.from({ length: 9 }, (_, index) => row(`idle ${index}`, [99, 106, 97, 102], "plain"));
  const among = compareRows([PLAIN, arm, ...idle]).compared[0];
  assert.equal(among?.outcome, "no difference shown");
  assert.equal(among?.effect.p, alone?.effect.p);
});

Deno.test("compareRows() compares and corrects each profile on its own", () => {
  const quick = (each: ComparableRow): ComparableRow => ({ ...each, profile: "quick" });
  const arm = row("arm", [95, 97, 94, 98], "plain");
  const { compared } = compareRows([PLAIN, arm, quick(arm), quick(PLAIN)]);
  assert.equal(compared.length, 2);
  for (const { adjustedP, effect, arm, baseline } of compared) {
    assert.equal(adjustedP, effect.p);
    assert.equal(arm.profile, baseline.profile);
  }
});

Deno.test("compareRows() lists arms that can't be compared, with the reason", () => {
  const reasons = (rows: readonly ComparableRow[]) => compareRows(rows).notCompared.map(({ reason }) => reason);
  assert.deepEqual(reasons([row("arm", [90], "plain")]), ['its baseline "plain" was not run']);
  assert.deepEqual(reasons([PLAIN, PLAIN, row("arm", [90], "plain")]), [
    "its baseline was run at several learning rates",
  ]);
  assert.deepEqual(reasons([row("plain", []), row("arm", [90], "plain")]), ["no seed was finished by both"]);
});
