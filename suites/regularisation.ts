/**
 * Regularisation: what keeps a network from overfitting, and when that helps.
 *
 * @module
 */
import { FC_300_100 } from "../models/fully_connected.ts";
import { LENET_5_SIZED } from "../models/lenet5_sized.ts";
import type { ModelSpec } from "../models/network/spec.ts";
import { withBatchNorm, withDropout } from "../models/regularised.ts";
import { learningRate, rateOfSource } from "../recipes/chosen_rates.ts";
import { MODERN } from "../recipes/modern.ts";
import type { Recipe } from "../recipes/recipe.ts";
import type { Suite, Variant } from "./suite.ts";

/** Sutskever's and Srivastava's usual half. */
const DROPOUT = 0.5;

/** Decades around the usual value. */
const WEIGHT_DECAYS: readonly number[] = [1e-5, 1e-4, 1e-3];

/** At the profile `paper`, which trains on 55,000 images: 917, 2,750 and 9,167. */
const SHARES: readonly number[] = [1 / 60, 1 / 20, 1 / 6];

/** The arms that are also tried on fewer images. */
const WITH_FEW_IMAGES: readonly string[] = ["none", "l2-0.001", "dropout", "batch-norm"];

/** A network and recipe compared with `none`. */
interface Means {
  readonly id: string;
  readonly title: string;
  readonly model: ModelSpec;
  readonly recipe: Recipe;
}

/** Both networks, each with everything that applies to it. */
export const REGULARISATION: Suite = {
  id: "regularisation",
  title: "Regularisation: what prevents overfitting",
  question:
    "Do weight decay, dropout, early stopping, batch normalisation and normalised inputs lower the test error, " +
    "and by how much more with few training images?",
  judgedOn: "test",
  // Dropout's price: how many more epochs it takes.
  measures: { reachTrainErrorPct: 3 },
  variants: [FC_300_100, LENET_5_SIZED].flatMap(arms),
  profiles: {
    smoke: { trainImages: 256, validationImages: 100, testImages: 100, epochs: 2, seeds: 1, dataset: "synthetic" },
    quick: { trainImages: 6_000, validationImages: 1_000, testImages: "all", epochs: 10, seeds: 1, dataset: "auto" },
    paper: { trainImages: "all", validationImages: 5_000, testImages: "all", epochs: 10, seeds: 3, dataset: "auto" },
  },
};

function arms(network: ModelSpec): Variant[] {
  const all = means(network);
  return [
    ...all.map((each) => arm(each, { network })),
    ...SHARES.flatMap((share) =>
      all.filter(({ id }) => WITH_FEW_IMAGES.includes(id)).map((each) => arm(each, { network, share }))
    ),
  ];
}

function means(network: ModelSpec): Means[] {
  const trained = (id: string, title: string, recipe: Recipe): Means => ({ id, title, model: network, recipe });
  const built = (id: string, title: string, model: ModelSpec): Means => ({ id, title, model, recipe: MODERN });
  const isConvolutional = network.layers.some(({ kind }) => kind === "conv");
  return [
    trained("none", "none", MODERN),
    ...WEIGHT_DECAYS.map((weightDecay) =>
      trained(`l2-${weightDecay}`, `L2 ${weightDecay}`, {
        ...MODERN,
        id: `modern-l2-${weightDecay}`,
        title: `Modern, L2 ${weightDecay}`,
        weightDecay,
      })
    ),
    built("dropout", `dropout ${DROPOUT}`, withDropout(network, DROPOUT)),
    trained("early-stopping", "early stopping", {
      ...MODERN,
      id: "modern-early-stopping",
      title: "Modern, early stopping",
      earlyStopping: { patience: 2 },
    }),
    ...(isConvolutional
      ? [
        built("batch-norm", "conv-pool-BN-ReLU", withBatchNorm(network, "before_activation")),
        built("batch-norm-last", "conv-ReLU-pool-BN", withBatchNorm(network, "last")),
      ]
      : []),
    trained("raw-input", "inputs 0 to 1", {
      ...MODERN,
      id: "modern-raw-input",
      title: "Modern, inputs 0 to 1",
      pixels: { background: 0, foreground: 1 },
    }),
  ];
}

function arm({ id, title, model, recipe }: Means, { network, share }: { network: ModelSpec; share?: number }): Variant {
  const [few, inWords] = share === undefined ? ["", ""] : [`.one-in-${1 / share}`, `, 1 in ${1 / share} images`];
  return {
    id: `${network.id}.${id}${few}`,
    title: `${network.title}, ${title}${inWords}`,
    model,
    recipe,
    learningRate: learningRate(network, MODERN),
    learningRateSource: rateOfSource(network),
    ...(share !== undefined && { data: { share } }),
    ...(id !== "none" && { baseline: `${network.id}.none${few}` }),
    departures: [],
  };
}
