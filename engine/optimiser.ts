/**
 * Optimisers over TensorFlow.js variables.
 *
 * Not `tf.train`'s: the step size changes every step here, and `tf.train.momentum` keeps one tensor after `dispose()`.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Optimiser as OptimiserSpec } from "../suites/suite.ts";

export interface Optimiser {
  readonly momentum: number;
  /** One a variable where there is momentum, else none. */
  readonly velocities: readonly tf.Variable[];
  /** Updates every variable; `gradients` in the order that the variables were given in. */
  apply(gradients: readonly tf.Tensor[], stepSize: number): void;
  dispose(): void;
}

/**
 * `sgd`: w <- w - step g. `momentum`: v <- m v + g, then w <- w - step v (Polyak 1964, as Sutskever 2013 writes it with
 * the step size outside the velocity).
 */
export function createOptimiser(spec: OptimiserSpec, variables: readonly tf.Variable[]): Optimiser {
  const momentum = spec.kind === "momentum" ? spec.momentum : 0;
  const velocities = spec.kind === "momentum"
    ? variables.map((w) => tf.tidy(() => tf.variable(tf.zerosLike(w), false)))
    : [];
  return {
    momentum,
    velocities,
    apply(gradients, stepSize) {
      tf.tidy(() => {
        const step = tf.scalar(stepSize);
        variables.forEach((w, i) => {
          const velocity = velocities[i];
          velocity?.assign(tf.add(tf.mul(velocity, momentum), gradients[i]!));
          w.assign(tf.sub(w, tf.mul(velocity ?? gradients[i]!, step)));
        });
      });
    },
    dispose() {
      tf.dispose([...velocities]);
    },
  };
}
