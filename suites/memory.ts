/**
 * A mixture of small networks, which the memory check trains over and over in one process.
 *
 * @module
 */
import { fullyConnected } from "../models/fully_connected.ts";
import { CONV_6_16_POOL_FC_100 } from "../models/lenet300_conv.ts";
import { withBatchNorm, withDropout } from "../models/regularised.ts";
import { AFFINE_ELASTIC } from "../recipes/augmentations.ts";
import { MODERN } from "../recipes/modern.ts";
import type { Profile, Suite, Variant } from "./suite.ts";

const SMALL = fullyConnected([30], "this suite");

const PROFILE: Profile = {
  trainImages: 256,
  validationImages: 64,
  testImages: 128,
  epochs: 1,
  seeds: 50,
  dataset: "synthetic",
};

/** Not among the suites that answer a question about networks: its errors mean nothing. Each seed is one cycle. */
export const MEMORY: Suite = {
  id: "memory",
  title: "Memory over many trials",
  question: "Does memory stay flat, however many trials one process runs?",
  judgedOn: "test",
  variants: [
    variant("plain", { title: "784-30-10", model: SMALL }),
    variant("conv", { title: "Two convolutions", model: CONV_6_16_POOL_FC_100 }),
    variant("dropout-batch-norm", {
      title: "Two convolutions, dropout and batch normalisation",
      model: withDropout(withBatchNorm(CONV_6_16_POOL_FC_100, "last"), 0.5),
    }),
    variant("augmentation", { title: "784-30-10, distorted digits", model: SMALL, augmentation: AFFINE_ELASTIC }),
  ],
  profiles: { smoke: PROFILE, quick: PROFILE, paper: { ...PROFILE, seeds: 250 } },
};

function variant(id: string, own: Pick<Variant, "title" | "model" | "augmentation">): Variant {
  const learningRate = { learningRate: 0.03, learningRateSource: "a guess: the errors mean nothing" };
  return { id, recipe: MODERN, ...learningRate, departures: [], ...own };
}
