/**
 * What the benchmark of the kernels times: training steps of these networks, and the kernel calls of some of them.
 *
 * @module
 */
import { FC_300, FC_300_100, LINEAR } from "../models/fully_connected.ts";
import { LENET_1 } from "../models/lenet1.ts";
import { CONV_6_16_POOL_FC_100, CONV_6_FC_100, CONV_6_POOL_FC_100 } from "../models/lenet300_conv.ts";
import { LENET_5 } from "../models/lenet5.ts";
import { LENET_5_SIZED, LENET_5_SIZED_AVERAGE, LENET_5_SIZED_STRIDED } from "../models/lenet5_sized.ts";
import type { ModelSpec } from "../models/network/spec.ts";
import { LECUN_1998, LECUN_1998_RBF } from "../recipes/lecun1998.ts";
import { MODERN } from "../recipes/modern.ts";
import type { BatchRecipe, PatternRecipe } from "../recipes/recipe.ts";
import type { ProfileName } from "./suite.ts";

/** How much is timed. */
export interface KernelProfile {
  readonly rounds: number;
  /** The runs behind one value take about this long in total, in milliseconds. */
  readonly roundMs: number;
  readonly steps: readonly ModelSpec[];
  /** Steps on one image at a time, as the papers trained. */
  readonly singles: readonly ModelSpec[];
  /** Updates pattern by pattern, by the papers' recipes. */
  readonly patterns: readonly {
    readonly model: ModelSpec;
    readonly recipe: PatternRecipe;
    /** Networks that take a pattern each in one dispatch; left out: one. */
    readonly seeds?: number;
  }[];
  /** The kernel calls of these networks. */
  readonly kernelsOf: readonly ModelSpec[];
  /** Steps that `--by-kernel` takes apart. */
  readonly byKernel: readonly ModelSpec[];
}

/** The benchmark as a whole. */
export interface KernelSuite {
  readonly id: string;
  readonly title: string;
  readonly question: string;
  /** Batch, loss and optimiser of every step. */
  readonly recipe: BatchRecipe;
  /** Small, so that all values stay finite, however long a network is timed. */
  readonly stepSize: number;
  readonly profiles: Readonly<Record<ProfileName, KernelProfile>>;
}

const EVERYTHING = {
  steps: [
    FC_300_100,
    LENET_5_SIZED,
    LENET_5_SIZED_AVERAGE,
    LENET_5_SIZED_STRIDED,
    LENET_1,
    CONV_6_FC_100,
    CONV_6_POOL_FC_100,
    CONV_6_16_POOL_FC_100,
  ],
  singles: [LENET_5_SIZED, FC_300_100],
  patterns: [
    { model: LENET_5, recipe: LECUN_1998_RBF },
    { model: LENET_5, recipe: LECUN_1998_RBF, seeds: 32 },
    { model: FC_300, recipe: LECUN_1998 },
    { model: FC_300, recipe: LECUN_1998, seeds: 32 },
  ],
  kernelsOf: [LENET_5_SIZED, LENET_5_SIZED_AVERAGE, LENET_5_SIZED_STRIDED, FC_300_100],
  byKernel: [FC_300_100, LENET_5_SIZED],
};

/** `deno task bench kernels` and `deno task bench:peers`. */
export const KERNELS: KernelSuite = {
  id: "kernels",
  title: "Speed of the kernels",
  question:
    "How much faster do networks train with this project's kernels than with TensorFlow.js's or other libraries?",
  recipe: MODERN,
  stepSize: 0.01,
  profiles: {
    smoke: {
      rounds: 2,
      roundMs: 20,
      steps: [LINEAR],
      singles: [LINEAR],
      patterns: [{ model: LINEAR, recipe: LECUN_1998 }, { model: LINEAR, recipe: LECUN_1998, seeds: 2 }],
      kernelsOf: [LINEAR],
      byKernel: [LINEAR],
    },
    quick: { rounds: 6, roundMs: 100, ...EVERYTHING },
    paper: { rounds: 20, roundMs: 200, ...EVERYTHING },
  },
};
