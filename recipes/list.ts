/**
 * All recipes.
 *
 * @module
 */
import { LECUN_1998, LECUN_1998_RBF } from "./lecun1998.ts";
import { LECUN_1998_MINIBATCH } from "./lecun1998_minibatch.ts";
import { MODERN } from "./modern.ts";
import type { Recipe } from "./recipe.ts";
import { ZIP_CODES, ZIP_CODES_CONSTANT } from "./zip_codes.ts";

/** Every recipe; a new one is a file next to this one and a line here. */
export const RECIPES: readonly Recipe[] = [
  MODERN,
  LECUN_1998,
  LECUN_1998_RBF,
  LECUN_1998_MINIBATCH,
  ZIP_CODES,
  ZIP_CODES_CONSTANT,
];
