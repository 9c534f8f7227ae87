/**
 * The sections of a suite's report, in their order. A new one is a file and a line here.
 *
 * @module
 */
import { CHOICES } from "./choices.ts";
import { CONFUSIONS } from "./confusions.ts";
import { LEARNING_CURVES } from "./learning_curves.ts";
import { COMPARISONS, PUBLISHED_EFFECTS } from "./measures/effects.ts";
import { GRADIENTS } from "./measures/gradients.ts";
import { EARLY_STOPPING, EPOCHS_TO_TARGET } from "./measures/reach.ts";
import { TRAINING_IMAGES } from "./measures/samples.ts";
import { DISTORTED_IMAGES } from "./measures/sweeps.ts";
import type { Section } from "./section.ts";
import { DEPARTURES, ENVIRONMENT, LEARNING_RATES, READING } from "./sections.ts";
import { SPEED } from "./speed.ts";
import { COMPLEXITY, RESULTS } from "./tables.ts";

/** Every section; a report has those that its data have something for. */
export const SECTIONS: readonly Section[] = [
  CHOICES,
  RESULTS,
  COMPARISONS,
  PUBLISHED_EFFECTS,
  DISTORTED_IMAGES,
  EPOCHS_TO_TARGET,
  EARLY_STOPPING,
  LEARNING_CURVES,
  GRADIENTS,
  TRAINING_IMAGES,
  COMPLEXITY,
  SPEED,
  CONFUSIONS,
  DEPARTURES,
  LEARNING_RATES,
  READING,
  ENVIRONMENT,
];
