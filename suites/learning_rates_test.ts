import assert from "node:assert/strict";
import { MODELS } from "../models/mod.ts";
import { readRun } from "../results/store.ts";
import { chosenPairs, learningRate } from "./learning_rates.ts";
import { RECIPES } from "./recipes.ts";

const REFERENCE = new URL("../results/reference/learning_rate/llvmpipe", import.meta.url).pathname;

Deno.test("every chosen learning rate is the one of fewest errors on held-out images in the reference run", () => {
  const { trials, environment } = readRun(REFERENCE);
  assert.equal(environment.judged_on, "validation");
  for (const { model, recipe } of chosenPairs()) {
    const [best] = trials
      .filter((trial) => trial.status === "done" && trial.model === model && trial.recipe === recipe)
      .toSorted((a, b) => a.validation_errors! - b.validation_errors!);
    const chosen = learningRate(MODELS.find(({ id }) => id === model)!, RECIPES.find(({ id }) => id === recipe)!);
    assert.equal(chosen, best?.learning_rate, `${model}, ${recipe}`);
  }
});
