/**
 * The procedure of 1998 for the zip-code digits of 1989 and 1990.
 *
 * @module
 */
import type { ModelSpec } from "../models/network/spec.ts";
import { LECUN_1998, OPEN_1998 } from "./lecun1998.ts";
import type { PatternRecipe } from "./recipe.ts";

const OPEN = ["targets of +1 and -1, which the paper of 1989 does not state", OPEN_1998.start, OPEN_1998.error];

/** The recipe of 1998 with pixels from -1 to 1, as the papers of 1989 and 1990 print them. */
export const ZIP_CODES: PatternRecipe = {
  ...LECUN_1998,
  id: "zip-codes",
  title: "LeCun 1998, zip codes",
  pixels: { background: -1, foreground: 1 },
  departures: [
    ...OPEN,
    "mu and the schedule of step sizes, in proportion to the passes, are those of 1998: the papers of 1989 and 1990 " +
    "print none",
  ],
};

/** The same with steps that do not shrink. */
export const ZIP_CODES_CONSTANT: PatternRecipe = {
  ...ZIP_CODES,
  id: "zip-codes-constant",
  title: "LeCun 1998, zip codes, constant eta",
  schedule: { kind: "by_pass", of: 1, factors: [[1, 1]] },
  departures: [
    ...OPEN,
    "mu is that of 1998, and eta the same in every pass: the papers of 1989 and 1990 print neither",
  ],
};

/** How schedules and step sizes were chosen, as rows print it. */
export const ZIP_CODE_ETA_SOURCE =
  "fewest errors on held-out training images in suite open_choices; results/reference/open_choices_usps";

/** How a network is trained on the zip codes. */
export interface ZipCodeTraining {
  /** Whether steps shrink, chosen in suite `open_choices` together with `eta`. */
  readonly recipe: PatternRecipe;
  /** The first step size. */
  readonly eta: number;
  /** Passes, as its paper prints them: LeCun 1989 and LeCun 1990, section 5. */
  readonly passes: number;
}

/** By the id of the model. */
export const ZIP_CODE_TRAINING: Readonly<Record<string, ZipCodeTraining>> = {
  "fc-256-40-10": { recipe: ZIP_CODES_CONSTANT, eta: 0.0005, passes: 23 },
  "lecun1989": { recipe: ZIP_CODES_CONSTANT, eta: 0.000125, passes: 23 },
  "lecun1990": { recipe: ZIP_CODES_CONSTANT, eta: 0.0005, passes: 30 },
};

/**
 * How `model` is trained on the zip codes.
 *
 * @throws {RangeError} Nothing was chosen. Add the network to suite `open_choices`, run it, and enter it here.
 */
export function zipCodeTraining(model: Pick<ModelSpec, "id">): ZipCodeTraining {
  const training = ZIP_CODE_TRAINING[model.id];
  if (!training) throw new RangeError(`No schedule and step size were chosen for model "${model.id}" on the zip codes`);
  return training;
}
