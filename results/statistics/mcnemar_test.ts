import assert from "node:assert/strict";
import { stream } from "../../base/random.ts";
import { mcnemarP, type PairedCounts, pairedDifferenceInterval } from "./mcnemar.ts";

function counts(bothWrong: number, onlyFirstWrong: number, onlySecondWrong: number, bothRight: number): PairedCounts {
  return {
    bothWrong,
    onlyFirstWrong,
    onlySecondWrong,
    tested: bothWrong + onlyFirstWrong + onlySecondWrong + bothRight,
  };
}

function assertNear(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected} +- ${tolerance}`);
}

Deno.test("mcnemarP() agrees with binomial tails worked out by hand", () => {
  // 2 (1 + 14 + 91) / 2^14, 2 / 2^5, 2 (1 + 10) / 2^10.
  assertNear(mcnemarP(counts(36, 12, 2, 0)), 212 / 16384, 1e-12);
  assertNear(mcnemarP(counts(10, 0, 5, 85)), 2 / 32, 1e-12);
  assertNear(mcnemarP(counts(0, 1, 9, 90)), 22 / 1024, 1e-12);
  assert.equal(mcnemarP(counts(3, 4, 4, 89)), 1);
  assert.equal(mcnemarP(counts(3, 0, 0, 97)), 1);
});

Deno.test("mcnemarP() agrees with the normal tail for many discordant images", () => {
  // The normal tail with continuity correction: z = (|450 - 550| - 1) / sqrt(1000) = 3.1307.
  assertNear(mcnemarP(counts(100, 450, 550, 8900)), 0.001744, 5e-5);
});

Deno.test("mcnemarP() raises at most 5% false alarms", () => {
  const random = stream(1, "mcnemar");
  const runs = 2000;
  let alarms = 0;
  for (let run = 0; run < runs; run++) {
    let first = 0;
    for (let image = 0; image < 60; image++) first += random.integer(2);
    if (mcnemarP(counts(40, first, 60 - first, 9900)) < 0.05) alarms++;
  }
  assert.ok(0.02 * runs < alarms && alarms < 0.06 * runs, `${alarms} of ${runs}`);
});

Deno.test("pairedDifferenceInterval() agrees with Newcombe's worked examples", () => {
  // Newcombe 1998, Statist. Med. 17, 2635-2650, method 10.
  const examples: [PairedCounts, low: number, high: number][] = [
    [counts(36, 12, 2, 0), 0.0569, 0.3404],
    [counts(20, 12, 2, 16), 0.0562, 0.3292],
  ];
  for (const [table, low, high] of examples) {
    const interval = pairedDifferenceInterval(table);
    assertNear(interval.low, low, 5e-5);
    assertNear(interval.high, high, 5e-5);
  }
});

Deno.test("pairedDifferenceInterval() mirrors swapped networks, and includes zero for equal ones", () => {
  const { low, high } = pairedDifferenceInterval(counts(30, 40, 20, 9910));
  const mirrored = pairedDifferenceInterval(counts(30, 20, 40, 9910));
  assertNear(mirrored.low, -high, 1e-12);
  assertNear(mirrored.high, -low, 1e-12);
  const none = pairedDifferenceInterval(counts(0, 0, 0, 100));
  assert.ok(none.low < 0 && none.high > 0);
});
