import assert from "node:assert/strict";
import { readRun } from "../results/store.ts";
import { CHOSEN_RATES } from "./chosen_rates.ts";

const REFERENCE = new URL("../results/reference/learning_rate/llvmpipe", import.meta.url).pathname;

Deno.test("every chosen learning rate is the one of fewest errors on held-out images in the reference run", () => {
  const { trials, environment } = readRun(REFERENCE);
  assert.equal(environment.judged_on, "validation");
  for (const [recipe, rates] of Object.entries(CHOSEN_RATES)) {
    for (const [model, chosen] of Object.entries(rates)) {
      const [best] = trials
        .filter((trial) => trial.status === "done" && trial.model === model && trial.recipe === recipe)
        .toSorted((a, b) => a.validation_errors! - b.validation_errors!);
      assert.equal(chosen, best?.learning_rate, `${model}, ${recipe}`);
    }
  }
});
