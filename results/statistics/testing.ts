/**
 * For tests: the committed runs of profile `paper`, from which constants are measured again, and draws from the prior.
 *
 * @module
 */
import type { RandomStream } from "../../base/random.ts";
import { runFolders } from "../folder/run_folders.ts";
import { holdsRun, readRun } from "../folder/store.ts";
import type { TrialRow } from "../rows/trials.ts";
import { SEED_SPREAD } from "./seed_spread.ts";

/** A finished trial and the test images that it got wrong. */
export interface CommittedTrial {
  readonly trial: TrialRow;
  readonly rate: number;
  readonly wrong: readonly number[];
}

/** All variants with two seeds or more, each with one trial per seed; suites share variants, which are listed once. */
export function committedVariants(): readonly (readonly CommittedTrial[])[] {
  const trials = runFolders("results/reference").filter(holdsRun).flatMap((folder) => {
    const { trials, errors } = readRun(folder);
    const wrong = Map.groupBy(errors, ({ variant, seed }) => `${variant} ${seed}`);
    return trials
      .filter(({ profile, status, test_errors }) => profile === "paper" && status === "done" && test_errors !== null)
      .map((trial) => ({
        trial,
        rate: trial.test_errors! / trial.test_images,
        wrong: (wrong.get(`${trial.variant} ${trial.seed}`) ?? []).map(({ test_index }) => test_index),
      }));
  });
  const key = ({ trial }: CommittedTrial) => `${trial.variant} ${experimentOf(trial)}`;
  const variants = [...Map.groupBy(trials, key).values()]
    .map((own) => [...new Map(own.map((each) => [each.trial.seed, each])).values()])
    .filter(({ length }) => length > 1);
  return [...new Map(variants.map((own) => [own[0]!.trial.weights_sha256, own])).values()];
}

/** What two variants must share to be compared. */
export function experimentOf({ suite, dataset_sha256, train_images, test_images, epochs }: TrialRow): string {
  return [suite, dataset_sha256, train_images, test_images, epochs].join();
}

/** How far the runs of a variant spread that {@linkcode SEED_SPREAD} describes, in binomial standard deviations. */
export function drawnSpread(random: RandomStream): number {
  const { degrees, share } = SEED_SPREAD;
  // Degrees between two whole numbers: now the one, now the other.
  const whole = Math.floor(degrees) + (random.uniform() < degrees % 1 ? 1 : 0);
  const chiSquared = Array.from({ length: whole }, () => random.normal() ** 2).reduce((sum, square) => sum + square, 0);
  return Math.sqrt(whole * share / chiSquared);
}
