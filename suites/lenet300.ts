/**
 * The main suite: fully connected and convolutional LeNet-300 against the published error rates of LeCun 1998.
 *
 * @module
 */
import { FC_300, FC_300_100, LINEAR } from "../models/fully_connected.ts";
import { LENET_1 } from "../models/lenet1.ts";
import { CONV_6_16_POOL_FC_100, CONV_6_FC_100, CONV_6_POOL_FC_100 } from "../models/lenet300_conv.ts";
import { LENET_5_DENSE_OUTPUT } from "../models/lenet5.ts";
import type { ModelSpec } from "../models/network/spec.ts";
import { LEARNING_RATE_SOURCE, learningRate } from "../recipes/chosen_rates.ts";
import { LECUN_1998_MINIBATCH } from "../recipes/lecun1998_minibatch.ts";
import { MODERN } from "../recipes/modern.ts";
import type { Recipe } from "../recipes/recipe.ts";
import type { Suite, Variant } from "./suite.ts";

const SQUASHED_SUM =
  "outputs pass through the scaled tanh in training, whereas the paper's linear classifier has plain weighted sums";
const DENSE_OUTPUT = "ten trainable outputs in place of fixed RBF outputs, and with them another loss";
const PIXELS_16 = "whole images shrunk by 16/20 about their centre, where the paper shrank the digits' boxes";

/** A network of the published table. */
interface PublishedNetwork {
  readonly model: ModelSpec;
  /** Row of `data/published.csv`. */
  readonly published: string;
  /** What differs from the paper with any recipe. */
  readonly departures?: readonly string[];
  /** What differs from the paper with the recipe of 1998 alone. */
  readonly departuresOf1998?: readonly string[];
}

const PUBLISHED: readonly PublishedNetwork[] = [
  { model: LINEAR, published: "lecun98.linear", departuresOf1998: [SQUASHED_SUM] },
  { model: FC_300, published: "lecun98.mlp300" },
  { model: FC_300_100, published: "lecun98.mlp300_100" },
  { model: LENET_1, published: "lecun98.lenet1", departures: [PIXELS_16] },
  { model: LENET_5_DENSE_OUTPUT, published: "lecun98.lenet5", departures: [DENSE_OUTPUT] },
];

/** The slides' nets, for which no error rate was published. */
const UNPUBLISHED: readonly ModelSpec[] = [CONV_6_FC_100, CONV_6_POOL_FC_100, CONV_6_16_POOL_FC_100];

/** The published table in both recipes, and the slides' three nets in the modern one. */
export const LENET300: Suite = {
  id: "lenet300",
  title: "LeNet-300: fully connected against convolutional",
  question:
    "Are the error rates of LeCun 1998 on MNIST reproduced, and do convolutional networks still make fewer errors " +
    "with fewer parameters than fully connected ones?",
  judgedOn: "test",
  variants: [
    ...[LECUN_1998_MINIBATCH, MODERN].flatMap((recipe) =>
      PUBLISHED.map(({ model, published, departures = [], departuresOf1998 = [] }) => ({
        ...variant(model, recipe),
        published,
        departures: recipe === LECUN_1998_MINIBATCH ? [...departures, ...departuresOf1998] : departures,
      }))
    ),
    ...UNPUBLISHED.map((model) => variant(model, MODERN)),
  ],
  profiles: {
    smoke: {
      trainImages: 640,
      validationImages: 100,
      testImages: 200,
      epochs: 1,
      seeds: 1,
      dataset: "synthetic",
    },
    quick: {
      trainImages: 6_000,
      validationImages: 1_000,
      testImages: "all",
      epochs: 10,
      seeds: 1,
      dataset: "auto",
    },
    paper: {
      trainImages: "all",
      validationImages: 0,
      testImages: "all",
      epochs: 20,
      seeds: 3,
      dataset: "auto",
    },
  },
};

function variant(model: ModelSpec, recipe: Recipe): Variant {
  return {
    id: `${model.id}.${recipe.id}`,
    title: model.title,
    model,
    recipe,
    learningRate: learningRate(model, recipe),
    learningRateSource: LEARNING_RATE_SOURCE,
    departures: [],
  };
}
