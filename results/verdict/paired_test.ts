import assert from "node:assert/strict";
import { stream } from "../../base/random.ts";
import { fakeRun } from "../testing.ts";
import {
  type Arm,
  compareArms,
  type Comparison,
  detectablePct,
  type Effect,
  imageVariance,
  pairedT,
} from "./paired.ts";

function assertNear(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected} +- ${tolerance}`);
}

function isEffect(comparison: Comparison): asserts comparison is Effect {
  assert.notEqual(comparison.method, "none");
}

/** An arm with these test errors, seeds from 1. */
function arm(...testErrors: (number | null)[]): Arm {
  return fakeRun({ arms: [{ testErrors }] });
}

Deno.test("pairedT() agrees with Student's own example", () => {
  // Additional hours of sleep, two drugs, ten patients (Student 1908): t = 4.0621, p = 0.00283, 0.70 to 2.46.
  const effect = pairedT([1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4], { grain: 0.1 });
  assertNear(effect.differencePct, 1.58, 1e-12);
  assertNear(effect.p, 0.00283, 5e-6);
  assertNear(effect.interval.low, 0.7001, 5e-5);
  assertNear(effect.interval.high, 2.4599, 5e-5);
});

Deno.test("compareArms() pairs arms over the seeds that both finished", () => {
  const effect = compareArms(arm(90, null, 100, 80), arm(100, 90, 120));
  isEffect(effect);
  assert.equal(effect.method, "paired t");
  assert.equal(effect.n, 2);
  assertNear(effect.differencePct, -0.15, 1e-12);
  // Differences -0.1 and -0.2: 0.0025 for the seeds; 30 images at -1/2 of 10,000: 0.000748 for the images. So t = 2.632
  // with 0.003248^2 / 0.0025^2 = 1.688 degrees of freedom.
  assert.ok(effect.method === "paired t");
  assertNear(effect.df, 1.688, 1e-3);
  assertNear(effect.differencePct / effect.standardErrorPct, -2.632, 1e-3);
  assertNear(effect.p, 0.1414, 1e-4);
});

Deno.test("compareArms() takes out what the seeds share", () => {
  const effect = compareArms(arm(210, 310, 409), arm(200, 300, 400));
  isEffect(effect);
  assert.ok(effect.p < 0.01, String(effect.p));
});

Deno.test("imageVariance() counts the luck of the test images once, however many seeds share it", () => {
  // With one seed it is McNemar's variance: discordant images less the squared difference, over the square of all.
  const [arm, baseline] = [new Set([1, 2, 3]), new Set([3, 4])];
  assertNear(imageVariance([[arm, baseline]], 100), (3 / 100 - (1 / 100) ** 2) / 99, 1e-12);
  const twice = imageVariance([[arm, baseline], [arm, baseline]], 100);
  assertNear(twice, imageVariance([[arm, baseline]], 100), 1e-12);
  // Other images by another seed: half as large each, so that the variance of the mean is half.
  assertNear(imageVariance([[arm, baseline], [new Set([5, 6, 7]), new Set([7, 8])]], 1e6), 1.5e-12, 1e-16);
});

Deno.test("imageVariance() takes the luck of the runs off from four seeds on", () => {
  // Images are drawn with their chance of an error in either arm; a run is a throw for each.
  const random = stream(1, "runs");
  const tested = 2_000;
  for (const seeds of [3, 4, 10]) {
    const variances = Array.from({ length: 50 }, () => {
      const chances = Array.from({ length: tested }, () => [random.uniform() ** 4, random.uniform() ** 4] as const);
      const runs = Array.from(
        { length: seeds },
        () =>
          ([0, 1] as const).map((arm) =>
            new Set(chances.flatMap((chance, image) => random.uniform() < chance[arm] ? [image] : []))
          ) as [Set<number>, Set<number>],
      );
      return imageVariance(runs, tested);
    });
    // The fourth power of a uniform number has the mean 1/5, and the variance 1/9 - 1/25; a throw has 1/5 - 1/9.
    const [ofImages, ofThrows] = [2 * (1 / 9 - 1 / 25), 2 * (1 / 5 - 1 / 9)];
    const expected = (seeds < 4 ? ofImages + ofThrows / seeds : ofImages) / tested;
    const measured = variances.reduce((sum, value) => sum + value, 0) / variances.length;
    assert.ok(Math.abs(measured / expected - 1) < 0.03, `${measured} of ${expected} with ${seeds} seeds`);
  }
  const same = [new Set([1, 2]), new Set([3])] as const;
  assert.ok(imageVariance([same, same, same, same], 100) > 0);
});

Deno.test("compareArms() calls equal procedures different in about 5% of comparisons with four seeds or more", () => {
  const random = stream(2, "runs");
  const [comparisons, tested] = [400, 500];
  for (const [seeds, least] of [[3, 0], [5, 0.02], [10, 0.02]] as const) {
    let alarms = 0;
    for (let comparison = 0; comparison < comparisons; comparison++) {
      // Most images are easy, a few are errors in every other run.
      const chances = Array.from({ length: tested }, () => random.uniform() ** 12);
      const run = () => new Set(chances.flatMap((chance, image) => random.uniform() < chance ? [image] : []));
      const pairs = Array.from({ length: seeds }, () => [run(), run()] as const);
      const differences = pairs.map(([own, other]) => 100 * (own.size - other.size) / tested);
      const variance = 100 ** 2 * imageVariance(pairs, tested);
      if (pairedT(differences, { grain: 100 / tested, imageVariance: variance }).p < 0.05) alarms++;
    }
    // The standard deviation of a share of 5% is 1.1%. Without taking it off, ten seeds raise none.
    const share = alarms / comparisons;
    assert.ok(share <= 0.085 && share >= least, `${share} with ${seeds} seeds`);
  }
});

Deno.test("pairedT() raises few false alarms on the luck of the images if given their variance, far more without", () => {
  const random = stream(1, "images");
  const [runs, tested] = [300, 400];
  for (const seeds of [2, 5]) {
    let [alarms, withoutImages] = [0, 0];
    for (let run = 0; run < runs; run++) {
      // An image in five leans towards one of both arms, and each seed follows the lean in nine cases of ten.
      const leans = Array.from(
        { length: tested },
        () => random.uniform() < 0.2 ? Math.sign(random.uniform() - 0.5) : 0,
      );
      const pairs = Array.from({ length: seeds }, () => {
        const wrong = (sign: number) =>
          new Set(leans.flatMap((lean, image) => lean === sign && random.uniform() < 0.9 ? [image] : []));
        return [wrong(1), wrong(-1)] as const;
      });
      const differences = pairs.map(([own, other]) => 100 * (own.size - other.size) / tested);
      const grain = 100 / tested;
      const images = 100 ** 2 * imageVariance(pairs, tested);
      if (pairedT(differences, { grain, imageVariance: images }).p < 0.05) alarms++;
      if (pairedT(differences, { grain }).p < 0.05) withoutImages++;
    }
    assert.ok(alarms < 0.08 * runs, `${alarms} of ${runs} with ${seeds} seeds`);
    assert.ok(withoutImages > 2 * alarms, `${withoutImages} of ${runs} with ${seeds} seeds without the images`);
  }
});

Deno.test("compareArms() is not certain of equal differences in few seeds", () => {
  const effect = compareArms(arm(91, 101), arm(90, 100));
  isEffect(effect);
  assert.ok(effect.p > 0.05, String(effect.p));
  assert.ok(effect.interval.low < 0 && detectablePct(effect) > 0);
});

Deno.test("detectablePct() is no more than two rates can differ", () => {
  const effect = compareArms(arm(1_000, 9_000), arm(3_000, 100));
  isEffect(effect);
  assert.equal(detectablePct(effect, { comparisons: 10 }), 100);
});

Deno.test("pairedT() raises about 5% false alarms between arms that differ only by luck", () => {
  const random = stream(1, "paired");
  const runs = 700;
  for (const [seeds, spread] of [[2, 3], [3, 3], [5, 20]] as const) {
    let alarms = 0;
    for (let run = 0; run < runs; run++) {
      const differences = Array.from({ length: seeds }, () => Math.round(spread * random.normal()) / 100);
      if (pairedT(differences, { grain: 0.01 }).p < 0.05) alarms++;
    }
    assert.ok(alarms < 0.07 * runs, `${alarms} of ${runs} with ${seeds} seeds`);
    if (spread > 10) assert.ok(alarms > 0.03 * runs, `${alarms} of ${runs} with ${seeds} seeds`);
  }
});

Deno.test("compareArms() compares one shared seed image by image", () => {
  // Invented errors are the images from 0 on: 110 and 100 share 100, and ten are wrong in the arm alone.
  const effect = compareArms(arm(110), arm(100, 90));
  isEffect(effect);
  assert.equal(effect.method, "McNemar");
  assert.equal(effect.n, 1);
  assertNear(effect.differencePct, 0.1, 1e-12);
  assertNear(effect.p, 2 / 1024, 1e-12);
  assert.ok(0 < effect.interval.low && effect.interval.high < 0.3);
  const alone = detectablePct(effect);
  assert.ok(0.06 <= alone && alone < detectablePct(effect, { comparisons: 10 }));
});

Deno.test("compareArms() says why arms can't be compared", () => {
  const reason = (comparison: Comparison) => comparison.method === "none" ? comparison.reason : "";
  assert.match(reason(compareArms(arm(90, null), arm(null, 90))), /no seed was finished by both/);
  const other = fakeRun({ arms: [{ testErrors: [90] }], trial: { test_images: 5000 } });
  assert.match(reason(compareArms(arm(90), other)), /not measured on the same images/);
  assert.match(reason(compareArms({ ...arm(90), errors: [] }, arm(90))), /errors\.csv does not hold all/);
  const heldOut = fakeRun({
    arms: [{ testErrors: [90] }],
    trial: { validation_errors: 90, validation_images: 5000 },
  });
  assert.match(reason(compareArms(arm(90), arm(80), { judgedOn: "validation" })), /no seed was finished by both/);
  assert.match(reason(compareArms(heldOut, heldOut, { judgedOn: "validation" })), /held-out images are wrong/);
});
