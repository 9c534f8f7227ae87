/**
 * Optimisers over TensorFlow.js variables.
 *
 * `tf.train` is not used: the step size changes every step here, and `tf.train.momentum` keeps a tensor after
 * `dispose()`.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Update } from "../../../kernels/training/optimiser_step.ts";
import type { Network } from "../../../models/network/network.ts";
import type { BatchOptimiser, Recipe } from "../../../recipes/recipe.ts";

export interface Optimiser {
  readonly momentum: number;
  /** One per variable with momentum, else none. */
  readonly velocities: readonly tf.Variable[];
  /** One step as `updateInPlace` takes it; `gradients` in the order of the variables. */
  updates(gradients: readonly tf.Tensor[]): Update[];
  /** Updates every variable; `gradients` in the order of the variables. */
  apply(gradients: readonly tf.Tensor[], stepSize: number): void;
  dispose(): void;
}

/** A variable to be trained. */
export interface Trained {
  readonly variable: tf.Variable;
  /** Lambda of the variable's L2 penalty, which adds lambda w to its gradient. 0 for none. */
  readonly decay: number;
}

/** The variables of `network` as `recipe` trains them: only weights decay. */
export function trainedVariables(
  { parameters }: Pick<Network, "parameters">,
  { weightDecay = 0 }: Pick<Recipe, "weightDecay">,
): Trained[] {
  return parameters.map(({ role, variable }) => ({ variable, decay: role === "weights" ? weightDecay : 0 }));
}

/**
 * `sgd`: w <- w - step g. `momentum`: v <- m v + g, then w <- w - step v (Polyak 1964, as Sutskever 2013 writes it with
 * the step size outside the velocity). A variable's decay adds to its gradient, and so to its velocity.
 */
export function createOptimiser(spec: BatchOptimiser, trained: readonly Trained[]): Optimiser {
  const momentum = spec.kind === "momentum" ? spec.momentum : 0;
  const velocities = spec.kind === "momentum"
    ? trained.map(({ variable }) => tf.tidy(() => tf.variable(tf.zerosLike(variable), false)))
    : [];
  return {
    momentum,
    velocities,
    updates: (gradients) =>
      trained.map((each, i) => {
        const velocity = velocities[i];
        return { ...each, gradient: gradients[i]!, ...(velocity && { velocity }) };
      }),
    apply(gradients, stepSize) {
      tf.tidy(() => {
        const step = tf.scalar(stepSize);
        trained.forEach(({ variable: w, decay }, i) => {
          const velocity = velocities[i];
          const gradient = decay === 0 ? gradients[i]! : tf.add(gradients[i]!, tf.mul(w, decay));
          velocity?.assign(tf.add(tf.mul(velocity, momentum), gradient));
          w.assign(tf.sub(w, tf.mul(velocity ?? gradient, step)));
        });
      });
    },
    dispose() {
      tf.dispose([...velocities]);
    },
  };
}
