/**
 * An arm's networks as one classifier: several of one kind, whose outputs are added, or a single one.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { stream } from "../../../base/random.ts";
import type { Backend } from "../../../device/backend.ts";
import type { Network } from "../../../models/network/network.ts";
import type { Variant } from "../../../suites/suite.ts";
import { buildNetwork } from "../build_network.ts";

/** Networks that boosting trains (Drucker, Schapire and Simard 1993). */
const BOOSTED = 3;

/** Networks of one kind that answer together. */
export interface Committee extends Pick<Network, "parameters" | "statistics" | "forward" | "dispose"> {
  /** At least one. */
  readonly members: readonly [Network, ...Network[]];
}

/** How many networks an arm trains. */
export function networksOf({ boosting }: Pick<Variant, "boosting">): number {
  return boosting ? BOOSTED : 1;
}

/**
 * A variant's networks with their initial weights, on `backend`, which is TensorFlow.js's current one. The first has
 * those that the network alone would have.
 */
export function buildCommittee(
  variant: Pick<Variant, "model" | "recipe" | "boosting">,
  { seed, backend }: { readonly seed: number; readonly backend: Pick<Backend, "kernels"> },
): Committee {
  const build = (number: number) => buildNetwork(variant, { seed: memberSeed(seed, number), backend });
  const others = Array.from({ length: networksOf(variant) - 1 }, (_, i) => build(i + 2));
  return committeeOf([build(1), ...others]);
}

/**
 * The seed of everything random in a committee's network.
 *
 * @param number From 1.
 */
export function memberSeed(seed: number, number: number): number {
  return number === 1 ? seed : stream(seed, `network/${number}`).word();
}

/** Adds the outputs of `members`. Parameters of several are named `network 2/C1/weights`. */
export function committeeOf(members: Committee["members"]): Committee {
  const [first, ...others] = members;
  if (others.length === 0) return { ...first, members };
  return {
    members,
    parameters: members.flatMap(({ parameters }, i) => parameters.map((parameter) => named(parameter, i + 1))),
    statistics: members.flatMap(({ statistics }, i) => statistics.map((statistic) => named(statistic, i + 1))),
    forward: (images, input) =>
      others.reduce((sum, network) => tf.add(sum, network.forward(images, input)), first.forward(images, input)),
    dispose: () => members.forEach((network) => network.dispose()),
  };
}

function named<T extends { readonly name: string }>(part: T, number: number): T {
  return { ...part, name: `network ${number}/${part.name}` };
}
