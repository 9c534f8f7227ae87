import assert from "node:assert/strict";
import { withFolder } from "../../base/testing.ts";
import { writeSmallFiles } from "../../data/testing.ts";
import { MODELS } from "../../models/list.ts";
import type { ModelSpec } from "../../models/network/spec.ts";
import { ACTIVATION_CIFAR10 } from "../../suites/activation_cifar10.ts";
import { LENET300 } from "../../suites/lenet300.ts";
import { fittingPlan, loadDataFor } from "./load_data.ts";
import { plan } from "./plan.ts";

Deno.test("loadDataFor() draws digits in the profile's sizes and the suite's kind, unless another data set is asked for", () =>
  withFolder(async (folder) => {
    const where = { cacheDir: `${folder}/cache`, dataDir: folder };
    for (const suite of [LENET300, ACTIVATION_CIFAR10]) {
      const work = plan(suite, { profile: "smoke" });
      const { trainImages, validationImages, testImages } = work.profile;
      const { id, train, test } = await loadDataFor(work, where);
      assert.equal(id, suite === LENET300 ? "synthetic" : "synthetic-colour");
      assert.deepEqual([train.count, test.count], [Number(trainImages) + validationImages, testImages]);
    }
    await writeSmallFiles(folder);
    const { id } = await loadDataFor(plan(LENET300, { profile: "smoke" }), { ...where, dataset: "auto" });
    assert.ok(!id.startsWith("synthetic"));
    const whole = plan(LENET300, { profile: "smoke" });
    const few = { ...whole, profile: { ...whole.profile, testImages: 4 } };
    const { notice } = await loadDataFor(few, { ...where, dataset: "auto" });
    assert.match(notice!, /Tested on 4 of the 10 test images, dealt evenly from the classes\.$/);
  }));

Deno.test("fittingPlan() keeps the arms whose networks take the images, and refuses if there are none", () =>
  withFolder(async (folder) => {
    const where = { cacheDir: `${folder}/cache`, dataDir: folder, dataset: "usps" } as const;
    for (const name of ["usps", "usps.t"]) await Deno.writeTextFile(`${folder}/${name}`, "1 1:1\n");
    const work = plan(LENET300, { profile: "smoke" });
    const dataset = await loadDataFor(work, where);
    assert.throws(() => fittingPlan(work, dataset), {
      name: "UserError",
      message:
        /^Cannot train "[^"]+" on data set "usps:\w{12}": its images are 16x16, .*another --dataset, or .* --filter/,
    });
    const [first, ...others] = LENET300.variants;
    const model: ModelSpec = { ...MODELS[0]!, input: [16, 16, 1], fit: "as_is" };
    const mixed = plan({ ...LENET300, variants: [{ ...first!, model }, ...others] }, { profile: "smoke", seeds: 2 });
    const { variants, trials } = fittingPlan(mixed, dataset);
    assert.deepEqual(variants.map(({ id }) => id), [first!.id]);
    assert.deepEqual(trials.map(({ seed, variant }) => [seed, variant.id]), [[1, first!.id], [2, first!.id]]);
  }));
