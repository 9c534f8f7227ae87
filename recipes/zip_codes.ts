/**
 * The procedure of 1998 for the zip-code digits of 1989 and 1990.
 *
 * @module
 */
import type { ModelSpec } from "../models/network/spec.ts";
import { LECUN_1998, OPEN_1998 } from "./lecun1998.ts";
import type { PatternRecipe } from "./recipe.ts";

/** The recipe of 1998 with pixels from -1 to 1, as the papers of 1989 and 1990 print them. */
export const ZIP_CODES: PatternRecipe = {
  ...LECUN_1998,
  id: "zip-codes",
  title: "LeCun 1998, zip codes",
  pixels: { background: -1, foreground: 1 },
  departures: [
    "targets of +1 and -1, which the paper of 1989 does not state",
    OPEN_1998.start,
    OPEN_1998.error,
    "step sizes, their schedule over 20 passes and mu are those of 1998: the papers of 1989 and 1990 print none",
  ],
};

/** How these step sizes were chosen, as rows print it. */
export const ZIP_CODE_ETA_SOURCE =
  "fewest errors on held-out training images in suite open_choices; results/reference/open_choices_usps";

/** By the id of the model. */
export const ZIP_CODE_ETAS: Readonly<Record<string, number>> = {
  "fc-256-40-10": 0.0005,
  "lecun1989": 0.000125,
  "lecun1990": 0.0005,
};

/**
 * The first step size for `model`.
 *
 * @throws {RangeError} when none was chosen. Add the network to suite `open_choices`, run it, and enter the step size.
 */
export function zipCodeEta(model: Pick<ModelSpec, "id">): number {
  const eta = ZIP_CODE_ETAS[model.id];
  if (eta === undefined) throw new RangeError(`No step size was chosen for model "${model.id}" on the zip codes`);
  return eta;
}
