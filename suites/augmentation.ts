/**
 * Augmentation ablations: which distortions of the training digits lower the error, and for which networks.
 *
 * @module
 */
import type { Augmentation } from "../data/distortion/augmentation.ts";
import { FC_300, FC_300_100, FC_800 } from "../models/fully_connected.ts";
import { LENET_5_DENSE_OUTPUT } from "../models/lenet5.ts";
import type { ModelSpec } from "../models/network/spec.ts";
import { ALL_AFFINE, AUGMENTATIONS, ELASTIC_ALONE, OWN_RANGES } from "../recipes/augmentations.ts";
import { LEARNING_RATE_SOURCE, learningRate } from "../recipes/chosen_rates.ts";
import { MODERN } from "../recipes/modern.ts";
import type { Suite, Variant } from "./suite.ts";

const POOLED = "the paper made its distorted copies once; here they are drawn anew in every epoch";
const RATE = "the learning rate was chosen without distortions";
const DENSE_OUTPUT = "ten trainable outputs in place of fixed RBF outputs, and with them another loss";

/** A network, its arms except `none`, and rows of `data/published.csv` by the id of the augmentation. */
interface Arms {
  readonly model: ModelSpec;
  readonly augmentations: readonly Augmentation[];
  readonly published: Readonly<Record<string, string>>;
  readonly departures?: readonly string[];
}

const ARMS: readonly Arms[] = [
  {
    model: FC_300,
    augmentations: AUGMENTATIONS,
    published: { none: "lecun98.mlp300", affine: "lecun98.mlp300_dist", "affine-pool": "lecun98.mlp300_dist" },
  },
  {
    model: FC_300_100,
    augmentations: AUGMENTATIONS,
    published: {
      none: "lecun98.mlp300_100",
      affine: "lecun98.mlp300_100_dist",
      "affine-pool": "lecun98.mlp300_100_dist",
    },
  },
  {
    model: LENET_5_DENSE_OUTPUT,
    augmentations: AUGMENTATIONS,
    published: { none: "lecun98.lenet5", affine: "lecun98.lenet5_dist", "affine-pool": "lecun98.lenet5_dist" },
    departures: [DENSE_OUTPUT],
  },
  {
    model: FC_800,
    augmentations: [ALL_AFFINE, ELASTIC_ALONE],
    published: {
      none: "mnistpage.simard800",
      affine: "mnistpage.simard800_affine",
      elastic: "mnistpage.simard800_elastic",
    },
  },
];

/** Every network without distortions, then with each. */
export const AUGMENTATION: Suite = {
  id: "augmentation",
  title: "Augmentation: which distortions help which network",
  question: "Which distortions of the training digits lower the test error, by how much, and for which networks?",
  judgedOn: "test",
  variants: ARMS.flatMap((arms) => [arm(arms), ...arms.augmentations.map((augmentation) => arm(arms, augmentation))]),
  profiles: {
    smoke: { trainImages: 256, validationImages: 0, testImages: 100, epochs: 2, seeds: 1, dataset: "synthetic" },
    // Few images, so that distortions have something to add, and more passes than a fixed pool has versions.
    quick: { trainImages: 2_000, validationImages: 0, testImages: "all", epochs: 20, seeds: 1, dataset: "auto" },
    // As in the paper: the same number of passes over 60,000 images, distorted or not.
    paper: { trainImages: "all", validationImages: 0, testImages: "all", epochs: 20, seeds: 3, dataset: "auto" },
  },
};

function arm({ model, published, departures = [] }: Arms, augmentation?: Augmentation): Variant {
  const id = augmentation?.id ?? "none";
  const row = published[id];
  return {
    id: `${model.id}.${id}`,
    title: `${model.title}, ${augmentation?.title ?? "none"}`,
    model,
    recipe: MODERN,
    learningRate: learningRate(model, MODERN),
    learningRateSource: LEARNING_RATE_SOURCE,
    ...(augmentation && { augmentation, baseline: `${model.id}.none` }),
    ...(row !== undefined && { published: row }),
    departures: [
      ...departures,
      ...(augmentation ? [OWN_RANGES, RATE] : []),
      ...(augmentation === ALL_AFFINE ? [POOLED] : []),
    ],
  };
}
