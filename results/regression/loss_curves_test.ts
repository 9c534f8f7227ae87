import assert from "node:assert/strict";
import { lossesText } from "../rows/epochs.ts";
import { type FakeArm, fakeRun } from "../testing.ts";
import { compareCourses, compareLosses, judgeLosses } from "./loss_curves.ts";
import type { VariantPair, VariantSide } from "./variant_pair.ts";

const FIRST_LOSSES = Array.from({ length: 20 }, (_, i) => Math.fround(2.3 * 0.97 ** i));

interface Training {
  readonly testErrors?: FakeArm["testErrors"];
  readonly weights?: string;
  readonly firstLosses?: readonly number[];
  /** Factor of each epoch's loss. */
  readonly epochs?: readonly number[];
}

function side(
  { testErrors = [100], weights = "a", firstLosses = FIRST_LOSSES, epochs = [1, 1, 1] }: Training,
): VariantSide {
  const { trials, epochs: curve } = fakeRun({ arms: [{ testErrors }] });
  return {
    trials: trials.map((trial) => ({ ...trial, weights_sha256: weights.padStart(64, "0") })),
    epochs: curve.map((row) => ({
      ...row,
      train_loss: row.train_loss * epochs[row.epoch - 1]!,
      first_losses: row.epoch === 1 ? lossesText(firstLosses) : "",
    })),
  };
}

function course(base: Training, head: Training) {
  const pair: VariantPair = { base: side(base), head: side(head) };
  const judged = compareCourses("s/v", pair);
  assert.ok("judgement" in judged, JSON.stringify(judged));
  return judged;
}

Deno.test("compareCourses() calls the same bytes the same", () => {
  const { judgement, within, detail } = course({}, {});
  assert.deepEqual({ judgement, within }, { judgement: "same", within: 0 });
  assert.match(detail, /1 seed, the same weights and losses/);
});

Deno.test("compareCourses() calls another rounding the same up to rounding, however far it drives later losses apart", () => {
  const rounded = FIRST_LOSSES.map((loss, i) => i < 3 ? loss : loss * (1 + 1e-6));
  const { judgement, within, detail } = course({}, { weights: "b", firstLosses: rounded, epochs: [1, 1.02, 0.97] });
  assert.equal(judgement, "same");
  assert.ok(within! > 0);
  assert.match(detail, /from step 4 on/);
  // Of the last batch of an epoch alone, which may have kernels of its own.
  assert.equal(course({}, { weights: "b", epochs: [1 + 1e-6, 1.02, 1] }).judgement, "same");
  assert.equal(course({}, { weights: "b" }).judgement, "same");
});

Deno.test("compareCourses() calls other arithmetic changed, from the first steps or from a later epoch on", () => {
  const faulty = FIRST_LOSSES.map((loss, i) => i < 2 ? loss : loss * 1.01);
  assert.equal(course({}, { weights: "b", firstLosses: faulty }).judgement, "changed");
  const later = course({}, { weights: "b", epochs: [1, 1, 1.01] });
  assert.equal(later.judgement, "changed");
  assert.match(later.detail, /from epoch 3 on/);
  assert.equal(course({}, { weights: "b", epochs: [NaN, 1, 1] }).judgement, "changed");
});

Deno.test("compareCourses() falls back to the epochs' losses of runs without first losses", () => {
  assert.equal(course({ firstLosses: [] }, { weights: "b", epochs: [1 + 1e-6, 1, 1] }).judgement, "same");
  assert.equal(course({ firstLosses: [] }, { weights: "b", epochs: [1.001, 1, 1] }).judgement, "changed");
});

Deno.test("compareCourses() refuses a variant of which no seed was finished by both", () => {
  const pair = { base: side({ testErrors: [null] }), head: side({}) };
  assert.deepEqual(compareCourses("s/v", pair), {
    ...{ subject: "s/v", metric: "loss curve", found: "not comparable", reason: "no seed was finished by both" },
  });
});

/** Base's last losses are 0.2; head's are these times as high. */
function lossOf(factors: readonly number[]) {
  const testErrors = factors.map(() => 100);
  const [base, head] = [side({ testErrors }), side({ testErrors, weights: "b" })];
  const trials = head.trials.map((trial, i) => ({ ...trial, train_loss: trial.train_loss! * factors[i]! }));
  return judgeLosses(compareLosses("s/v", { base, head: { ...head, trials } }));
}

Deno.test("judgeLosses() calls a loss that is higher in every seed a regression, a lower one an improvement", () => {
  const [worse] = lossOf([1.03, 1.025, 1.03, 1.035, 1.03]);
  assert.equal(worse!.judgement, "regressed");
  assert.ok(Math.abs(worse!.change.value - 1.03) < 1e-3);
  assert.equal(lossOf([0.97, 0.975, 0.97, 0.965, 0.97])[0]!.judgement, "improved");
});

Deno.test("judgeLosses() can't tell from seeds that disagree, and ignores certain changes below 1%", () => {
  assert.equal(lossOf([1.2, 0.85, 1.1, 0.9, 1])[0]!.judgement, "cannot tell");
  assert.equal(lossOf([1.002, 1.0021, 1.0019])[0]!.judgement, "same");
});

Deno.test("compareLosses() has nothing to compare in one seed, or in the same losses", () => {
  assert.deepEqual(lossOf([1.5]), []);
  assert.deepEqual(lossOf([1, 1, 1]), []);
});
