/**
 * The procedure of 1998 with one choice made differently that the paper leaves open.
 *
 * @module
 */
import { LECUN_1998, LECUN_1998_RBF, OPEN_1998, OPEN_1998_RBF } from "./lecun1998.ts";
import type { PatternRecipe } from "./recipe.ts";

const CURVATURE_ONCE_DEPARTURE = "second derivatives are estimated before the first pass only, not before every pass";

const ROOT_DEPARTURE =
  "weights start within +-1/sqrt(fan-in) in place of +-2.4/fan-in, biases at 0, coefficients at 0.5";

/** E as the whole sum of squared differences. */
export const ERROR_SUM = changed({
  id: "error-sum",
  title: "E the sum",
  optimiser: { ...LECUN_1998.optimiser, errorFactor: 1 },
  departures: { error: "the error is the sum of squared differences: the paper leaves its constant open" },
});

/** E as half the mean over the ten outputs. */
export const ERROR_MEAN = changed({
  id: "error-mean",
  title: "E the mean",
  optimiser: { ...LECUN_1998.optimiser, errorFactor: 0.05 },
  departures: { error: "the error is half the mean of squared differences: the paper leaves its constant open" },
});

/** The start of EBLearn. */
export const START_UNIFORM_ROOT = changed({
  id: "start-uniform-root",
  title: "start +-1/sqrt(F)",
  initialisation: "uniform_root",
  departures: { start: ROOT_DEPARTURE },
});

/** The printed bound with a square root. */
export const START_LECUN_ROOT = changed({
  id: "start-lecun1998-root",
  title: "start +-2.4/sqrt(F)",
  initialisation: "lecun1998_root",
  departures: { start: "weights and biases start within +-2.4/sqrt(fan-in) in place of +-2.4/fan-in" },
});

/** Printed weights without biases. */
export const START_BIASES_0 = changed({
  id: "start-biases-0",
  title: "biases start at 0",
  initialisation: "lecun1998_biases_0",
  departures: { start: "biases start at 0, which the paper does not state" },
});

/** Printed weights, with the subsampling coefficients of EBLearn. */
export const START_COEFFICIENTS_ROOT = changed({
  id: "start-coefficients-root",
  title: "coefficients start at 0.5",
  initialisation: "lecun1998_coefficients_root",
  departures: { start: `${OPEN_1998.start}; subsampling coefficients start at 0.5` },
});

/** Second derivatives that are never estimated again. */
export const CURVATURE_ONCE = changed({
  id: "curvature-once",
  title: "second derivatives once",
  optimiser: { ...LECUN_1998.optimiser, curvatureOnce: true },
  departures: { curvature: CURVATURE_ONCE_DEPARTURE },
});

/** A linear classifier's outputs as they are. */
export const OUTPUTS_LINEAR = changed({
  id: "outputs-linear",
  title: "plain sums as outputs",
  output: "linear",
  departures: { output: "outputs are plain weighted sums, as the paper's linear classifier has them" },
});

/** Inputs from 0 to 1. */
export const PIXELS_0_TO_1 = changed({
  id: "pixels-0-1",
  title: "pixels 0 to 1",
  pixels: { background: 0, foreground: 1 },
  departures: { pixels: "pixels from 0 to 1, where the paper states -0.1 to 1.175 for LeNet-5" },
});

/** Equation 8 as printed: the sum over the components. */
export const RBF_ERROR_SUM = withRbfError(1, "the sum as printed");

/** Equation 8 divided by 20. */
export const RBF_ERROR_TWENTIETH = withRbfError(1 / 20, "a twentieth of the sum");

/** The start of EBLearn with equation 9. */
export const RBF_MAP_FROM_ROOT: PatternRecipe = {
  ...LECUN_1998_RBF,
  id: `${LECUN_1998_RBF.id}-map-1-start-uniform-root`,
  title: `${LECUN_1998_RBF.title}, equation 9 with j = 1, start +-1/sqrt(F)`,
  loss: { kind: "rbf_map", j: 1 },
  initialisation: "uniform_root",
  departures: [...Object.values({ ...OPEN_1998_RBF, start: ROOT_DEPARTURE }), mapDeparture(1)],
};

/** Equation 8 with second derivatives that are never estimated again. */
export const RBF_CURVATURE_ONCE: PatternRecipe = {
  ...LECUN_1998_RBF,
  id: `${LECUN_1998_RBF.id}-curvature-once`,
  title: `${LECUN_1998_RBF.title}, second derivatives once`,
  optimiser: { ...LECUN_1998_RBF.optimiser, curvatureOnce: true },
  departures: [...LECUN_1998_RBF.departures, CURVATURE_ONCE_DEPARTURE],
};

/** Equation 9, with a constant `j` that the paper does not print. */
export function withRbfMap(j: number): PatternRecipe {
  return {
    ...LECUN_1998_RBF,
    id: `${LECUN_1998_RBF.id}-map-${j}`,
    title: `${LECUN_1998_RBF.title}, equation 9 with j = ${j}`,
    loss: { kind: "rbf_map", j },
    departures: [...LECUN_1998_RBF.departures, mapDeparture(j)],
  };
}

/** `LECUN_1998` with `changes`; `id` and `title` are added to its own. */
function changed(
  { id, title, departures, ...changes }:
    & {
      id: string;
      title: string;
      departures: Partial<Record<keyof typeof OPEN_1998 | "curvature" | "output", string>>;
    }
    & Partial<Pick<PatternRecipe, "optimiser" | "initialisation" | "output" | "pixels">>,
): PatternRecipe {
  return {
    ...LECUN_1998,
    ...changes,
    id: `${LECUN_1998.id}-${id}`,
    title: `${LECUN_1998.title}, ${title}`,
    departures: Object.values({ ...OPEN_1998, ...departures }),
  };
}

function mapDeparture(j: number): string {
  return `j = ${j} in equation 9, a constant that the paper does not print`;
}

function withRbfError(errorFactor: number, words: string): PatternRecipe {
  return {
    ...LECUN_1998_RBF,
    id: `${LECUN_1998_RBF.id}-error-${Math.round(1 / errorFactor)}`,
    title: `${LECUN_1998_RBF.title}, E ${words}`,
    optimiser: { ...LECUN_1998_RBF.optimiser, errorFactor },
    departures: Object.values({ ...OPEN_1998_RBF, error: `the error is ${words} over the 84 components` }),
  };
}
