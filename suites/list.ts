/**
 * All suites.
 *
 * @module
 */
import { ACTIVATION } from "./activation.ts";
import { ACTIVATION_CIFAR10 } from "./activation_cifar10.ts";
import { AUGMENTATION } from "./augmentation.ts";
import { GPU_TIMING } from "./gpu_timing.ts";
import { HISTORY } from "./history.ts";
import { KERNELS } from "./kernels.ts";
import { LEARNING_RATE } from "./learning_rate.ts";
import { LENET300 } from "./lenet300.ts";
import { OPEN_CHOICES } from "./open_choices.ts";
import { POOLING } from "./pooling.ts";
import { REGULARISATION } from "./regularisation.ts";
import { STRUCTURE } from "./structure.ts";
import type { Suite } from "./suite.ts";

/** The suites that run when none is named; `gpu_timing` times and trains nothing. */
export const MAIN_SUITES: readonly string[] = [LENET300.id, AUGMENTATION.id, POOLING.id, GPU_TIMING.id];

/** Every suite that trains; a new one is one file and one line here. */
export const SUITES: readonly Suite[] = [
  LENET300,
  HISTORY,
  OPEN_CHOICES,
  AUGMENTATION,
  POOLING,
  ACTIVATION,
  REGULARISATION,
  STRUCTURE,
  ACTIVATION_CIFAR10,
  LEARNING_RATE,
];

/** What every suite has, whether it trains or times. */
export type SuiteSummary = Pick<Suite, "id" | "title" | "question">;

/** Suites that time and train nothing: each has a plan, rows and a command of its own. */
export const TIMING_SUITES: readonly SuiteSummary[] = [GPU_TIMING, KERNELS];
