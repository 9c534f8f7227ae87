/**
 * Which learning rate to use: every network and recipe at several rates, judged on held-out training images.
 *
 * @module
 */
import { MODELS } from "../models/mod.ts";
import { chosenPairs } from "./learning_rates.ts";
import { RECIPES } from "./recipes.ts";
import type { Suite, Variant } from "./suite.ts";

/** Half a decade apart: the error as a function of the rate is flat enough around its minimum. */
const RATES: Readonly<Record<string, readonly number[]>> = {
  "modern": [0.01, 0.03, 0.1, 0.3],
  "lecun1998-minibatch": [0.01, 0.03, 0.1, 0.3],
};

export const LEARNING_RATE: Suite = {
  id: "learning_rate",
  title: "Choice of the learning rates",
  question: "Which learning rate makes the fewest errors on training images that were held out?",
  judgedOn: "validation",
  variants: chosenPairs().flatMap(({ model, recipe }) => (RATES[recipe] ?? []).map((rate) => arm(model, recipe, rate))),
  profiles: {
    smoke: { trainImages: 256, validationImages: 100, testImages: 0, epochs: 1, seeds: 1, dataset: "synthetic" },
    quick: { trainImages: 12_000, validationImages: 5_000, testImages: 0, epochs: 4, seeds: 1, dataset: "auto" },
    paper: { trainImages: 50_000, validationImages: 10_000, testImages: 0, epochs: 20, seeds: 3, dataset: "auto" },
  },
};

function arm(modelId: string, recipeId: string, learningRate: number): Variant {
  const model = MODELS.find(({ id }) => id === modelId)!;
  const recipe = RECIPES.find(({ id }) => id === recipeId)!;
  return {
    id: `${model.id}.${recipe.id}.${learningRate}`,
    title: `${model.title}, rate ${learningRate}`,
    model,
    recipe,
    learningRate,
    learningRateSource: "the arm's own",
    departures: [],
  };
}
