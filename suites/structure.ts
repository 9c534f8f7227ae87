/**
 * Tests of what a convolution assumes: neighbouring pixels belong together, and what helps at one place helps
 * everywhere.
 *
 * @module
 */
import { FC_300, FC_300_100, LINEAR } from "../models/fully_connected.ts";
import { CONV_6_16_POOL_FC_100, CONV_6_FC_100, CONV_6_POOL_FC_100 } from "../models/lenet300_conv.ts";
import type { ModelSpec } from "../models/network/spec.ts";
import { CONV_6_16_KERNEL_3, CONV_6_16_KERNEL_7, LOCAL_6_16 } from "../models/structure.ts";
import { LEARNING_RATE_SOURCE, learningRate, rateOfSource } from "../recipes/chosen_rates.ts";
import { MODERN } from "../recipes/modern.ts";
import type { Suite, Variant } from "./suite.ts";

/** Also trained on pixels in one random order. */
const SHUFFLED: readonly ModelSpec[] = [FC_300_100, CONV_6_16_POOL_FC_100];

/** Compared with the network of two stages, shared weights and 5x5 kernels. */
const TAKEN_APART: readonly ModelSpec[] = [LOCAL_6_16, CONV_6_16_KERNEL_3, CONV_6_16_KERNEL_7];

/** The rest of the LeNet-300 family, for error against parameters. */
const FAMILY: readonly ModelSpec[] = [LINEAR, FC_300, CONV_6_FC_100];

/** The questions of 'convolution thinking'. */
export const STRUCTURE: Suite = {
  id: "structure",
  title: "Structure: what convolutions assume",
  question: "How much do convolutional networks depend on the order of the pixels, on shared weights, on the size of " +
    "their kernels and on a second stage, and how many parameters do they save?",
  judgedOn: "test",
  variants: [
    ...SHUFFLED.flatMap((model) => [
      arm(model),
      arm(model, { id: "shuffled", title: "pixels shuffled", data: { shuffledPixels: true }, baseline: model }),
    ]),
    ...TAKEN_APART.map((model) => arm(model, { baseline: CONV_6_16_POOL_FC_100, rateOf: CONV_6_16_POOL_FC_100 })),
    arm(CONV_6_POOL_FC_100, { baseline: CONV_6_16_POOL_FC_100 }),
    ...FAMILY.map((model) => arm(model, { baseline: FC_300_100 })),
  ],
  profiles: {
    smoke: { trainImages: 256, validationImages: 0, testImages: 100, epochs: 1, seeds: 1, dataset: "synthetic" },
    quick: { trainImages: 6_000, validationImages: 0, testImages: "all", epochs: 10, seeds: 1, dataset: "auto" },
    paper: { trainImages: "all", validationImages: 0, testImages: "all", epochs: 10, seeds: 3, dataset: "auto" },
  },
};

function arm(
  model: ModelSpec,
  { id, title, data, baseline, rateOf = model }: Pick<Variant, "data"> & {
    id?: string;
    title?: string;
    baseline?: ModelSpec;
    /** The network whose learning rate is used. */
    rateOf?: ModelSpec;
  } = {},
): Variant {
  return {
    id: [model.id, id].filter((part) => part !== undefined).join("."),
    title: [model.title, title].filter((part) => part !== undefined).join(", "),
    model,
    recipe: MODERN,
    learningRate: learningRate(rateOf, MODERN),
    learningRateSource: rateOf === model ? LEARNING_RATE_SOURCE : rateOfSource(rateOf),
    ...(data && { data }),
    ...(baseline && { baseline: baseline.id }),
    departures: [],
  };
}
