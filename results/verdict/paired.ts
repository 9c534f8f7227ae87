/**
 * Two arms of a suite, compared seed by seed on the same test images.
 *
 * With two or more shared seeds: a paired t test of the differences. They vary for two reasons: the seeds (initial
 * weights, order of the images) and the choice of test images, which all seeds share. The mean of n differences has the
 * variance
 *
 *     s^2 / n  +  v / N,
 *
 * with s the standard deviation of the differences over the seeds, and v the variance over the N test images of an
 * image's difference, averaged over the seeds. Both contain the luck of single runs on single images; v has it as the
 * mean square of the interaction of seeds and images over n, which is taken off from four seeds on, as in studies with
 * several readers of the same cases (Obuchowski and Rockette 1995, Commun. Stat. Simul. Comput. 24, 285-308; Hillis
 * 2007, Statist. Med. 26, 596-619). With two or three seeds it stays: s says so little then that the second term, which
 * is taken as known, carries the test, and the interval is somewhat too wide. Degrees of freedom: Welch and
 * Satterthwaite (Welch 1947, Biometrika 34, 28-35). If it is not recorded which images are wrong, as for held-out
 * images, only the first term is used, and the result holds for these images only.
 *
 * With one shared seed: McNemar's exact test of the images that only one of the two gets wrong. It says what these two
 * trained networks would do on other images of the same kind, not what another seed would change.
 *
 * @module
 */
import { mean, sampleStandardDeviation } from "simple-statistics";
import type { Environment } from "../folder/environment.ts";
import { differIn } from "../folder/same_variant.ts";
import type { ErrorRow } from "../rows/errors.ts";
import type { TrialRow } from "../rows/trials.ts";
import { CONFIDENCE, type Interval } from "../statistics/intervals.ts";
import { mcnemarP, type PairedCounts, pairedDifferenceInterval } from "../statistics/mcnemar.ts";
import { detectableByMcnemar, detectableByT } from "../statistics/power.ts";
import { studentTCdf, studentTQuantile } from "../statistics/student_t.ts";

/** The trials of one arm and their misclassified test images. */
export interface Arm {
  readonly trials: readonly TrialRow[];
  readonly errors: readonly ErrorRow[];
}

/** An arm's error minus its baseline's, in percentage points; negative if the arm makes fewer errors. */
export type Effect =
  & {
    readonly differencePct: number;
    /** 95%, of this comparison alone. */
    readonly interval: Interval;
    /** Two-sided, of this comparison alone. */
    readonly p: number;
    /** Shared seeds. */
    readonly n: number;
  }
  & (
    | {
      readonly method: "paired t";
      /** Of the mean difference, in percentage points. */
      readonly standardErrorPct: number;
      readonly df: number;
    }
    | {
      readonly method: "McNemar";
      /** Number of images that only one of the two gets wrong. */
      readonly discordant: number;
      readonly tested: number;
    }
  );

/**
 * The difference, in percentage points, that a comparison like `effect` finds with a power of 80%; 100 if it would have
 * to be larger than two rates can differ.
 *
 * @param options `comparisons` is the number of comparisons that share the 5% of false alarms evenly, as in Holm's
 * first step.
 */
export function detectablePct(effect: Effect, { comparisons = 1 }: { readonly comparisons?: number } = {}): number {
  const level = (1 - CONFIDENCE) / comparisons;
  const points = effect.method === "paired t"
    ? detectableByT({ standardError: effect.standardErrorPct, df: effect.df, level })
    : 100 * detectableByMcnemar({ discordant: effect.discordant, tested: effect.tested, level });
  return Math.min(100, points);
}

/** An effect, or the reason why there is none. */
export type Comparison = Effect | { readonly method: "none"; readonly reason: string };

/**
 * What an arm and its baseline must share, so that the difference is due to the arm; training images may vary.
 */
