/**
 * Early stopping: when to end a training, and the weights to keep.
 *
 * @module
 */
import type { Network } from "../models/build.ts";
import { readWeights, writeWeights } from "./weights.ts";

/** The best epoch of a training so far. */
export interface EarlyStopping {
  /** From 1; 0 before the first epoch. */
  readonly bestEpoch: number;
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

/** Watches `network` until `patience` epochs in a row have brought no new least number of errors. */
export function watchForBest(network: Network, { patience }: { patience: number }): EarlyStopping {
  let best = { epoch: 0, errors: Infinity, weights: new Float32Array() };
  return {
    get bestEpoch() {
      return best.epoch;
    },
    async isOver(epoch, errors) {
      // On the host, where they take nothing from the device.
      if (errors < best.errors) best = { epoch, errors, weights: await readWeights(network) };
      return epoch - best.epoch >= patience;
    },
    restore() {
      if (best.epoch > 0) writeWeights(network, best.weights);
    },
  };
}
