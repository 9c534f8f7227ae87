import assert from "node:assert/strict";
import fc from "fast-check";
import { UserError } from "../../base/errors.ts";
import { stream } from "../../base/random.ts";
import type { TrialRow } from "../rows/trials.ts";
import { errorRateInterval } from "../statistics/error_rate.ts";
import { SEED_SPREAD } from "../statistics/seed_spread.ts";
import { drawnSpread } from "../statistics/testing.ts";
import { fakePublished, fakeRun } from "../testing.ts";
import {
  equivalenceMargin,
  MARGIN_RULE,
  publishedInterval,
  summarise,
  type Summary,
  verdict,
} from "./against_published.ts";

/** Trials with these errors of 10,000 test images, null for a failed one. */
function trials(testErrors: readonly (number | null)[], columns: Partial<TrialRow> = {}): readonly TrialRow[] {
  return fakeRun({ arms: [{ testErrors }], trial: columns }).trials;
}

function summary(testErrors: readonly number[], columns: Partial<TrialRow> = {}): Summary {
  return summarise(trials(testErrors, columns))!;
}

const [TRIAL] = trials([0]);

/** Like {@linkcode summary}, without the cost of whole invented runs. */
function ofErrors(testErrors: readonly number[]): Summary {
  return summarise(testErrors.map((test_errors) => ({ ...TRIAL!, test_errors })))!;
}

function rate(value: number) {
  return fakePublished({ id: "paper.net", value });
}

