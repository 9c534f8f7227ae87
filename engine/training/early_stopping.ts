/**
 * Early stopping: when to stop a training, and which weights to keep.
 *
 * @module
 */
import type { Network } from "../../models/network/network.ts";
import type { BestEpoch } from "./saved_state.ts";
import { readWeights, writeWeights } from "./weights.ts";

/** Watches a training. */
export interface EarlyStopping {
  /** So far; undefined before the end of the first epoch. */
  readonly best: BestEpoch | undefined;
  /**
   * Notes an epoch's validation errors, and reads the network's weights back if there were never fewer errors.
   *
   * @param epoch From 1, one after the other.
   * @returns Whether the training should stop.
   */
  isOver(epoch: number, errors: number): Promise<boolean>;
  /** Restores the best epoch's weights and running statistics; dispose of the network's training step first. */
  restore(): void;
}

/**
 * Watches `network` until `patience` epochs in a row have brought no fewer errors than the best epoch.
 *
 * @param options.best Of the epochs so far, when a training is resumed.
 */
export function watchForBest(
  network: Network,
  options: { readonly patience: number; readonly best?: BestEpoch },
): EarlyStopping {
  let { best } = options;
  return {
    get best() {
      return best;
    },
    async isOver(epoch, errors) {
      // On the host, so that they take no memory of the device.
      if (!best || errors < best.errors) best = { epoch, errors, weights: await readWeights(network) };
      return epoch - best.epoch >= options.patience;
    },
    restore() {
      if (best) writeWeights(network, best.weights);
    },
  };
}
