import assert from "node:assert/strict";
import { mean } from "simple-statistics";
import { type RandomStream, stream } from "../../base/random.ts";
import { drawnSpread } from "../statistics/testing.ts";
import { fakeRun } from "../testing.ts";
import { imageVariance, pairedT } from "../verdict/paired.ts";
import { compareErrors, judgeErrors } from "./error_rates.ts";
import type { Judgement } from "./judgement.ts";
import type { VariantSide } from "./variant_pair.ts";

const [TRIAL] = fakeRun({ arms: [{ testErrors: [0] }] }).trials;
const TESTED = TRIAL!.test_images;

/** Trials with these numbers of errors, seeds from 1, and weights of their own. */
function side(name: string, errors: readonly number[]): VariantSide {
  const trials = errors.map((wrong, i) => ({
    ...TRIAL!,
    seed: i + 1,
    weights_sha256: `${name}${i}`,
    test_errors: wrong,
    test_error_pct: 100 * wrong / TESTED,
  }));
  return { trials, epochs: [] };
}

interface Errors {
  readonly base: readonly number[];
  readonly head: readonly number[];
}

function judge({ base, head }: Errors, threshold = 0): { readonly judgement: Judgement; readonly p: number } {
  const compared = compareErrors("net", { base: side("base", base), head: side("head", head) }, "test");
  assert.ok("judgement" in compared && compared.effect !== undefined);
  return { judgement: judgeErrors([compared], threshold)[0]!.judgement, p: compared.effect.p };
}

/** Shares, over comparisons that `draw` makes, of those called changed, and of p below 5%. */
function shares(draw: (random: RandomStream) => Errors): { readonly called: number; readonly significant: number } {
  const random = stream(1, "gate");
  const judged = Array.from({ length: 500 }, () => judge(draw(random)));
  const called = judged.filter(({ judgement }) => judgement === "regressed" || judgement === "improved");
  return {
    called: called.length / judged.length,
    significant: mean(judged.map(({ p }) => p < 0.05 ? 1 : 0)),
  };
}

/** Errors of runs on the same images, which spread by `spread` binomial standard deviations. */
function runs(
  random: RandomStream,
  { seeds, rate, spread }: { seeds: number; rate: number; spread: number },
): number[] {
  const sd = spread * Math.sqrt(TESTED * rate * (1 - rate));
  return Array.from({ length: seeds }, () => Math.max(0, Math.round(TESTED * rate + sd * random.normal())));
}

Deno.test("compareErrors() has p below 5% in 5% of comparisons if nothing changed, from one seed on", () => {
  for (const seeds of [1, 2, 3, 4, 5]) {
    const { significant } = shares((random) => {
      const way = { seeds, rate: 0.01, spread: drawnSpread(random) };
      return { base: runs(random, way), head: runs(random, way) };
    });
    // The standard deviation of a share of 5% is 1%.
    assert.ok(significant > 0.025 && significant < 0.08, `${significant} with ${seeds} seeds`);
  }
});

/** The wrong ones of images that are hard for every run; `factor` is the seed's own. */
function wrongImages(random: RandomStream, { hard, factor }: { hard: number; factor: number }): Set<number> {
  const images = Array.from({ length: Math.round(hard * factor) }, (_, image) => image);
  return new Set(images.filter(() => random.uniform() < BETWEEN_IMAGES));
}

/** Share of p (1 - p) between images, as in the committed runs; the rest is within the spread of single runs. */
const BETWEEN_IMAGES = 0.57;

Deno.test("compareErrors() finds 0.2 points of 1% more often than a test that charges the images, with three seeds", () => {
  const random = stream(2, "gate");
  let [found, foundBefore] = [0, 0];
  const comparisons = 300;
  for (let comparison = 0; comparison < comparisons; comparison++) {
    const beyond = Math.sqrt(Math.max(0, drawnSpread(random) ** 2 - 0.43) / 100);
    const seeds = Array.from(
      { length: 3 },
      () =>
        ([0.01, 0.012] as const).map((rate) =>
          wrongImages(random, { hard: TESTED * rate / 0.57, factor: 1 + beyond * random.normal() })
        ) as [Set<number>, Set<number>],
    );
    const [base, head] = [seeds.map(([own]) => own.size), seeds.map(([, own]) => own.size)];
    if (judge({ base, head }).judgement === "regressed") found++;
    const differences = seeds.map(([base, head]) => 100 * (head.size - base.size) / TESTED);
    const images = 100 ** 2 * imageVariance(seeds, TESTED);
    if (pairedT(differences, { grain: 100 / TESTED, imageVariance: images }).p < 0.05) foundBefore++;
  }
  // JSDoc says 75% and 48%; standard deviations of 2.5 and 3%.
  const [share, before] = [found / comparisons, foundBefore / comparisons];
  assert.ok(Math.abs(share - 0.75) < 0.06 && Math.abs(before - 0.48) < 0.07, `${share}, ${before}`);
});

Deno.test("judgeErrors() judges nothing on one seed, which runs that stay at chance would fool", () => {
  const stuck = (seeds: number) =>
    shares((random) => {
      const way = { seeds, rate: 0.05, spread: drawnSpread(random) };
      const errors = () => runs(random, way).map((wrong) => random.uniform() < 1 / 14 ? 0.9 * TESTED : wrong);
      return { base: errors(), head: errors() };
    });
  const one = stuck(1);
  assert.equal(one.called, 0);
  // JSDoc says 18%; standard deviation 1.7%.
  assert.ok(Math.abs(one.significant - 0.18) < 0.05, String(one.significant));
  for (const seeds of [2, 3, 5]) {
    const { called } = stuck(seeds);
    assert.ok(called < 0.065, `${called} with ${seeds} seeds`);
  }
});

Deno.test("judgeErrors() raises more false alarms if runs spread further than like variants do, fewer with more seeds", () => {
  // What JSDoc says of three times the binomial standard deviation; standard deviations of 1.9, 1.6 and 1.1%.
  for (const [seeds, share] of [[2, 0.25], [3, 0.14], [5, 0.07]] as const) {
    const { called } = shares((random) => {
      const way = { seeds, rate: 0.05, spread: 3 };
      return { base: runs(random, way), head: runs(random, way) };
    });
    assert.ok(Math.abs(called - share) < 0.05, `${called} with ${seeds} seeds`);
  }
});

Deno.test("compareErrors() is not certain of anything if neither side makes an error", () => {
  assert.deepEqual(judge({ base: [0, 0], head: [0, 0] }, 0.1), { judgement: "same", p: 1 });
});
