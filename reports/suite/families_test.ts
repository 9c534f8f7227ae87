import assert from "node:assert/strict";
import { type FakeArm, fakeRun } from "../../results/testing.ts";
import { families, placeOf } from "./families.ts";
import { collect, type ReportRow } from "./rows.ts";

function arm(variant: FakeArm["variant"]): FakeArm {
  return { variant: { title: variant?.variant ?? "", ...variant }, testErrors: [100] };
}

function rowsOf(arms: readonly FakeArm[]): readonly ReportRow[] {
  return collect([fakeRun({ arms })], []).rows;
}

/** Title and arm names of every family. */
function told(arms: readonly FakeArm[]) {
  return families(rowsOf(arms)).map(({ title, arms }) => [title, ...arms.map(({ name }) => name)]);
}

Deno.test("families() has one family per baseline, and drops the network from the arms' titles", () => {
  const arms = ["784-10", "LeNet-5"].flatMap((network) => {
    const of = { model: network, model_title: network };
    return [
      arm({ variant: `${network}.none`, title: `${network}, none`, ...of }),
      arm({ variant: `${network}.shift`, title: `${network}, shift`, baseline: `${network}.none`, ...of }),
    ];
  });
  assert.deepEqual(told(arms), [["784-10", "none", "shift"], ["LeNet-5", "none", "shift"]]);
});

Deno.test("families() groups arms of several networks by the words before the comma", () => {
  assert.deepEqual(
    told([
      arm({ variant: "max", title: "max 2x2", model: "a", model_title: "LeNet-5, max" }),
      arm({ variant: "average", title: "average 2x2", model: "b", model_title: "LeNet-5, average", baseline: "max" }),
    ]),
    [["LeNet-5", "max 2x2", "average 2x2"]],
  );
});

Deno.test("families() names a family of unlike networks by its baseline's title", () => {
  assert.deepEqual(
    told([
      arm({ variant: "max", title: "max 2x2", model: "a", model_title: "LeNet-5" }),
      arm({ variant: "average", title: "average 2x2", model: "b", model_title: "LeNet-1", baseline: "max" }),
    ]),
    [["max 2x2", "max 2x2", "average 2x2"]],
  );
});

Deno.test("families() joins a baseline's own baseline to the family, and stops at a circle", () => {
  assert.deepEqual(
    told([
      arm({ variant: "a" }),
      arm({ variant: "b", baseline: "a" }),
      arm({ variant: "c", baseline: "b" }),
      arm({ variant: "round", baseline: "round", model: "other", model_title: "Other" }),
    ]),
    [["784-10", "a", "b", "c"], ["Other", "round"]],
  );
});

Deno.test("families() groups arms without baselines by network, and names them by recipe if titles are alike", () => {
  const big = { model: "big", model_title: "Big" };
  assert.deepEqual(
    told([
      arm({ variant: "x", title: "784-10", recipe: "modern" }),
      arm({ variant: "y", title: "784-10", recipe: "lecun" }),
      arm({ variant: "z", title: "Big", ...big }),
    ]),
    [["784-10", "modern", "lecun"], ["Big", "modern"]],
  );
});

Deno.test("families() keeps profiles apart", () => {
  const quick = fakeRun({ environment: { profile: "quick" } });
  const { rows } = collect([fakeRun(), quick], []);
  assert.deepEqual(families(rows).map(({ title }) => title), ["784-10 (paper)", "784-10 (quick)"]);
  assert.equal(placeOf(rows[1]!, families(rows)).family, "784-10 (quick)");
});
