/**
 * The sections of a suite's report, in their order. A new one is a file next to this one and a line here.
 *
 * @module
 */
import { DISTORTED_IMAGES } from "../measures/distorted_images.ts";
import { COMPARISONS, PUBLISHED_EFFECTS } from "../measures/effects.ts";
import { GRADIENTS } from "../measures/gradients.ts";
import { TRAINING_IMAGES } from "../measures/training_images.ts";
import { EARLY_STOPPING, EPOCHS_TO_TARGET } from "../measures/training_length.ts";
import { TRAINING_SET_SIZES } from "../measures/training_set_sizes.ts";
import { BEST_LEARNING_RATE } from "./best_learning_rate.ts";
import { COMPLEXITY } from "./complexity.ts";
import { CONFUSIONS } from "./confusions.ts";
import { DEPARTURES } from "./departures.ts";
import { ENVIRONMENT } from "./environment.ts";
import { ERRORS_BY_THOUSAND } from "./errors_by_thousand.ts";
import { HOW_TO_READ } from "./how_to_read.ts";
import { LEARNING_CURVES } from "./learning_curves.ts";
import { LEARNING_RATES } from "./learning_rates.ts";
import { OPEN_CHOICES } from "./open_choices.ts";
import { RESULTS } from "./results.ts";
import type { Section } from "./section.ts";
import { SPEED } from "./speed.ts";

/** Every section; a report has those for which it has data. */
export const SECTIONS: readonly Section[] = [
  BEST_LEARNING_RATE,
  RESULTS,
  OPEN_CHOICES,
  COMPARISONS,
  PUBLISHED_EFFECTS,
  DISTORTED_IMAGES,
  TRAINING_SET_SIZES,
  EPOCHS_TO_TARGET,
  EARLY_STOPPING,
  LEARNING_CURVES,
  GRADIENTS,
  TRAINING_IMAGES,
  COMPLEXITY,
  SPEED,
  CONFUSIONS,
  ERRORS_BY_THOUSAND,
  DEPARTURES,
  LEARNING_RATES,
  HOW_TO_READ,
  ENVIRONMENT,
];
