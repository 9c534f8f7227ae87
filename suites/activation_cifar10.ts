/**
 * ReLU against tanh on colour images, as in the published claim.
 *
 * Krizhevsky, Sutskever and Hinton 2012 (section 3.1 and figure 1) report that a four-layer convolutional network with
 * ReLU reaches 25% training error on CIFAR-10 six times faster than one with tanh; rows `alexnet.relu.cifar`,
 * `alexnet.relu.epochs` and `alexnet.tanh.epochs` of `data/published.csv`. These are passes, not error rates, so no arm
 * is compared with them.
 *
 * @module
 */
import { CIFAR_CONV_4 } from "../models/cifar.ts";
import { MODERN } from "../recipes/modern.ts";
import type { Recipe } from "../recipes/recipe.ts";
import type { Suite, Variant } from "./suite.ts";

/**
 * Brings the training bytes to mean 0 and standard deviation 1, all three maps alike: (g / 255 - 0.4737) / 0.2524.
 * Measured on the 10,000 training images of `cifar10-10k`, not on all 50,000.
 */
const PIXELS = { background: -1.8765, foreground: 2.0848 } as const;

const DEPARTURES: readonly string[] = [
  "the network's sizes are this project's own: the paper gives none",
  "fewer training images than the paper's 50,000: epochs are shorter, and 25% is reached after more of them",
  "momentum SGD on mini-batches of 128, warmed up and then falling to 0; the paper states no schedule",
  "He initialisation for both activations, so that they start from the same weights; the paper states none",
];

const RELU: Recipe = {
  ...MODERN,
  id: "modern-cifar10-relu",
  title: "Modern, ReLU",
  pixels: PIXELS,
  departures: DEPARTURES,
};

const TANH: Recipe = { ...RELU, id: "modern-cifar10-tanh", title: "Modern, tanh", hidden: "tanh" };

/** The paper chose the rate for each network separately, to train as fast as possible, so each is tried at several. */
const RATES: readonly number[] = [0.01, 0.03, 0.1];

/** Each activation at each rate; a ReLU arm is compared with the tanh arm of its rate. */
export const ACTIVATION_CIFAR10: Suite = {
  id: "activation_cifar10",
  title: "ReLU against tanh on CIFAR-10",
  question: "Does a convolutional network with ReLU reach 25% training error on CIFAR-10 sooner than one with tanh?",
  images: "cifar10",
  // This looks for the best of several rates, and the claim is about training: the test set is not used.
  judgedOn: "validation",
  measures: { reachTrainErrorPct: 25, gradientNorms: true },
  variants: [
    ...RATES.map((rate) => arm("tanh", { recipe: TANH, rate })),
    ...RATES.map((rate) => ({ ...arm("relu", { recipe: RELU, rate }), baseline: `tanh.${rate}` })),
  ],
  profiles: {
    smoke: { trainImages: 256, validationImages: 100, testImages: 0, epochs: 1, seeds: 1, dataset: "synthetic" },
    quick: { trainImages: 2_000, validationImages: 500, testImages: 0, epochs: 8, seeds: 1, dataset: "auto" },
    paper: { trainImages: 9_000, validationImages: 1_000, testImages: 0, epochs: 40, seeds: 1, dataset: "auto" },
  },
};

function arm(id: string, { recipe, rate }: { recipe: Recipe; rate: number }): Variant {
  return {
    id: `${id}.${rate}`,
    title: `${CIFAR_CONV_4.title}, ${recipe.hidden}, rate ${rate}`,
    model: CIFAR_CONV_4,
    recipe,
    learningRate: rate,
    learningRateSource: "one of the rates that this suite tries",
    departures: [],
  };
}
