/**
 * All suites.
 *
 * @module
 */
import { ACTIVATION_CIFAR10 } from "./activation_cifar10.ts";
import { AUGMENTATION } from "./augmentation.ts";
import { LEARNING_RATE } from "./learning_rate.ts";
import { LENET300 } from "./lenet300.ts";
import { POOLING } from "./pooling.ts";
import { REGULARISATION } from "./regularisation.ts";
import { STRUCTURE } from "./structure.ts";
import type { Suite } from "./suite.ts";

/** Every suite; a new one is a file beside this and a line here. The first is the default. */
export const SUITES: readonly Suite[] = [
  LENET300,
  AUGMENTATION,
  POOLING,
  REGULARISATION,
  STRUCTURE,
  ACTIVATION_CIFAR10,
  LEARNING_RATE,
];
