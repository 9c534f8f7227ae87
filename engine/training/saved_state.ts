/**
 * The state of a training between two epochs, and whether it belongs to a network.
 *
 * @module
 */
import type { Network } from "../../models/network/network.ts";
import type { Recipe } from "../../recipes/recipe.ts";

/**
 * Steps whose losses are kept one by one. Whether two trainings are the same is seen at once in their first losses: a
 * different rounding of sums moves these by some millionths at most, while later steps may blow it up to per cents.
 */
export const FIRST_STEPS = 20;

/** What one epoch of a training measured. */
export interface EpochResult {
  /** From 1. */
  readonly epoch: number;
  /** Step size of the epoch's last step. */
  readonly learningRate: number;
  /** Mean over the epoch, each batch measured before its update. */
  readonly trainLoss: number;
  readonly trainErrorPct: number;
  /** Of the first epoch: the losses of its first {@linkcode FIRST_STEPS} steps. */
  readonly firstLosses?: readonly number[];
  readonly validationErrors?: number;
  readonly testErrors?: number;
  /** In boosting: the network that it trained, from 1. */
  readonly network?: number;
  /** In boosting's later networks: how many different patterns were found for them. */
  readonly filteredPatterns?: number;
  /** Training alone, without evaluations. */
  readonly seconds: number;
}

/** The best epoch of a training that may stop early. */
export interface BestEpoch {
  /** From 1. */
  readonly epoch: number;
  /** On the validation images. */
  readonly errors: number;
  /** The network's, at its end. */
  readonly weights: Float32Array<ArrayBuffer>;
}

/** What the rest of a training depends on, at the end of an epoch. */
export interface TrainingState {
  readonly epochs: readonly EpochResult[];
  readonly firstStepSeconds: number;
  readonly compileSeconds: number;
  readonly validationSeconds: number;
  readonly peakBytes: number;
  /** Parameters and running statistics, as `weights.ts` reads them. */
  readonly weights: Float32Array<ArrayBuffer>;
  /** The optimiser's, in the order of the parameters; empty without momentum. */
  readonly velocities: Float32Array<ArrayBuffer>;
  /**
   * State of the stream `dropout`. The streams of shuffling and augmentation are named epoch by epoch and have no state
   * between epochs.
   */
  readonly dropout: readonly number[];
  /** With early stopping only. */
  readonly best?: BestEpoch;
}

/**
 * Whether `state` can be one of a training of `network` for `epochs`: a file may be intact and still contain too few
 * numbers.
 */
export function fitsTraining(
  { weights, velocities, best, epochs: finished }: TrainingState,
  network: Pick<Network, "parameters" | "statistics">,
  { recipe, epochs }: { readonly recipe: Pick<Recipe, "optimiser" | "earlyStopping">; readonly epochs: number },
): boolean {
  const parameters = sizeOf(network.parameters);
  const all = parameters + sizeOf(network.statistics);
  return weights.length === all &&
    velocities.length === (recipe.optimiser.kind === "momentum" ? parameters : 0) &&
    best?.weights.length === (recipe.earlyStopping ? all : undefined) &&
    finished.length > 0 && finished.length < epochs && finished.every(({ epoch }, i) => epoch === i + 1);
}

function sizeOf(variables: Network["statistics"]): number {
  return variables.reduce((sum, { variable }) => sum + variable.size, 0);
}
