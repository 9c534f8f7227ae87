/**
 * Errors of a trained network on test images that are distorted more and more.
 *
 * @module
 */
import type { ImageSet } from "../data/dataset.ts";
import { sweepImages } from "../data/sweep.ts";
import { firstImages } from "../data/treatment.ts";
import type { Network } from "../models/build.ts";
import type { SweepRow } from "../results/schema.ts";
import type { Sweep } from "../suites/suite.ts";
import { mistakes, predict } from "./evaluate.ts";

/** One point of a sweep. */
export type SweepResult = Pick<SweepRow, "sweep" | "amount" | "images" | "errors">;

/** The errors of `network` at every amount of every sweep. */
export async function runSweeps(
  network: Network,
  test: ImageSet,
  { sweeps, values }: { sweeps: readonly Sweep[]; values: Float32Array },
): Promise<SweepResult[]> {
  const results: SweepResult[] = [];
  for (const { kind, amounts, images } of sweeps) {
    const few = firstImages(test, Math.min(images, test.count));
    for (const amount of amounts) {
      const distorted = sweepImages(few, { kind, amount });
      const errors = mistakes(distorted, await predict(network, distorted, { values })).length;
      results.push({ sweep: kind, amount, images: few.count, errors });
    }
  }
  return results;
}
