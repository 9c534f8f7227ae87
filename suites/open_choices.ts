/**
 * What the papers leave open: one arm for each other choice, judged on held-out training images.
 *
 * The rule, stated before any run: of a network's arms, the one with the lowest mean error over the seeds is chosen,
 * except that the printed value is kept if its mean is within one standard error of the lowest. An arm with a failed
 * trial has no mean. Of equal means the first in the suite's order is the lowest (added when two arms of 256-40-10 made
 * 169 errors each). The papers of 1989 and 1990 print neither step sizes nor a schedule: for the zip codes, what is
 * printed in 1998 counts as printed, its first step size with its schedule.
 *
 * @module
 */
import { FC_300, FC_40_USPS, LINEAR } from "../models/fully_connected.ts";
import { LECUN_1989 } from "../models/lecun1989.ts";
import { LECUN_1990, LENET_1 } from "../models/lenet1.ts";
import { LENET_5 } from "../models/lenet5.ts";
import type { ModelSpec } from "../models/network/spec.ts";
import { LEARNING_RATE_SOURCE, learningRate } from "../recipes/chosen_rates.ts";
import { ETA_1998, LECUN_1998, LECUN_1998_RBF } from "../recipes/lecun1998.ts";
import { LECUN_1998_MINIBATCH } from "../recipes/lecun1998_minibatch.ts";
import {
  CURVATURE_ONCE,
  ERROR_MEAN,
  ERROR_SUM,
  OUTPUTS_LINEAR,
  PIXELS_0_TO_1,
  RBF_CURVATURE_ONCE,
  RBF_ERROR_SUM,
  RBF_ERROR_TWENTIETH,
  RBF_MAP_FROM_ROOT,
  START_BIASES_0,
  START_COEFFICIENTS_ROOT,
  START_LECUN_ROOT,
  START_UNIFORM_ROOT,
  withRbfMap,
} from "../recipes/open_choices.ts";
import type { PatternRecipe, Recipe } from "../recipes/recipe.ts";
import { ZIP_CODES, ZIP_CODES_CONSTANT, zipCodeTraining } from "../recipes/zip_codes.ts";
import type { Suite, Variant } from "./suite.ts";

/** Step sizes for the zip codes by recipe, four times apart; the first is the printed one of 1998. */
const ZIP_CODE_ETAS: readonly (readonly [PatternRecipe, readonly number[]])[] = [
  [ZIP_CODES, [ETA_1998, ETA_1998 / 16, ETA_1998 / 4, 0.002, 0.008, 0.03]],
  [ZIP_CODES_CONSTANT, [ETA_1998, ETA_1998 / 16, ETA_1998 / 4, 0.002]],
];

/** The printed step size, divided and multiplied. */
const OTHER_ETAS: readonly number[] = [ETA_1998 / 4, 4 * ETA_1998];

/** Steps of equation 9 from EBLearn's start. */
const SMALLER_ETAS: readonly number[] = [ETA_1998 / 4, ETA_1998 / 16];

/** Arms of one network; the first is the base, from which each of the others differs in one thing. */
const FAMILIES: readonly (readonly Variant[])[] = [
  [LECUN_1998, OUTPUTS_LINEAR].map((recipe) => arm(LINEAR, recipe)),
  [
    ...[
      LECUN_1998,
      ERROR_SUM,
      ERROR_MEAN,
      START_UNIFORM_ROOT,
      START_LECUN_ROOT,
      START_BIASES_0,
      CURVATURE_ONCE,
      PIXELS_0_TO_1,
    ].map((recipe) => arm(FC_300, recipe)),
    arm(FC_300, LECUN_1998, { eta: 4 * ETA_1998 }),
    {
      ...arm(FC_300, LECUN_1998_MINIBATCH, { eta: learningRate(FC_300, LECUN_1998_MINIBATCH) }),
      learningRateSource: LEARNING_RATE_SOURCE,
    },
  ],
  [
    ...[LECUN_1998, ERROR_SUM, START_UNIFORM_ROOT, START_BIASES_0, START_COEFFICIENTS_ROOT, CURVATURE_ONCE].map((
      recipe,
    ) => arm(LENET_1, recipe)),
    ...OTHER_ETAS.map((eta) => arm(LENET_1, LECUN_1998, { eta })),
  ],
  [
    ...[LECUN_1998_RBF, RBF_ERROR_SUM, RBF_ERROR_TWENTIETH, withRbfMap(1), withRbfMap(10), RBF_CURVATURE_ONCE].map((
      recipe,
    ) => arm(LENET_5, recipe)),
    ...OTHER_ETAS.map((eta) => arm(LENET_5, LECUN_1998_RBF, { eta })),
  ],
  // As EBLearn starts, equation 9 wants smaller steps than the printed ones.
  [ETA_1998, ...SMALLER_ETAS].map((eta) => arm(LENET_5, RBF_MAP_FROM_ROOT, { eta })),
  ...[LECUN_1989, FC_40_USPS, LECUN_1990].flatMap((model) =>
    ZIP_CODE_ETAS.map(([recipe, etas]) =>
      etas.map((eta) => ({ ...arm(model, recipe, { eta }), paperEpochs: zipCodeTraining(model).passes }))
    )
  ),
];

/** Never tests: what it chooses is tested by suite `history`. */
export const OPEN_CHOICES: Suite = {
  id: "open_choices",
  title: "What the papers leave open",
  question:
    "Which of the choices that the papers leave open makes the fewest errors on held-out training images? (The lowest " +
    "mean over the seeds is chosen; the printed value is kept if it is within one standard error of that.)",
  judgedOn: "validation",
  variants: FAMILIES.flatMap(([base, ...others]) => [
    base!,
    ...others.map((other) => ({ ...other, baseline: base!.id })),
  ]),
  profiles: {
    smoke: { trainImages: 200, validationImages: 50, testImages: 0, epochs: 1, seeds: 1, dataset: "synthetic" },
    quick: { trainImages: 6_000, validationImages: 1_000, testImages: 0, epochs: 4, seeds: 1, dataset: "auto" },
    paper: { trainImages: "all", validationImages: 1 / 6, testImages: 0, epochs: 20, seeds: 3, dataset: "auto" },
  },
};

function arm(model: ModelSpec, recipe: Recipe, { eta = ETA_1998 }: { eta?: number } = {}): Variant {
  const isPrinted = eta === ETA_1998;
  return {
    id: `${model.id}.${recipe.id}${isPrinted ? "" : `.${eta}`}`,
    title: `${model.title}${isPrinted ? "" : `, eta ${eta}`}`,
    model,
    recipe,
    learningRate: eta,
    learningRateSource: isPrinted ? "LeCun 1998, section III.B" : "the arm's own",
    departures: [],
  };
}
