/**
 * Early stopping: when to end a training, and the weights to keep.
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
   * Takes note of an epoch's validation errors, and of the network's weights where there were never fewer: a read-back.
   *
   * @param epoch From 1, one after the other.
   * @returns Whether the training is to end.
   */
  isOver(epoch: number, errors: number): Promise<boolean>;
  /** Gives the network the best epoch's weights and running statistics; its training step has to be gone by then. */
  restore(): void;
}

/**
 * Watches `network` until `patience` epochs in a row have brought no new least number of errors.
 *
 * @param options.best Of the epochs before, for a training that goes on.
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
      // On the host, where they take nothing from the device.
      if (!best || errors < best.errors) best = { epoch, errors, weights: await readWeights(network) };
      return epoch - best.epoch >= options.patience;
    },
    restore() {
      if (best) writeWeights(network, best.weights);
    },
  };
}