function assertNear(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected} +- ${tolerance}`);
}

Deno.test("summarise() has mean, deviation and the interval over seeds and images", () => {
  const { n, failed, meanPct, sdPct, interval, testedImages, trainImages, dataset } = summary([90, 100, 110]);
  assert.deepEqual({ n, failed, dataset, trainImages, testedImages }, {
    n: 3,
    failed: 0,
    dataset: "mnist",
    trainImages: 60000,
    testedImages: 10000,
  });
  assertNear(meanPct, 1, 1e-12);
  assertNear(sdPct!, 0.1, 1e-12);
  assert.deepEqual(interval, errorRateInterval([0.9, 1, 1.1], 10_000));
});

Deno.test("summarise() counts the luck of one seed in its interval, publishedInterval() only that of the images", () => {
  const { sdPct, interval } = summary([95]);
  assert.equal(sdPct, null);
  const published = publishedInterval(rate(0.95))!;
  assert.ok(interval.low < published.low && published.high < interval.high);
  assertNear(published.low, 0.778, 5e-4);
  assertNear(published.high, 1.160, 5e-4);
});

Deno.test("summarise() has an interval of some width if all seeds make as many errors, or none", () => {
  const [equal, published] = [summary([95, 95, 95]).interval, publishedInterval(rate(0.95))!];
  assertNear(equal.low, published.low, 1e-12);
  assertNear(equal.high, published.high, 1e-12);
  const { low, high } = summary([0, 0, 0]).interval;
  assert.equal(low, 0);
  assertNear(high, 0.0384, 1e-4);
});

Deno.test("summarise() counts failed trials without averaging them, and is undefined if none finished", () => {
  const { n, failed, meanPct } = summarise(trials([80, null, 120, null]))!;
  assert.deepEqual({ n, failed }, { n: 2, failed: 2 });
  assertNear(meanPct, 1, 1e-12);
  assert.equal(summarise(trials([null])), undefined);
  assert.equal(summarise([]), undefined);
});

Deno.test("summarise() uses held-out training images if a suite is judged on them", () => {
  const held = trials([400, 400], { validation_images: 5000, validation_errors: 50 });
  const { meanPct, testedImages, judgedOn } = summarise(held, "validation")!;
  assert.deepEqual({ meanPct, testedImages, judgedOn }, { meanPct: 1, testedImages: 5000, judgedOn: "validation" });
});

Deno.test("summarise() keeps the interval within 0 and 100 per cent", () => {
  assertNear(summary([0, 30]).interval.low, 0.001, 1e-4);
});

Deno.test("summarise() refuses trials on different data", () => {
  const mixed = [...trials([90]), ...trials([90], { dataset_sha256: "cd".repeat(32) })];
  assert.throws(() => summarise(mixed), UserError);
  assert.throws(() => summarise([...trials([90]), ...trials([90], { train_images: 10000 })]), UserError);
});

Deno.test("equivalenceMargin() is the least difference that two single runs could show", () => {
  const margins = [12, 4.7, 3.05, 1.7, 0.95].map((value) =>
    equivalenceMargin({ value, test_images: 10000 }).toFixed(2)
  );
  assert.deepEqual(margins, ["0.90", "0.59", "0.48", "0.36", "0.27"]);
  assert.match(MARGIN_RULE, /^2\.77 /);
});

Deno.test("verdict() reaches known outcomes", () => {
  const outcomes: [testErrors: number[], published: number, kind: string][] = [
    [[94, 95, 96, 95, 95], 0.95, "reproduced"],
    [[70, 100, 130], 0.95, "inconclusive"], // three seeds that differ so much could hide the margin
    [[760, 765, 770], 12, "better"],
    [[1500, 1510, 1520], 12, "worse"],
    [[183, 180, 186], 4.7, "better"],
    [[95], 0.95, "reproduced"], // one seed, spot on
    [[80], 0.95, "inconclusive"],
    [[60], 0.95, "better"],
    [[1140, 1141, 1142, 1140, 1141], 12, "better"], // hardly any spread
    [[1100, 1141, 1180, 1140, 1141], 12, "inconclusive"],
    [[100, 100], 1, "reproduced"], // no spread between seeds
    [[0], 0, "reproduced"], // no spread at all
    [[0, 0], 0, "reproduced"],
    [[10_000, 10_000], 100, "reproduced"],
    [[1, 1], 0, "inconclusive"],
  ];
  for (const [testErrors, published, kind] of outcomes) {
    assert.equal(verdict(summary(testErrors), rate(published)).kind, kind, `${testErrors} against ${published}%`);
  }
});

Deno.test("verdict() calls a result reproduced whenever the difference is within the margin, and else by its sign", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 30 }),
      fc.double({ min: 0.2, max: 20, noNaN: true }),
      (testErrors, published) => {
        const outcome = verdict(ofErrors(testErrors), rate(published));
        assert.ok(outcome.kind !== "not comparable");
        const { kind, interval: { low, high }, marginPct, differencePct } = outcome;
        if (kind === "reproduced") assert.ok(Math.abs(differencePct) <= marginPct);
        if (kind === "better") assert.ok(high < 0);
        if (kind === "worse") assert.ok(low > 0);
        if (kind === "inconclusive") assert.ok(low <= 0 && high >= 0);
      },
    ),
    { seed: 1 },
  );
});

Deno.test("verdict() has the interval of the difference worked out by hand", () => {
  const outcome = verdict(summary([90, 100, 110]), rate(0.95));
  assert.ok(outcome.kind !== "not comparable");
  const common = (3 * 1 + 0.95) / 4;
  const { degrees, share } = SEED_SPREAD;
  const single = (degrees * share * common * (100 - common) / 10_000 + 2 * 0.01) / (degrees + 2);
  assertNear(degrees + 2, 7.4, 1e-9); // the 0.975 quantile of t is then 2.3390
  assertNear(outcome.differencePct, 0.05, 1e-12);
  assertNear(outcome.interval.high, 0.05 + 2.339 * Math.sqrt(single * 4 / 3), 1e-4);
  assertNear(outcome.interval.low, 0.05 - 2.339 * Math.sqrt(single * 4 / 3), 1e-4);
});

Deno.test("verdict() says why rows can't be compared", () => {
  const reason = (measured: Summary, published = rate(0.95)) => {
    const outcome = verdict(measured, published);
    assert.ok(outcome.kind === "not comparable");
    return outcome.reason;
  };
  assert.match(reason(summary([95, 96], { dataset: "synthetic" })), /"synthetic".*"mnist"/);
  assert.match(reason(summary([95, 96], { dataset: "idx:0123456789ab" })), /"idx:0123456789ab"/);
  assert.match(reason(summary([9, 9], { test_images: 1000 })), /1,000.*10,000/);
  assert.match(reason(summary([95, 96], { train_images: 10000 })), /10,000.*60,000/);
  assert.match(
    reason(summarise(trials([95], { validation_images: 5000, validation_errors: 50 }), "validation")!),
    /held-out/,
  );
  const count = fakePublished({ id: "paper.count", value: 7850, metric: "param_count", test_images: null });
  assert.match(reason(summary([95]), count), /"param_count"/);
  assert.match(reason(summary([95]), fakePublished({ id: "paper.bare", value: 1, test_images: null })), /size/);
  assert.equal(publishedInterval(count), undefined);
});

/** Shares of the verdicts in 1,000 simulated comparisons; two standard errors of a share of 5% are 1.4%. */
function simulate(draw: (round: number) => { published: number; measured: number[] }) {
  const rounds = 1_000;
  const share = { reproduced: 0, better: 0, worse: 0, inconclusive: 0, "not comparable": 0 };
  for (let round = 0; round < rounds; round++) {
    const { published, measured } = draw(round);
    share[verdict(ofErrors(measured), rate(published / 100)).kind] += 1 / rounds;
  }
  return share;
}

/**
 * Draws the errors of single runs on 10,000 images: normal about a mean, with the binomial deviation times `ratio` or,
 * if that is left out, as far apart as {@linkcode drawnSpread} has it for this variant.
 */
function runs(round: number, ratio?: number) {
  const random = stream(round, "simulation");
  const spread = ratio ?? drawnSpread(random);
  return (mean: number) => Math.round(mean + spread * Math.sqrt(mean * (1 - mean / 10_000)) * random.normal());
}

for (const seeds of [1, 3, 10]) {
  const measured = (errors: (mean: number) => number, mean: number) =>
    Array.from({ length: seeds }, () => errors(mean));

  Deno.test(`verdict() calls the same procedure better or worse in 5% of comparisons at most, with ${seeds} seeds`, () => {
    const same = simulate((round) => {
      const errors = runs(round);
      return { published: errors(305), measured: measured(errors, 305) };
    });
    assert.ok(same.better + same.worse < 0.065, JSON.stringify(same));
    assert.ok(same.reproduced > (seeds === 1 ? 0.5 : 0.7), JSON.stringify(same));
    const close = simulate((round) => {
      const errors = runs(round, 1 / 3);
      return { published: errors(305), measured: measured(errors, 305) };
    });
    assert.ok(close.better + close.worse < 0.01, JSON.stringify(close));
    assert.ok(close.reproduced > 0.85, JSON.stringify(close));
  });

  Deno.test(`verdict() seldom calls a procedure that is off by the margin reproduced, with ${seeds} seeds`, () => {
    const margin = 100 * equivalenceMargin({ value: 3.05, test_images: 10_000 });
    for (const sign of [-1, 1]) {
      const off = simulate((round) => {
        const errors = runs(round);
        return { published: errors(305), measured: measured(errors, 305 + sign * margin) };
      });
      assert.ok(off.reproduced < 0.08, JSON.stringify(off));
      assert.ok((sign < 0 ? off.worse : off.better) < 0.01, JSON.stringify(off));
    }
  });
}

Deno.test("verdict() calls the same procedure different the more often, the wider its runs spread", () => {
  const alarms = (ratio: number) => {
    const { better, worse } = simulate((round) => {
      const errors = runs(round, ratio);
      return { published: errors(305), measured: [errors(305), errors(305), errors(305)] };
    });
    return better + worse;
  };
  // What JSDoc says of three seeds: 0.2%, 8% and 14%; standard deviations of these shares 0.1, 0.9 and 1.1%.
  for (const [ratio, share, tolerance] of [[0.5, 0.002, 0.006], [1, 0.08, 0.03], [3, 0.14, 0.035]] as const) {
    assert.ok(Math.abs(alarms(ratio) - share) <= tolerance, `${alarms(ratio)} at ${ratio}`);
  }
});
