import assert from "node:assert/strict";
import { fitImages } from "../data/fit.ts";
import { publishedById } from "../data/published.ts";
import { SYNTHETIC_SIZES } from "../data/synthetic/digits.ts";
import { MODELS } from "../models/mod.ts";
import { countLayers } from "../models/network/count.ts";
import { learningRate } from "../recipes/chosen_rates.ts";
import { MODERN, RECIPES } from "../recipes/mod.ts";
import { LENET300 } from "./lenet300.ts";
import { SUITES } from "./mod.ts";

Deno.test("suites, and the variants of each, have ids of their own", () => {
  assert.equal(new Set(SUITES.map(({ id }) => id)).size, SUITES.length);
  for (const { id, variants } of SUITES) {
    assert.equal(new Set(variants.map(({ id }) => id)).size, variants.length, id);
    assert.ok(variants.length > 0, id);
  }
});

Deno.test("every profile's images are there in a data set of MNIST's size", () => {
  for (const { id, profiles } of SUITES) {
    for (const [name, { trainImages, validationImages, testImages }] of Object.entries(profiles)) {
      const trained = trainImages === "all" ? SYNTHETIC_SIZES.train - validationImages : trainImages;
      assert.ok(trained > 0 && trained + validationImages <= SYNTHETIC_SIZES.train, `${id} ${name}`);
      assert.ok(testImages === "all" || testImages <= SYNTHETIC_SIZES.test, `${id} ${name}`);
    }
  }
});

Deno.test("a suite judges on images that it has, and one that chooses never takes test images", () => {
  for (const { id, judgedOn, profiles } of SUITES) {
    for (const { validationImages, testImages } of Object.values(profiles)) {
      if (judgedOn === "validation") assert.ok(validationImages > 0 && testImages === 0, id);
      else assert.notEqual(testImages, 0, id);
    }
  }
});

Deno.test("lenet300: the published table in both recipes, then the slides' three nets", () => {
  const { variants } = LENET300;
  const rates = variants.flatMap(({ published, recipe }) =>
    published ? [[recipe.id, publishedById(published).value]] : []
  );
  const table = [12, 4.7, 3.05, 1.7, 0.95];
  assert.deepEqual(rates, RECIPES.toReversed().flatMap(({ id }) => table.map((rate) => [id, rate])));
  assert.deepEqual(
    variants.filter(({ published }) => published === undefined).map(({ model, recipe }) => [model.id, recipe.id]),
    ["conv6-fc100", "conv6-pool-fc100", "conv6-pool-conv16-pool-fc100"].map((model) => [model, "modern"]),
  );
});

Deno.test("whatever is compared with a published rate says how it departs from the paper", () => {
  for (const { variants } of SUITES) {
    for (const { published, departures, recipe } of variants) {
      if (published !== undefined) assert.ok(departures.length + recipe.departures.length > 0);
    }
  }
});

Deno.test("every learning rate is positive; a pair without one is refused by name", () => {
  for (const { variants } of SUITES) {
    for (const { learningRate, id } of variants) assert.ok(learningRate > 0, id);
  }
  const model = { ...MODELS[0]!, id: "unknown" };
  assert.throws(() => learningRate(model, MODERN), /RangeError: .*"unknown".*"modern"/);
});

Deno.test("images fitted for a model have its input's shape", () => {
  const blank = (side: number, maps: number) => (
    { count: 1, height: side, width: side, maps, pixels: new Uint8Array(side * side * maps), labels: new Uint8Array(1) }
  );
  for (const { id, fit, input } of MODELS) {
    const { height, width, maps } = fitImages(input[2] === 1 ? blank(28, 1) : blank(32, 3), fit);
    assert.deepEqual([height, width, maps], input, id);
  }
});

Deno.test("layer names are unique in a model: parameters and random streams are named after them", () => {
  for (const spec of MODELS) {
    const names = countLayers(spec).map(({ name }) => name);
    assert.equal(new Set(names).size, names.length, spec.id);
  }
});

Deno.test("a baseline is another variant of its suite, and a share of the images one over a whole number", () => {
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
