import assert from "node:assert/strict";
import fc from "fast-check";
import { stream } from "../../base/random.ts";
import { judgeSpeed, type Round } from "./speed.ts";

const THRESHOLD = { threshold: 0.05 };

/** Rounds of nine samples a side with a spread of 1%, on a machine that is `drift` times slower in each round. */
function rounds(slower: readonly number[], { drift = slower.map(() => 1), seed = 1 } = {}): Round[] {
  const random = stream(seed, "speed");
  const samples = (scale: number) => Array.from({ length: 9 }, () => 100 * scale * Math.exp(0.01 * random.normal()));
  return slower.map((ratio, i) => ({ base: samples(drift[i]!), head: samples(drift[i]! * ratio) }));
}

Deno.test("judgeSpeed() calls a tenth slower in every round a regression, and a tenth faster an improvement", () => {
  const slower = judgeSpeed(rounds([1.1, 1.1, 1.1]), THRESHOLD);
  assert.equal(slower.judgement, "regressed");
  assert.ok(Math.abs(slower.ratio.value - 1.1) < 0.02);
  assert.ok(slower.ratio.interval.low > 1);
  assert.equal(judgeSpeed(rounds([0.9, 0.9, 0.9]), THRESHOLD).judgement, "improved");
});

Deno.test("judgeSpeed() calls a change below the threshold the same, however certain", () => {
  const { judgement, ratio } = judgeSpeed(rounds([1.03, 1.03, 1.03, 1.03, 1.03, 1.03]), THRESHOLD);
  assert.equal(judgement, "same");
  assert.ok(ratio.interval.low > 1, "although the interval excludes 1");
});

Deno.test("judgeSpeed() takes a drift from round to round, which strikes both sides, for no change", () => {
  const { judgement, ratio } = judgeSpeed(rounds([1, 1, 1, 1], { drift: [1, 3, 0.5, 2] }), THRESHOLD);
  assert.equal(judgement, "same");
  assert.ok(Math.abs(ratio.value - 1) < 0.02);
});

Deno.test("judgeSpeed() finds no regression in a single round, nor in samples that vary too much", () => {
  const { judgement, ratio } = judgeSpeed(rounds([1.2]), THRESHOLD);
  assert.ok(ratio.value > 1.05 && ratio.interval.low > 1, `${ratio.value}, ${ratio.interval.low}`);
  assert.equal(judgement, "cannot tell");
  const noisy = [{ base: [50, 100, 200], head: [60, 110, 220] }, { base: [40, 120, 150], head: [50, 100, 200] }];
  assert.equal(judgeSpeed(noisy, THRESHOLD).judgement, "cannot tell");
});

Deno.test("judgeSpeed() inverts the ratio if the sides are swapped, and ignores the scale of times", () => {
  const time = fc.double({ min: 1, max: 1000, noNaN: true });
  const samples = fc.array(time, { minLength: 1, maxLength: 5 });
  const anyRounds = fc.array(fc.record({ base: samples, head: samples }), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(anyRounds, (given) => {
      const { value } = judgeSpeed(given, THRESHOLD).ratio;
      const exchanged = judgeSpeed(given.map(({ base, head }) => ({ base: head, head: base })), THRESHOLD).ratio.value;
      assert.ok(Math.abs(value * exchanged - 1) < 1e-9);
      const scaled = given.map(({ base, head }) => ({ base: base.map((t) => 8 * t), head: head.map((t) => 8 * t) }));
      assert.equal(judgeSpeed(scaled, THRESHOLD).judgement, judgeSpeed(given, THRESHOLD).judgement);
    }),
    { seed: 1, numRuns: 20 },
  );
});

Deno.test("judgeSpeed() hardly ever reaches a verdict on equal sides on a noisy machine", () => {
  const noisy = (seed: number) => {
    const random = stream(seed, "noise");
    // Rounds that differ by 8%, as where something else runs now and then.
    return rounds(Array.from({ length: 6 }, () => Math.exp(0.08 * random.normal())), { seed });
  };
  const verdicts = Array.from({ length: 60 }, (_, seed) => judgeSpeed(noisy(seed), THRESHOLD).judgement);
  const alarms = verdicts.filter((judgement) => judgement === "regressed" || judgement === "improved").length;
  assert.ok(alarms <= 3, `${alarms} of 60`);
});
