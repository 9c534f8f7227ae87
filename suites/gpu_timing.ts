/**
 * What the timing suite measures: every network by batch size and layer by layer, what the adapter costs and can do,
 * and the networks of ImageNet, whose convolutions are reported to take 95% of the time.
 *
 * @module
 */
import type { Augmentation } from "../data/distortion/augmentation.ts";
import { FC_300, FC_300_100, LINEAR } from "../models/fully_connected.ts";
import { ALEXNET, ALEXNET_UNGROUPED } from "../models/imagenet/alexnet.ts";
import { IMAGENET_MODELS } from "../models/imagenet/list.ts";
import { LENET_1 } from "../models/lenet1.ts";
import { CONV_6_16_POOL_FC_100, CONV_6_FC_100, CONV_6_POOL_FC_100 } from "../models/lenet300_conv.ts";
import { LENET_5_DENSE_OUTPUT } from "../models/lenet5.ts";
import { LENET_5_SIZED } from "../models/lenet5_sized.ts";
import { MODELS } from "../models/list.ts";
import type { Activation, ModelSpec } from "../models/network/spec.ts";
import { AFFINE_ELASTIC, ALL_AFFINE } from "../recipes/augmentations.ts";
import { MODERN } from "../recipes/modern.ts";
import type { BatchRecipe } from "../recipes/recipe.ts";
import type { ProfileName } from "./suite.ts";

/** An ImageNet network, and whether it is timed; its layers are always counted. */
export interface ImageNetSubject {
  readonly model: ModelSpec;
  readonly batch: number;
  /** `layers`: every layer and the whole network are timed; `counts`: nothing is. */
  readonly timed: "layers" | "counts";
}

/** How much is timed. */
export interface GpuTimingProfile {
  readonly rounds: number;
  /** The runs behind one value take about this long in total, in milliseconds. */
  readonly roundMs: number;
  /** Whatever takes longer per run than this, in milliseconds, is left out. */
  readonly mostRunMs: number;
  /** Networks that are timed by batch size. */
  readonly networks: readonly ModelSpec[];
  /** Batch sizes, in rising order. */
  readonly batches: readonly number[];
  /** Networks that are timed layer by layer. */
  readonly layersOf: readonly ModelSpec[];
  /** Networks whose step is timed with tuned and stock kernels, with each of `activations`, and of `augmentations`. */
  readonly compared: readonly ModelSpec[];
  readonly imageNet: readonly ImageNetSubject[];
  readonly imageNetRounds: number;
  readonly imageNetMostRunMs: number;
  /** Number of fresh devices on which a first step is timed. */
  readonly firstSteps: number;
}

/** The suite as a whole. */
export interface GpuTimingSuite {
  readonly id: string;
  readonly title: string;
  readonly question: string;
  /** Loss and optimiser of every step, and the batch unless it is varied. */
  readonly recipe: BatchRecipe;
  /** Small, so that all values stay finite, however long a network is timed. */
  readonly stepSize: number;
  /** Activations of the hidden units whose times are compared. */
  readonly activations: readonly Activation[];
  /** Augmentations of the training images whose times are compared. */
  readonly augmentations: readonly Augmentation[];
  /** Sizes of uploads from the host, in bytes. */
  readonly uploads: readonly number[];
  readonly profiles: Readonly<Record<ProfileName, GpuTimingProfile>>;
}

/** The networks of suite `lenet300`, and the sized one that the kernels are tuned on; the other suites vary these. */
const NETWORKS = [
  LINEAR,
  FC_300,
  FC_300_100,
  LENET_1,
  LENET_5_DENSE_OUTPUT,
  LENET_5_SIZED,
  CONV_6_FC_100,
  CONV_6_POOL_FC_100,
  CONV_6_16_POOL_FC_100,
];

/** Every network with outputs for the recipe's loss. */
const ALL_NETWORKS = MODELS.filter(({ layers }) => layers.every(({ kind }) => kind !== "rbf"));

/** The ImageNet networks that take minutes: compiling a deep network's shaders alone takes half a minute. */
const QUICKLY_TIMED: readonly ModelSpec[] = [ALEXNET_UNGROUPED];

const KIB = 1024;

/** `deno task bench gpu_timing`. */
export const GPU_TIMING: GpuTimingSuite = {
  id: "gpu_timing",
  title: "Time on the GPU",
  question: "How fast does this adapter train and run the networks, what holds it back, " +
    "and do convolutions take 95% of AlexNet's time?",
  recipe: MODERN,
  stepSize: 0.01,
  activations: ["relu", "tanh"],
  augmentations: [ALL_AFFINE, AFFINE_ELASTIC],
  uploads: [4 * KIB, 64 * KIB, 1024 * KIB, 16 * 1024 * KIB],
  profiles: {
    smoke: {
      rounds: 1,
      roundMs: 20,
      mostRunMs: 60_000,
      networks: [LINEAR],
      batches: [1, 4],
      layersOf: [LINEAR],
      compared: [LINEAR],
      imageNet: [{ model: ALEXNET, batch: 1, timed: "counts" }],
      imageNetRounds: 1,
      imageNetMostRunMs: 1000,
      firstSteps: 1,
    },
    quick: {
      rounds: 6,
      roundMs: 15,
      mostRunMs: 150,
      networks: NETWORKS,
      batches: [1, 32, 512, 4096],
      layersOf: [FC_300_100, LENET_5_SIZED],
      compared: [FC_300_100, LENET_5_SIZED, LENET_5_DENSE_OUTPUT],
      imageNet: IMAGENET_MODELS.map((model) => (
        { model, batch: 1, timed: QUICKLY_TIMED.includes(model) ? "layers" : "counts" }
      )),
      imageNetRounds: 6,
      imageNetMostRunMs: 3000,
      firstSteps: 1,
    },
    paper: {
      rounds: 12,
      roundMs: 30,
      mostRunMs: 400,
      networks: ALL_NETWORKS,
      batches: [1, 4, 16, 64, 256, 1024, 4096],
      layersOf: NETWORKS,
      compared: [FC_300_100, LENET_1, LENET_5_DENSE_OUTPUT, LENET_5_SIZED],
      imageNet: [
        ...IMAGENET_MODELS.map((model) => ({ model, batch: 1, timed: "layers" as const })),
        { model: ALEXNET, batch: 8, timed: "layers" },
        { model: ALEXNET_UNGROUPED, batch: 8, timed: "layers" },
      ],
      imageNetRounds: 6,
      imageNetMostRunMs: 20_000,
      firstSteps: 3,
    },
  },
};
