/**
 * The procedure of 1998 for the zip-code digits of 1989 and 1990.
 *
 * @module
 */
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
