/**
 * Which learning rate to use: every network and recipe at several rates, judged on held-out training images.
 *
 * @module
 */
import { FC_300, FC_300_100, FC_800, LINEAR } from "../models/fully_connected.ts";
import { LENET_1 } from "../models/lenet1.ts";
import { CONV_6_16_POOL_FC_100, CONV_6_FC_100, CONV_6_POOL_FC_100 } from "../models/lenet300_conv.ts";
import { LENET_5_DENSE_OUTPUT } from "../models/lenet5.ts";
import { LENET_5_SIZED } from "../models/lenet5_sized.ts";
import type { ModelSpec } from "../models/network/spec.ts";
import { ACTIVATIONS, withActivation } from "../recipes/activations.ts";
import { LECUN_1998_MINIBATCH } from "../recipes/lecun1998_minibatch.ts";
import { MODERN } from "../recipes/modern.ts";
import type { Recipe } from "../recipes/recipe.ts";
import type { Suite, Variant } from "./suite.ts";

/** Half a decade apart: the error as a function of the rate is flat enough around its minimum. */
const RATES: readonly number[] = [0.01, 0.03, 0.1, 0.3, 1];

/** A sigmoid's derivative is at most a quarter, so its networks need larger steps. */
const SIGMOID_RATES: readonly number[] = [...RATES, 3];

const FROM_THE_PAPER: readonly ModelSpec[] = [LINEAR, FC_300, FC_300_100, LENET_1, LENET_5_DENSE_OUTPUT];
const FROM_THE_SLIDES: readonly ModelSpec[] = [CONV_6_FC_100, CONV_6_POOL_FC_100, CONV_6_16_POOL_FC_100];

/** The pairs that some suite trains; add a new one here first, then its best rate to `chosen_rates.ts`. */
const PAIRS: readonly { recipe: Recipe; models: readonly ModelSpec[]; rates?: readonly number[] }[] = [
  { recipe: MODERN, models: [...FROM_THE_PAPER, FC_800, LENET_5_SIZED, ...FROM_THE_SLIDES] },
  { recipe: LECUN_1998_MINIBATCH, models: FROM_THE_PAPER },
  ...ACTIVATIONS.filter(({ activation }) => activation !== MODERN.hidden).map(({ activation }) => (
    {
      recipe: withActivation(activation),
      models: [FC_300_100, LENET_5_DENSE_OUTPUT],
      ...(activation === "sigmoid" && { rates: SIGMOID_RATES }),
    }
  )),
];

/** Every pair at every rate. */
export const LEARNING_RATE: Suite = {
  id: "learning_rate",
  title: "Choice of the learning rates",
  question: "Which learning rate makes the fewest errors on held-out training images?",
  judgedOn: "validation",
  variants: PAIRS.flatMap(({ recipe, models, rates = RATES }) =>
    models.flatMap((model) => rates.map((learningRate) => arm({ model, recipe, learningRate })))
  ),
  profiles: {
    smoke: { trainImages: 256, validationImages: 100, testImages: 0, epochs: 1, seeds: 1, dataset: "synthetic" },
    quick: { trainImages: 12_000, validationImages: 5_000, testImages: 0, epochs: 4, seeds: 1, dataset: "auto" },
    paper: { trainImages: 50_000, validationImages: 10_000, testImages: 0, epochs: 20, seeds: 3, dataset: "auto" },
  },
};

function arm({ model, recipe, learningRate }: Pick<Variant, "model" | "recipe" | "learningRate">): Variant {
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
