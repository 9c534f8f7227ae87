/**
 * LeCun 1998's way of training a network, on mini-batches.
 *
 * @module
 */
import type { BatchRecipe } from "./recipe.ts";

/** LeCun 1998 except for plain SGD on mini-batches; all departures are listed below. */
export const LECUN_1998_MINIBATCH: BatchRecipe = {
  id: "lecun1998-minibatch",
  title: "LeCun 1998, mini-batch",
  hidden: "scaled_tanh",
  output: "scaled_tanh",
  loss: "squared_error",
  initialisation: "lecun1998",
  optimiser: { kind: "sgd" },
  // The paper's 0.0005, 0.0002, 0.0001, 0.00005 and 0.00001 over 20 passes, as factors (section III.B).
  schedule: { kind: "by_pass", of: 20, factors: [[2, 1], [5, 0.4], [8, 0.2], [12, 0.1], [20, 0.02]] },
  // The more updates, the nearer to the paper; with fewer images per batch, 20 passes with three seeds would take more
  // than an hour on two cores.
  batch: 64,
  // Section II.B.
  pixels: { background: -0.1, foreground: 1.175 },
  departures: [
    "mini-batches of 64 in random order in place of single patterns in a constant order",
    "plain SGD with one step size in place of the stochastic diagonal Levenberg-Marquardt method; " +
    "the schedule falls as in the paper, and its first rate is chosen on held-out images",
    "targets of +1 and -1, which the paper does not state",
    "biases start as the weights do, which the paper does not state",
    "pixels from -0.1 to 1.175 for every network, which the paper states for LeNet-5",
  ],
};
