/**
 * Activations: how fast a network learns with each, how many errors it makes, and how the gradient shrinks on its way
 * to the first layer.
 *
 * @module
 */
import { FC_300_100 } from "../models/fully_connected.ts";
import { LENET_5_DENSE_OUTPUT } from "../models/lenet5.ts";
import type { Activation, ModelSpec } from "../models/network/spec.ts";
import { ACTIVATIONS, withActivation, withPrelu } from "../recipes/activations.ts";
import { LEARNING_RATE_SOURCE, learningRate, rateOfSource } from "../recipes/chosen_rates.ts";
import type { Suite, Variant } from "./suite.ts";

const NETWORKS: readonly ModelSpec[] = [FC_300_100, LENET_5_DENSE_OUTPUT];

/**
 * LeNet-5 with sigmoids stays at chance at every rate that suite `learning_rate` tries, from 0.01 to 3 (see that
 * suite's reference run). An arm that always fails would add nothing.
 */
function isTrainable(model: ModelSpec, activation: Activation): boolean {
  return model !== LENET_5_DENSE_OUTPUT || activation !== "sigmoid";
}

/** Eight activations on a fully connected and a convolutional network. */
export const ACTIVATION: Suite = {
  id: "activation",
  title: "Activations: speed of learning and vanishing gradients",
  question:
    "With which activation does a network learn in the fewest epochs and make the fewest errors, and where does the " +
    "gradient vanish on its way to the first layer? (Six times fewer epochs with ReLU than with tanh were published " +
    "for CIFAR-10; on MNIST this is an analogue. LeNet-5 with sigmoids is left out: it stays at chance at every " +
    "learning rate tried.)",
  judgedOn: "test",
  measures: { gradientNorms: true, reachTrainErrorPct: 2 },
  variants: NETWORKS.flatMap((model) => [
    ...ACTIVATIONS.filter(({ activation }) => isTrainable(model, activation)).map(({ activation, title }) =>
      arm({ id: activation, title, model, of: model, activation })
    ),
    arm({ id: "prelu", title: "PReLU", model: withPrelu(model), of: model, activation: "relu" }),
  ]),
  profiles: {
    smoke: { trainImages: 256, validationImages: 0, testImages: 100, epochs: 2, seeds: 1, dataset: "synthetic" },
    quick: { trainImages: 6_000, validationImages: 0, testImages: "all", epochs: 10, seeds: 1, dataset: "auto" },
    paper: { trainImages: "all", validationImages: 0, testImages: "all", epochs: 20, seeds: 3, dataset: "auto" },
  },
};

function arm(
  { id, title, model, of, activation }: {
    id: string;
    title: string;
    model: ModelSpec;
    /** The network before its activation was changed. */
    of: ModelSpec;
    activation: Activation;
  },
): Variant {
  const recipe = withActivation(activation);
  return {
    id: `${of.id}.${id}`,
    title: `${of.title}, ${title}`,
    model,
    recipe,
    learningRate: learningRate(of, recipe),
    learningRateSource: of === model ? LEARNING_RATE_SOURCE : `ReLU's; ${rateOfSource(of)}`,
    ...(id !== "tanh" && { baseline: `${of.id}.tanh` }),
    departures: [],
  };
}
