import assert from "node:assert/strict";
import { stream } from "../../base/random.ts";
import { pairedT } from "../verdict/paired.ts";
import { mcnemarP } from "./mcnemar.ts";
import { detectableByMcnemar, detectableByT } from "./power.ts";

Deno.test("detectableByT() agrees with R's power.t.test for 80%", () => {
  // power.t.test(delta, sd = 1, power = 0.8, type = "paired"): n = 198.15 at 0.2, 33.37 at 0.5, 14.30 at 0.8, 9.94 at
  // 1.
  const table: [n: number, delta: number][] = [[198.1513, 0.2], [33.36713, 0.5], [14.30276, 0.8], [9.937864, 1]];
  for (const [n, delta] of table) {
    const found = detectableByT({ standardError: 1 / Math.sqrt(n), df: n - 1 });
    assert.ok(Math.abs(found - delta) < 0.001 * delta, `${found} at n = ${n}`);
  }
});

Deno.test("detectableByT() agrees with a value for two seeds worked out by hand", () => {
  // One degree of freedom: the spread is half-normal, and its 80% quantile 1.2816 times t(97.5%, 1) = 12.706 is 16.28.
  const found = detectableByT({ standardError: Math.SQRT1_2, df: 1 }) * Math.SQRT2;
  assert.ok(Math.abs(found - 16.3) < 0.1, String(found));
});

Deno.test("detectableByT() is larger at a stricter level", () => {
  // power.t.test(n = 10, sd = 1, power = 0.8, sig.level = 0.01, type = "paired"): delta = 1.3 in two digits.
  const found = detectableByT({ standardError: 1 / Math.sqrt(10), df: 9, level: 0.01 });
  assert.ok(Math.abs(found - 1.3) < 0.05, String(found));
});

Deno.test("detectableByT() is found in 80% of simulated suites", () => {
  const random = stream(1, "power");
  const runs = 1000;
  const found = (n: number) => {
    const size = detectableByT({ standardError: 2 / Math.sqrt(n), df: n - 1 });
    let hits = 0;
    for (let run = 0; run < runs; run++) {
      const differences = Array.from({ length: n }, () => size + 2 * random.normal());
      if (pairedT(differences, { grain: 0 }).p < 0.05) hits++;
    }
    return hits / runs;
  };
  for (const n of [3, 5]) {
    const share = found(n);
    assert.ok(0.76 < share && share < 0.84, `${share} with ${n} seeds`);
  }
});

Deno.test("detectableByMcnemar() is found in about 80% of simulated pairs of networks", () => {
  const [discordant, tested] = [200, 10_000];
  const size = detectableByMcnemar({ discordant, tested });
  const random = stream(1, "power/mcnemar");
  const runs = 500;
  let hits = 0;
  for (let run = 0; run < runs; run++) {
    let first = 0;
    const chance = (1 + size * tested / discordant) / 2;
    for (let image = 0; image < discordant; image++) if (random.uniform() < chance) first++;
    const counts = { bothWrong: 0, onlyFirstWrong: first, onlySecondWrong: discordant - first, tested };
    if (mcnemarP(counts) < 0.05) hits++;
  }
  // The exact test is a little less powerful than the formula's.
  assert.ok(0.72 * runs < hits && hits < 0.84 * runs, `${hits} of ${runs}`);
});

Deno.test("detectableByMcnemar() is never below what the exact test can reach", () => {
  // 2 / 2^6 is below 5%, 2 / 2^5 is not; 2 / 2^8 is below 1%, 2 / 2^7 is not.
  assert.equal(detectableByMcnemar({ discordant: 0, tested: 1000 }), 0.006);
  assert.equal(detectableByMcnemar({ discordant: 0, tested: 1000, level: 0.01 }), 0.008);
});
