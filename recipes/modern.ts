/**
 * Today's way of training a network.
 *
 * @module
 */
import type { BatchRecipe } from "./recipe.ts";

/** Today's standard: the baseline that a practitioner would try first. */
export const MODERN: BatchRecipe = {
  id: "modern",
  title: "Modern",
  hidden: "relu",
  output: "linear",
  loss: "softmax_cross_entropy",
  initialisation: "he",
  optimiser: { kind: "momentum", momentum: 0.9 },
  // Warm-up over a twentieth of the run: momentum's first steps diverge at full size.
  schedule: { kind: "linear", warmup: 0.05 },
  batch: 128,
  // MNIST's training pixels to mean 0 and standard deviation 1: (g / 255 - 0.1307) / 0.3081.
  pixels: { background: -0.4242, foreground: 2.8215 },
  departures: [
    "ReLU in hidden layers in place of the scaled hyperbolic tangent",
    "softmax and cross entropy in place of squared error",
    "He initialisation in place of uniform +-2.4 / fan-in",
    "momentum SGD on mini-batches of 128 in place of the diagonal-Hessian method on single patterns",
    "pixels to mean 0 and standard deviation 1 in place of -0.1 to 1.175, which the paper states for LeNet-5",
  ],
};
