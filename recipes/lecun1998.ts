/**
 * The paper's own procedure: LeCun 1998, pattern by pattern, with a step size for every weight.
 *
 * @module
 */
import type { PatternRecipe } from "./recipe.ts";

/** The step size that the first passes of the schedule begin with (LeCun 1998, section III.B). */
export const ETA_1998 = 0.0005;

/** Passes of the schedule. */
const PASSES = 20;

/** What the paper leaves open, and what was chosen. */
export const OPEN_1998 = {
  targets: "targets of +1 and -1, which the paper does not state",
  start: "biases start as the weights do, which the paper does not state",
  error: "the error is half the sum of squared differences: the paper leaves its constant open",
  pixels: "pixels from -0.1 to 1.175 for every network, which the paper states for LeNet-5",
} as const;

/** The same for RBF outputs. */
export const OPEN_1998_RBF = {
  error: "the error is the mean over the 84 components of the distance in place of their sum",
  start: OPEN_1998.start,
  codes: "codes of +1 for ink and -1 elsewhere: the paper does not say which sign is which",
} as const;

/** LeCun 1998, section III.B and appendix C, for networks whose outputs are ordinary units. */
export const LECUN_1998: PatternRecipe = {
  id: "lecun1998",
  title: "LeCun 1998",
  hidden: "scaled_tanh",
  output: "scaled_tanh",
  loss: "squared_error",
  initialisation: "lecun1998",
  optimiser: { kind: "diagonal_levenberg_marquardt", mu: 0.02, curvaturePatterns: 500, errorFactor: 0.5 },
  // 0.0005, 0.0002, 0.0001, 0.00005 and 0.00001, as factors of the first.
  schedule: { kind: "by_pass", of: PASSES, factors: [[2, 1], [5, 0.4], [8, 0.2], [12, 0.1], [PASSES, 0.02]] },
  batch: 1,
  // Section II.B.
  pixels: { background: -0.1, foreground: 1.175 },
  departures: Object.values(OPEN_1998),
};

/** The same for LeNet-5, whose outputs are distances to fixed codes (equation 8). */
export const LECUN_1998_RBF: PatternRecipe = {
  ...LECUN_1998,
  id: "lecun1998-rbf",
  title: "LeCun 1998, RBF outputs",
  loss: "rbf_mse",
  // With the sum over the 84 components, as equation 8 is printed, the first pass already leaves LeNet-5 at chance.
  optimiser: { kind: "diagonal_levenberg_marquardt", mu: 0.02, curvaturePatterns: 500, errorFactor: 1 / 84 },
  departures: Object.values(OPEN_1998_RBF),
};
