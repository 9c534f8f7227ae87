import assert from "node:assert/strict";
import { mean, sampleStandardDeviation } from "simple-statistics";
import { CHOSEN_RATES } from "../recipes/chosen_rates.ts";
import { ETA_1998 } from "../recipes/lecun1998.ts";
import { ZIP_CODE_TRAINING, ZIP_CODES } from "../recipes/zip_codes.ts";
import { readRun } from "../results/folder/store.ts";

const REFERENCE = new URL("../results/reference/", import.meta.url).pathname;

/** The trials of all reference runs of a suite. */
function trialsOf(suite: string) {
  const adapters = [...Deno.readDirSync(`${REFERENCE}${suite}`)].map(({ name }) => `${REFERENCE}${suite}/${name}`);
  return adapters.flatMap((adapter) => [...Deno.readDirSync(adapter)].map(({ name }) => `${adapter}/${name}`))
    .map((folder) => readRun(folder))
    .flatMap(({ trials, environment }) => trials.map((trial) => ({ ...trial, judgedOn: environment.judged_on })));
}

Deno.test("CHOSEN_RATES made the fewest errors on held-out images in the reference runs, inside the grid", () => {
  const searched = trialsOf("learning_rate");
  assert.ok(searched.every(({ judgedOn }) => judgedOn === "validation"));
  for (const [recipe, rates] of Object.entries(CHOSEN_RATES)) {
    for (const [model, chosen] of Object.entries(rates)) {
      const isPair = (trial: { model: string; recipe: string }) => trial.model === model && trial.recipe === recipe;
      // The fullest profile that the pair was searched at.
      const all = searched.filter(isPair);
      const epochsTimesImages = Math.max(...all.map((trial) => trial.epochs * trial.train_images));
      const tried = all.filter((trial) => trial.epochs * trial.train_images === epochsTimesImages);
      const [best] = tried.filter(({ status }) => status === "done")
        .toSorted((a, b) => a.validation_errors! - b.validation_errors!);
      assert.equal(chosen, best?.learning_rate, `${model}, ${recipe}`);
      const grid = tried.map((trial) => trial.learning_rate);
      assert.ok(Math.min(...grid) < chosen && chosen < Math.max(...grid), `${model}, ${recipe}: at the grid's edge`);
    }
  }
});

Deno.test("ZIP_CODE_TRAINING follows the rule of suite open_choices in its reference runs, inside the grid", () => {
  const searched = trialsOf("open_choices_usps");
  assert.ok(searched.every(({ judgedOn }) => judgedOn === "validation"));
  for (const [model, { recipe, eta }] of Object.entries(ZIP_CODE_TRAINING)) {
    const all = searched.filter((trial) => trial.model === model);
    // The fullest profile that the network was searched at.
    const epochsTimesImages = Math.max(...all.map((trial) => trial.epochs * trial.train_images));
    const arms = Map.groupBy(
      all.filter((trial) => trial.epochs * trial.train_images === epochsTimesImages),
      (trial) => armName(trial.recipe, trial.learning_rate),
    );
    // An arm with a failed trial has no mean.
    const tried = [...arms].flatMap(([name, trials]) =>
      trials.every(({ status }) => status === "done")
        ? [{ name, errors: trials.map((trial) => trial.validation_errors!) }]
        : []
    );
    const [lowest] = tried.toSorted((a, b) => mean(a.errors) - mean(b.errors));
    const printed = tried.find(({ name }) => name === armName(ZIP_CODES.id, ETA_1998))!;
    const { errors } = lowest!;
    const isTie = mean(printed.errors) - mean(errors) <= sampleStandardDeviation(errors) / Math.sqrt(errors.length);
    assert.equal(armName(recipe.id, eta), isTie ? printed.name : lowest!.name, model);
    const grid = all.filter((trial) => trial.recipe === recipe.id).map((trial) => trial.learning_rate);
    assert.ok(Math.min(...grid) < eta && eta < Math.max(...grid), `${model}: at the grid's edge`);
  }
});

function armName(recipe: string, eta: number): string {
  return `${recipe}, eta ${eta}`;
}
