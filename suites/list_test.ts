import assert from "node:assert/strict";
import { isInputOf } from "../data/fit.ts";
import { publishedById } from "../data/published.ts";
import { heldOutOf } from "../data/split.ts";
import { SYNTHETIC_SIZES } from "../data/synthetic/digits.ts";
import { MODELS, PAPER_MODELS } from "../models/list.ts";
import { countLayers } from "../models/network/count.ts";
import { learningRate } from "../recipes/chosen_rates.ts";
import { MODERN } from "../recipes/modern.ts";
import { LENET300 } from "./lenet300.ts";
import { SUITES } from "./list.ts";

Deno.test("SUITES have unique ids, and each has unique variants", () => {
  assert.equal(new Set(SUITES.map(({ id }) => id)).size, SUITES.length);
  for (const { id, variants } of SUITES) {
    assert.equal(new Set(variants.map(({ id }) => id)).size, variants.length, id);
    assert.ok(variants.length > 0, id);
  }
});

Deno.test("SUITES ask for no more images than MNIST has", () => {
  for (const { id, profiles } of SUITES) {
    for (const [name, profile] of Object.entries(profiles)) {
      const { trainImages, validationImages, testImages } = profile;
      const heldOut = heldOutOf(SYNTHETIC_SIZES.train, profile);
      const trained = trainImages === "all" ? SYNTHETIC_SIZES.train - heldOut : trainImages;
      assert.ok(trained > 0 && trained + heldOut <= SYNTHETIC_SIZES.train, `${id} ${name}`);
      assert.ok(trainImages === "all" || Number.isInteger(validationImages), `${id} ${name}: a share goes with "all"`);
      assert.ok(testImages === "all" || testImages <= SYNTHETIC_SIZES.test, `${id} ${name}`);
    }
  }
});

Deno.test("SUITES judge on images that they have, and never choose by test images", () => {
  for (const { id, judgedOn, profiles } of SUITES) {
    for (const { validationImages, testImages } of Object.values(profiles)) {
      if (judgedOn === "validation") assert.ok(validationImages > 0 && testImages === 0, id);
      else assert.notEqual(testImages, 0, id);
    }
  }
});

Deno.test("LENET300 has the published table in both recipes, then the slides' three nets", () => {
  const { variants } = LENET300;
  const rates = variants.flatMap(({ published, recipe }) =>
    published ? [[recipe.id, publishedById(published).value]] : []
  );
  const table = [12, 4.7, 3.05, 1.7, 0.95];
  assert.deepEqual(rates, ["lecun1998-minibatch", "modern"].flatMap((id) => table.map((rate) => [id, rate])));
  assert.deepEqual(
    variants.filter(({ published }) => published === undefined).map(({ model, recipe }) => [model.id, recipe.id]),
    ["conv6-fc100", "conv6-pool-fc100", "conv6-pool-conv16-pool-fc100"].map((model) => [model, "modern"]),
  );
});

Deno.test("SUITES boost only arms that train pattern by pattern on distorted images", () => {
  for (const { variants } of SUITES) {
    for (const { boosting, augmentation, recipe, id } of variants) {
      if (boosting) assert.ok(augmentation && recipe.optimiser.kind === "diagonal_levenberg_marquardt", id);
    }
  }
});

Deno.test("SUITES record departures whenever a published rate is compared", () => {
  for (const { variants } of SUITES) {
    for (const { published, departures, recipe } of variants) {
      if (published !== undefined) assert.ok(departures.length + recipe.departures.length > 0);
    }
  }
});

Deno.test("learningRate() is positive, and refuses a pair without a rate by name", () => {
  for (const { variants } of SUITES) {
    for (const { learningRate, id } of variants) assert.ok(learningRate > 0, id);
  }
  const model = { ...MODELS[0]!, id: "unknown" };
  assert.throws(() => learningRate(model, MODERN), /RangeError: .*"unknown".*"modern"/);
});

Deno.test("isInputOf() accepts the images of some data set for every network", () => {
  const sizes = [[28, 1], [16, 1], [32, 3]].map(([side, maps]) => ({ height: side!, width: side!, maps: maps! }));
  for (const model of [...MODELS, ...PAPER_MODELS]) assert.ok(sizes.some((size) => isInputOf(model, size)), model.id);
});

Deno.test("MODELS and PAPER_MODELS have unique layer names, which name parameters and random streams", () => {
  for (const spec of [...MODELS, ...PAPER_MODELS]) {
    const names = countLayers(spec).map(({ name }) => name);
    assert.equal(new Set(names).size, names.length, spec.id);
  }
});

Deno.test("SUITES have baselines among their own variants, and train on 1/n of the images for a whole n", () => {
  for (const { id, variants } of SUITES) {
    const baselines = new Map(variants.map((variant) => [variant.id, variant.baseline]));
    for (const variant of variants) {
      const { baseline, data: { share = 1 } = {} } = variant;
      if (baseline !== undefined) {
        assert.ok(baselines.has(baseline) && baseline !== variant.id, `${id}/${variant.id}`);
        // No baseline has one of its own: differences are read off at one step.
        assert.equal(baselines.get(baseline), undefined, `${id}/${variant.id}`);
      }
      assert.ok(share > 0 && Number.isInteger(1 / share), `${id}/${variant.id}`);
    }
  }
});