const ALIKE = [
  "epochs",
  "validation_images",
  "backend",
  "adapter",
  "api",
  "kernels",
  "tfjs",
] as const satisfies readonly (
  keyof TrialRow
)[];

/**
 * Compares an arm with its baseline over the seeds that both finished.
 */
export function compareArms(
  arm: Arm,
  baseline: Arm,
  { judgedOn = "test" }: { readonly judgedOn?: Environment["judged_on"] } = {},
): Comparison {
  const wrongOf = (trial: TrialRow) => judgedOn === "test" ? trial.test_errors : trial.validation_errors;
  const imagesOf = (trial: TrialRow) => judgedOn === "test" ? trial.test_images : trial.validation_images;
  const measured = ({ trials }: Arm) =>
    trials.flatMap((trial) => {
      const wrong = wrongOf(trial);
      return trial.status === "done" && wrong !== null ? [{ trial, wrong }] : [];
    });
  const bySeed = new Map(measured(baseline).map((each) => [each.trial.seed, each]));
  const pairs = measured(arm).flatMap((own) => {
    const other = bySeed.get(own.trial.seed);
    return other === undefined ? [] : [{ own, other }];
  });
  const [first] = pairs;
  if (first === undefined) return { method: "none", reason: "no seed was finished by both" };
  const data = ({ trial }: typeof first.own) => `${trial.dataset_sha256} ${imagesOf(trial)}`;
  if (pairs.some(({ own, other }) => data(own) !== data(first.other) || data(other) !== data(first.other))) {
    return { method: "none", reason: "not measured on the same images" };
  }
  const differs = ALIKE.find((column) => pairs.some(({ own, other }) => differIn(column, own.trial, other.trial)));
  if (differs !== undefined) return { method: "none", reason: `not run alike: ${differs} differs` };
  const tested = imagesOf(first.own.trial);
  if (pairs.length === 1) {
    return judgedOn === "test"
      ? compareImages({ arm: first.own.trial, baseline: first.other.trial }, { arm, baseline, tested })
      : {
        method: "none",
        reason: "one shared seed, and which held-out images are wrong is not recorded",
      };
  }
  if (judgedOn === "test" && pairs.some(({ own, other }) => !holdsAll(arm, own) || !holdsAll(baseline, other))) {
    return { method: "none", reason: "errors.csv does not hold all errors" };
  }
  const inPercent = 100 / tested;
  const images = judgedOn === "test"
    ? imageVariance(
      pairs.map(({ own, other }) => [wrongImages(arm.errors, own.trial), wrongImages(baseline.errors, other.trial)]),
      tested,
    )
    : 0;
  return pairedT(pairs.map(({ own, other }) => (own.wrong - other.wrong) * inPercent), {
    grain: inPercent,
    imageVariance: 100 ** 2 * images,
  });
}

/** With fewer seeds the luck of single runs on single images stays in the images' variance. */
const SEEDS_TO_SEPARATE = 4;

/**
 * Variance, over the choice of test images, of the mean difference; the differences of an image are averaged over the
 * seeds. In squared proportions. From four seeds on less what the luck of the runs contributes, but not below 0.
 *
 * @param seeds For each seed the images that the arm gets wrong, and those that the baseline does.
 * @param tested At least two.
 */
export function imageVariance(
  seeds: readonly (readonly [arm: ReadonlySet<number>, baseline: ReadonlySet<number>])[],
  tested: number,
): number {
  const differences = new Map<number, number>();
  const add = (image: number, wrong: number) => differences.set(image, (differences.get(image) ?? 0) + wrong);
  for (const [arm, baseline] of seeds) {
    for (const image of arm) add(image, 1 / seeds.length);
    for (const image of baseline) add(image, -1 / seeds.length);
  }
  const values = [...differences.values()];
  const mean = values.reduce((sum, value) => sum + value, 0) / tested;
  const squares = values.reduce((sum, value) => sum + value ** 2, 0);
  const ofMeans = squares - tested * mean ** 2;
  if (seeds.length < SEEDS_TO_SEPARATE) return ofMeans / (tested * (tested - 1));
  // Sum of squares of the interaction: in all, less that of the images, less that of the seeds.
  const ofAll = seeds.reduce((sum, [arm, baseline]) => sum + arm.symmetricDifference(baseline).size, 0);
  const ofSeeds = seeds.reduce((sum, [arm, baseline]) => sum + ((arm.size - baseline.size) / tested) ** 2, 0);
  const interaction = ofAll - seeds.length * squares - tested * ofSeeds + seeds.length * tested * mean ** 2;
  const luck = interaction / (seeds.length - 1) / seeds.length;
  return Math.max(0, ofMeans - luck) / (tested * (tested - 1));
}

