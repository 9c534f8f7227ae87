/**
 * The squashing functions and rectifiers of the papers.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Activation } from "./spec.ts";

/** Amplitude and slope of the scaled hyperbolic tangent: f(1) = 1, f(-1) = -1 (LeCun 1998, appendix A). */
export const SCALED_TANH = { amplitude: 1.7159, slope: 2 / 3 } as const;

/**
 * Slope for negative values (Maas 2013, Rectifier nonlinearities improve neural network acoustic models, section 2).
 */
export const LEAKY_SLOPE = 0.01;

/** f(x), element by element, for each {@linkcode Activation}. */
export const ACTIVATIONS: Readonly<Record<Activation, <T extends tf.Tensor>(x: T) => T>> = {
  linear: (x) => x,
  relu: (x) => tf.relu(x),
  leaky_relu: (x) => tf.leakyRelu(x, LEAKY_SLOPE),
  elu: (x) => tf.elu(x),
  softplus: (x) => tf.softplus(x),
  tanh: (x) => tf.tanh(x),
  scaled_tanh: (x) => tf.mul(tf.tanh(tf.mul(x, SCALED_TANH.slope)), SCALED_TANH.amplitude),
  sigmoid: (x) => tf.sigmoid(x),
};
