/**
 * Errors of a trained network on test images with increasing distortion.
 *
 * @module
 */
import type { ImageSet } from "../../data/dataset.ts";
import { sweepImages, type SweepKind } from "../../data/distortion/sweep.ts";
import { firstImages } from "../../data/treatment.ts";
import type { Network } from "../../models/network/network.ts";
import type { SweepRow } from "../../results/rows/sweeps.ts";
import type { Sweep } from "../../suites/suite.ts";
import { mistakes, predict } from "./evaluate.ts";
import type { FirstRuns } from "./first_runs.ts";

/** One point of a sweep. */
export type SweepResult = Pick<SweepRow, "sweep" | "amount" | "images" | "errors">;

/** Distorted test images by the set that they are made from: all trials of a run share them. */
const distortedSets = new WeakMap<ImageSet, Map<string, ImageSet>>();

/** The errors of `network` at every amount of every sweep. */
export async function runSweeps(
  network: Pick<Network, "forward">,
  test: ImageSet,
  { sweeps, ...evaluation }: {
    sweeps: readonly Sweep[];
    values: Float32Array;
    trainingBatch: number;
    runs?: FirstRuns;
  },
): Promise<SweepResult[]> {
  const results: SweepResult[] = [];
  for (const { kind, amounts, images } of sweeps) {
    for (const amount of amounts) {
      const distorted = distortedSet(test, { kind, amount, images: Math.min(images, test.count) });
      const errors = mistakes(distorted, await predict(network, distorted, evaluation)).length;
      results.push({ sweep: kind, amount, images: distorted.count, errors });
    }
  }
  return results;
}

function distortedSet(
  test: ImageSet,
  { kind, amount, images }: { kind: SweepKind; amount: number; images: number },
): ImageSet {
  const known = distortedSets.get(test) ?? new Map<string, ImageSet>();
  distortedSets.set(test, known);
  const key = `${kind} ${amount} ${images}`;
  const set = known.get(key) ?? sweepImages(firstImages(test, images), { kind, amount });
  known.set(key, set);
  return set;
}