/**
 * Student's t test of paired differences (Student 1908, Biometrika 6, 1-25).
 *
 * @param differences At least two, in percentage points.
 * @param options `grain` is the difference that one image makes. Two or three seeds may differ from their baselines by
 * the same number of images, and a spread of zero would make any difference certain; so the spread counts as at least
 * half a grain. `imageVariance`, in squared points, is the variance of the mean difference over the choice of test
 * images.
 */
export function pairedT(
  differences: readonly number[],
  { grain, imageVariance = 0 }: { readonly grain: number; readonly imageVariance?: number },
): Effect {
  const n = differences.length;
  const differencePct = mean([...differences]);
  const sd = Math.max(sampleStandardDeviation([...differences]), grain / 2);
  const seedVariance = sd ** 2 / n;
  const variance = seedVariance + imageVariance;
  return tTest(differencePct, {
    n,
    variance,
    df: variance === 0 ? n - 1 : variance ** 2 / (seedVariance ** 2 / (n - 1)),
  });
}

/** Student's t test of a mean difference over `n` seeds; its variance is in squared points. */
export function tTest(
  differencePct: number,
  { n, variance, df }: { readonly n: number; readonly variance: number; readonly df: number },
): Effect {
  const standardError = Math.sqrt(variance);
  const spread = studentTQuantile((1 + CONFIDENCE) / 2, df) * standardError;
  return {
    method: "paired t",
    n,
    differencePct,
    // Two rates differ by no more than 100 points.
    interval: { low: Math.max(-100, differencePct - spread), high: Math.min(100, differencePct + spread) },
    p: 2 * studentTCdf(-Math.abs(differencePct) / standardError, df),
    standardErrorPct: standardError,
    df,
  };
}

function compareImages(
  trials: { readonly arm: TrialRow; readonly baseline: TrialRow },
  { arm, baseline, tested }: { readonly arm: Arm; readonly baseline: Arm; readonly tested: number },
): Comparison {
  const first = wrongImages(arm.errors, trials.arm);
  const second = wrongImages(baseline.errors, trials.baseline);
  if (first.size !== trials.arm.test_errors || second.size !== trials.baseline.test_errors) {
    return { method: "none", reason: "one shared seed, and errors.csv does not hold all its errors" };
  }
  const bothWrong = first.intersection(second).size;
  const counts: PairedCounts = {
    bothWrong,
    onlyFirstWrong: first.size - bothWrong,
    onlySecondWrong: second.size - bothWrong,
    tested,
  };
  const { low, high } = pairedDifferenceInterval(counts);
  return {
    method: "McNemar",
    n: 1,
    differencePct: 100 * (first.size - second.size) / tested,
    interval: { low: 100 * low, high: 100 * high },
    p: mcnemarP(counts),
    discordant: counts.onlyFirstWrong + counts.onlySecondWrong,
    tested,
  };
}

function holdsAll({ errors }: Arm, { trial, wrong }: { readonly trial: TrialRow; readonly wrong: number }): boolean {
  return wrongImages(errors, trial).size === wrong;
}

function wrongImages(errors: readonly ErrorRow[], { seed }: TrialRow): Set<number> {
  return new Set(errors.filter((error) => error.seed === seed).map((error) => error.test_index));
}
