/**
 * Pooling variants: ways to make the maps of a LeNet-5-sized network smaller, and how tolerant of distortions each
 * makes it.
 *
 * @module
 */
import {
  LENET_5_SIZED,
  LENET_5_SIZED_AVERAGE,
  LENET_5_SIZED_L2,
  LENET_5_SIZED_OVERLAPPING_AVERAGE,
  LENET_5_SIZED_OVERLAPPING_MAX,
  LENET_5_SIZED_STRIDED,
  LENET_5_SIZED_SUBSAMPLE,
  LENET_5_SIZED_UNPOOLED,
} from "../models/lenet5_sized.ts";
import type { ModelSpec } from "../models/network/spec.ts";
import { learningRate, rateOfSource } from "../recipes/chosen_rates.ts";
import { MODERN } from "../recipes/modern.ts";
import type { Suite, Sweep, Variant } from "./suite.ts";

/** In the order of the question that the slides ask: maximum, and why not the average? */
const ARMS: readonly { readonly title: string; readonly model: ModelSpec }[] = [
  { title: "max 2x2", model: LENET_5_SIZED },
  { title: "average 2x2", model: LENET_5_SIZED_AVERAGE },
  { title: "trainable subsampling 2x2", model: LENET_5_SIZED_SUBSAMPLE },
  { title: "stride-2 convolutions", model: LENET_5_SIZED_STRIDED },
  { title: "overlapping max 3x3", model: LENET_5_SIZED_OVERLAPPING_MAX },
  { title: "overlapping average 3x3", model: LENET_5_SIZED_OVERLAPPING_AVERAGE },
  { title: "L2 2x2", model: LENET_5_SIZED_L2 },
  { title: "no pooling", model: LENET_5_SIZED_UNPOOLED },
];

const SWEEPS: readonly Sweep[] = [
  { kind: "shift", amounts: [0, 1, 2, 3, 4, 5, 6], images: 1000 },
  { kind: "rotate", amounts: [0, 10, 20, 30, 40], images: 1000 },
  { kind: "scale", amounts: [0.6, 0.8, 1, 1.2, 1.4, 1.6], images: 1000 },
  { kind: "noise", amounts: [0, 5, 10, 20, 30], images: 1000 },
];

/** One network, eight ways to make its maps smaller. */
export const POOLING: Suite = {
  id: "pooling",
  title: "Pooling: ways to make maps smaller",
  question:
    "Does max pooling make fewer errors than averages, strides or no pooling at all, and which of them tolerates " +
    "shifted, rotated, scaled and noisy digits best?",
  judgedOn: "test",
  measures: { sweeps: SWEEPS },
  variants: ARMS.map(arm),
  profiles: {
    smoke: { trainImages: 256, validationImages: 0, testImages: 100, epochs: 1, seeds: 1, dataset: "synthetic" },
    quick: { trainImages: 6_000, validationImages: 0, testImages: "all", epochs: 6, seeds: 1, dataset: "auto" },
    paper: { trainImages: "all", validationImages: 0, testImages: "all", epochs: 4, seeds: 5, dataset: "auto" },
  },
};

function arm({ title, model }: typeof ARMS[number]): Variant {
  return {
    id: model.id,
    title,
    model,
    recipe: MODERN,
    learningRate: learningRate(LENET_5_SIZED, MODERN),
    learningRateSource: rateOfSource(LENET_5_SIZED),
    ...(model !== LENET_5_SIZED && { baseline: LENET_5_SIZED.id }),
    departures: [],
  };
}
