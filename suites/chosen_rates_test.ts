import assert from "node:assert/strict";
import { readRun } from "../results/store.ts";
import { CHOSEN_RATES } from "./chosen_rates.ts";

const REFERENCE = new URL("../results/reference/learning_rate/llvmpipe", import.meta.url).pathname;

Deno.test("every chosen learning rate made the fewest errors on held-out images in the reference run, inside the grid", () => {
  const { trials, environment } = readRun(REFERENCE);
  assert.equal(environment.judged_on, "validation");
  for (const [recipe, rates] of Object.entries(CHOSEN_RATES)) {
    for (const [model, chosen] of Object.entries(rates)) {
      const tried = trials.filter((trial) => trial.model === model && trial.recipe === recipe);
      const [best] = tried
        .filter(({ status }) => status === "done")
        .toSorted((a, b) => a.validation_errors! - b.validation_errors!);
      assert.equal(chosen, best?.learning_rate, `${model}, ${recipe}`);
      const rates = tried.map((trial) => trial.learning_rate);
      assert.ok(Math.min(...rates) < chosen && chosen < Math.max(...rates), `${model}, ${recipe}: at the grid's edge`);
    }
  }
});
