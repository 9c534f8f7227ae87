/**
 * The learning rate of every network and recipe, chosen on held-out training images by suite `learning_rate`.
 *
 * @module
 */
import type { ModelSpec } from "../models/network/spec.ts";
import type { Recipe } from "./recipe.ts";

/** How the rates were chosen, as rows print it. */
export const LEARNING_RATE_SOURCE =
  "fewest errors on held-out training images among the rates of suite learning_rate, at its fullest profile run; " +
  "results/reference/learning_rate";

/** The source for an arm that uses the rate of the network it varies, so that only one thing changes. */
export function rateOfSource(model: ModelSpec): string {
  return `that of ${model.title}, so that nothing else differs; ${LEARNING_RATE_SOURCE}`;
}

/** By the ids of recipe and model. */
export const CHOSEN_RATES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "modern": {
    "fc-784-10": 0.03,
    "fc-784-300-10": 0.1,
    "fc-784-300-100-10": 0.1,
    "fc-784-800-10": 0.1,
    "lenet1": 0.03,
    "lenet5-dense-output": 0.03,
    "lenet5-sized": 0.03,
    "conv6-fc100": 0.03,
    "conv6-pool-fc100": 0.1,
    "conv6-pool-conv16-pool-fc100": 0.03,
  },
  "modern-tanh": { "fc-784-300-100-10": 0.3, "lenet5-dense-output": 0.1 },
  "modern-sigmoid": { "fc-784-300-100-10": 1 },
  "modern-scaled_tanh": { "fc-784-300-100-10": 0.1, "lenet5-dense-output": 0.1 },
  "modern-leaky_relu": { "fc-784-300-100-10": 0.1, "lenet5-dense-output": 0.03 },
  "modern-elu": { "fc-784-300-100-10": 0.1, "lenet5-dense-output": 0.03 },
  "modern-softplus": { "fc-784-300-100-10": 0.1, "lenet5-dense-output": 0.03 },
  "lecun1998-minibatch": {
    "fc-784-10": 0.1,
    "fc-784-300-10": 0.1,
    "fc-784-300-100-10": 0.3,
    "lenet1": 0.03,
    // The one rate that leaves the first plateau within the quick profile; at the paper profile a trial failed with it.
    "lenet5-dense-output": 0.3,
  },
};

/**
 * The learning rate for `model` trained by `recipe`.
 *
 * @throws {RangeError} when none was chosen. Add the pair to suite `learning_rate`, run it, and enter its best rate
 * above.
 */
export function learningRate(model: ModelSpec, recipe: Recipe): number {
  const rate = CHOSEN_RATES[recipe.id]?.[model.id];
  if (rate === undefined) {
    throw new RangeError(`No learning rate was chosen for model "${model.id}" with recipe "${recipe.id}"`);
  }
  return rate;
}
