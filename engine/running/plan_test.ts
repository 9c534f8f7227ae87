import assert from "node:assert/strict";
import { UserError } from "../../base/errors.ts";
import { HISTORY } from "../../suites/history.ts";
import { LENET300 } from "../../suites/lenet300.ts";
import { SUITES } from "../../suites/list.ts";
import type { ProfileName } from "../../suites/suite.ts";
import { allEpochsOf, epochsOf, plan, type PlanOptions, relativeWork, usualEpochs } from "./plan.ts";

const PROFILES: readonly ProfileName[] = ["smoke", "quick", "paper"];

Deno.test("plan() has every variant with every seed, seed by seed", () => {
  const { trials, profile, variants } = plan(LENET300, { profile: "paper" });
  assert.deepEqual(variants, LENET300.variants);
  assert.equal(trials.length, variants.length * profile.seeds);
  assert.deepEqual(trials.map(({ seed }) => seed), [1, 2, 3].flatMap((seed) => variants.map(() => seed)));
  assert.deepEqual(trials.slice(0, variants.length).map(({ variant }) => variant), variants);
});

Deno.test("plan() builds unique trial ids from suite, variant and seed", () => {
  for (const suite of SUITES) {
    for (const profile of PROFILES) {
      const { trials } = plan(suite, { profile });
      assert.equal(new Set(trials.map(({ id }) => id)).size, trials.length);
      for (const { id, variant, seed } of trials) assert.equal(id, `${suite.id}/${variant.id}/${seed}`);
    }
  }
});

Deno.test("plan() counts seeds from the first one given", () => {
  const { trials, variants } = plan(LENET300, { profile: "quick", seeds: 2, firstSeed: 3 });
  assert.deepEqual(trials.map(({ seed }) => seed), [...variants.map(() => 3), ...variants.map(() => 4)]);
});

Deno.test("plan() takes seeds and epochs from the options, and all else from the profile", () => {
  const planned = plan(LENET300, { profile: "quick", seeds: 2, epochs: 7 });
  assert.deepEqual(planned.profile, { ...LENET300.profiles.quick, seeds: 2 });
  assert.equal(planned.epochs, 7);
  assert.deepEqual(plan(LENET300, { profile: "quick" }).profile, LENET300.profiles.quick);
});

Deno.test("plan() takes numbers of images from the options, if they leave some to judge on", () => {
  const images = { trainImages: 80, validationImages: 10, testImages: 20 };
  assert.deepEqual(plan(LENET300, { profile: "smoke", ...images }).profile, {
    ...LENET300.profiles.smoke,
    ...images,
  });
  const choosing = SUITES.find(({ judgedOn }) => judgedOn === "validation")!;
  assert.throws(() => plan(choosing, { profile: "quick", testImages: 20 }), {
    name: "UserError",
    message:
      /is judged on held-out training images, and never tests\. Leave --test-images "20" out; --validation-images/,
  });
  assert.throws(() => plan(choosing, { profile: "quick", validationImages: 0 }), {
    name: "UserError",
    message: /--validation-images "0" leaves none\. Ask for some\.$/,
  });
});

Deno.test("epochsOf() is the paper's number in profile paper, and always what the user asked for", () => {
  const { epochs } = HISTORY.profiles.paper;
  const epochsIn = (options: PlanOptions) => {
    const planned = plan(HISTORY, { filter: "lenet1.lecun1998, lecun1989, lecun1990", ...options });
    return planned.variants.map((variant) => [epochsOf(planned, variant), usualEpochs(planned, variant)]);
  };
  assert.deepEqual(epochsIn({ profile: "paper" }), [[epochs, epochs], [23, 23], [30, 30]]);
  assert.deepEqual(epochsIn({ profile: "paper", epochs }), [[epochs, epochs], [epochs, 23], [epochs, 30]]);
  assert.deepEqual(epochsIn({ profile: "quick" }), Array(3).fill(Array(2).fill(HISTORY.profiles.quick.epochs)));
});

Deno.test("allEpochsOf() are those of three networks when an arm is boosted", () => {
  const epochsIn = (options: PlanOptions) => {
    const planned = plan(HISTORY, { filter: "lenet4.", ...options });
    return planned.variants.map((variant) => [epochsOf(planned, variant), allEpochsOf(planned, variant)]);
  };
  assert.deepEqual(epochsIn({ profile: "paper" }), [[20, 20], [20, 60]]);
  assert.deepEqual(epochsIn({ profile: "paper", epochs: 2 }), [[2, 2], [2, 6]]);
});

Deno.test("plan() looks for the filter's texts in ids and titles, and ignores case", () => {
  const ids = (filter: string) => plan(LENET300, { profile: "quick", filter }).variants.map(({ id }) => id);
  assert.deepEqual(ids("LENET1"), ["lenet1.lecun1998-minibatch", "lenet1.modern"]);
  assert.deepEqual(ids("LeNet-1"), ids("lenet1"));
  assert.deepEqual(ids("fc-784-10.modern, conv6-fc100"), ["fc-784-10.modern", "conv6-fc100.modern"]);
  assert.deepEqual(ids("lenet1,"), ids("lenet1"));
});

Deno.test("plan() takes a variant's whole id for that variant alone", () => {
  const ids = (filter: string) => plan(HISTORY, { profile: "quick", filter }).variants.map(({ id }) => id);
  const { id } = HISTORY.variants.find(({ id }) => HISTORY.variants.some((other) => other.id === `${id}.distorted`))!;
  assert.deepEqual(ids(id), [id]);
  assert.deepEqual(ids(`${id.toUpperCase()},${id}.`), [id, `${id}.distorted`]);
});

Deno.test("plan() refuses a filter that matches nothing, and lists the variants", () => {
  for (const filter of ["resnet", ",", ""]) {
    assert.throws(
      () => plan(LENET300, { profile: "quick", filter }),
      (error) =>
        error instanceof UserError && error.message.includes(`"${filter}"`) && /lenet1\.modern/.test(error.message),
    );
  }
});

Deno.test("relativeWork() is more for a larger network, and not 0 for the smallest", () => {
  const work = (id: string) => relativeWork(LENET300.variants.find((variant) => variant.model.id === id)!);
  assert.ok(work("lenet5-dense-output") > work("fc-784-300-10"));
  assert.ok(work("fc-784-300-10") > work("fc-784-10"));
  assert.ok(work("fc-784-10") > 7_840);
});
