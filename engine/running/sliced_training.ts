/**
 * A training that stands still except when it is asked for some steps, which are timed.
 *
 * @module
 */
import type { Split } from "../../data/split.ts";
import type { Backend } from "../../device/backend.ts";
import { startDeviceClock } from "../../device/device_time.ts";
import { allWorkDone } from "../../device/device_work.ts";
import type { Variant } from "../../suites/suite.ts";
import type { Slice } from "../timing/alternating.ts";
import { startClock } from "../timing/timed_work.ts";
import { buildNetwork } from "../training/build_network.ts";
import { passesOf } from "../training/images.ts";
import { train } from "../training/train.ts";
import { TrainingFailure } from "../training/training.ts";

/** What a {@linkcode SlicedTraining} trains. */
export interface SlicedOptions {
  readonly epochs: number;
  readonly images: Pick<Split, "train">;
  readonly backend: Backend;
  /** Whether to read the device's time stamps too: those of a software adapter are those of a wall clock. */
  readonly readsDeviceTime: boolean;
}

/**
 * Trains a variant as a trial does, without evaluations and so without early stopping: its recipe, its augmentation and
 * its epochs, seed after seed.
 */
export class SlicedTraining {
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  #request = Promise.withResolvers<number>();
  #reply = Promise.withResolvers<Slice>();

  constructor(variant: Variant, options: SlicedOptions) {
    this.#ended = this.#train(variant, options).catch((error) => {
      if (!this.#stop.signal.aborted) this.#reply.reject(error);
    });
    // A failure is thrown by the slice that is asked for next.
    this.#reply.promise.catch(() => {});
  }

  /** Takes at least so many steps: patterns come by the dozen. */
  async take(steps: number): Promise<Slice> {
    this.#request.resolve(steps);
    const slice = await this.#reply.promise;
    this.#reply = Promise.withResolvers();
    return slice;
  }

  /** Ends the training and frees what it has on the device. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#request.resolve(Infinity);
    await this.#ended;
  }

  async #train(variant: Variant, { epochs, images, backend, readsDeviceTime }: SlicedOptions): Promise<void> {
    const { learningRate, augmentation } = variant;
    const { earlyStopping: _, ...recipe } = variant.recipe;
    const startSlice = async () => {
      const asked = await this.#nextRequest();
      const deviceClock = readsDeviceTime ? await startDeviceClock() : undefined;
      return { asked, deviceClock, elapsed: startClock() };
    };
    let [taken, slice] = [0, await startSlice()];
    const pace = async (steps: number) => {
      taken += steps;
      if (taken < slice.asked) return;
      await allWorkDone();
      const elapsed = slice.elapsed();
      const deviceMs = await slice.deviceClock?.();
      this.#reply.resolve({ steps: taken, ...elapsed, ...(deviceMs !== undefined && { deviceMs }) });
      [taken, slice] = [0, await startSlice()];
    };
    for (let seed = 1;; seed++) {
      const network = buildNetwork(variant, { seed, backend });
      try {
        await train(network, images.train, {
          ...{ recipe, learningRate, epochs, seed, backend, pace },
          passes: passesOf(variant),
          ...(augmentation && { augmentation }),
          signal: this.#stop.signal,
        });
      } catch (error) {
        // One that stays at chance takes as long as any other until then.
        if (!(error instanceof TrainingFailure)) throw error;
      } finally {
        network.dispose();
      }
    }
  }

  async #nextRequest(): Promise<number> {
    const steps = await this.#request.promise;
    this.#request = Promise.withResolvers();
    this.#stop.signal.throwIfAborted();
    return steps;
  }
}
