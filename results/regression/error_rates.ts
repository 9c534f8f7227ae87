/**
 * Does head make more errors than base? The same seeds, paired, with Holm's correction over all rows.
 *
 * The question is whether the change moved the error on the test images that are used, so these are fixed, and only the
 * luck of the seeds counts: the mean of n differences has the variance s^2 / n, with s^2 {@linkcode moderated}. In
 * simulations of runs that spread as the committed ones do, p is below 5% in 5% of comparisons without a change, and a
 * rise from 1 to 1.2% is found in 75% with three seeds (48% if the choice of the images is charged, too, as in
 * `compareArms`). If runs spread by three times the binomial standard deviation, false alarms are 25, 14 and 7% with
 * two, three and five seeds.
 *
 * One seed judges nothing: runs that start to learn late, or never, are unlike what the prior describes, and only a
 * second seed can show that. If one run in 14 stays at chance, a single seed would raise a false alarm in 18% of
 * comparisons; two seeds or more do in 5% at most.
 *
 * @module
 */
import { mean, sampleVariance } from "simple-statistics";
import type { Environment } from "../folder/environment.ts";
import type { TrialRow } from "../rows/trials.ts";
import { holm } from "../statistics/holm.ts";
import { CONFIDENCE } from "../statistics/intervals.ts";
import { binomialVariance, moderated } from "../statistics/seed_spread.ts";
import { detectablePct, type Effect, tTest } from "../verdict/paired.ts";
import type { Judged, Judgement, NotJudged } from "./judgement.ts";
import { finishedByBoth, type VariantPair } from "./variant_pair.ts";

/** A row, perhaps with an effect that can be judged only together with all others. */
export type ComparedErrors = Judged & { readonly effect?: Effect };

/** The error of a variant on both sides. Weights that agree bit for bit need no test. */
export function compareErrors(
  subject: string,
  pair: VariantPair,
  judgedOn: Environment["judged_on"],
): NotJudged | ComparedErrors {
  const metric = judgedOn === "test" ? "test error" : "validation error";
  const pairs = finishedByBoth(pair).flatMap(({ base, head }): ErrorPair[] => {
    const [before, after] = [errorOf(base, judgedOn), errorOf(head, judgedOn)];
    const sameWeights = base.weights_sha256 !== "" && base.weights_sha256 === head.weights_sha256;
    return before && after ? [{ base: before.pct, head: after.pct, images: after.images, sameWeights }] : [];
  });
  if (pairs.length === 0) {
    return { subject, metric, found: "not comparable", reason: "no seed was finished by both" };
  }
  const means = meansOf(pairs);
  const alike = pairs.filter(({ sameWeights }) => sameWeights).length;
  const columns = { subject, metric, unit: "%", ...means } as const;
  const detail = `${seeds(pairs.length)}, the same weights in ${alike} of ${pairs.length}`;
  if (alike === pairs.length && means.base === means.head) {
    const same: Judged = {
      ...columns,
      change: { kind: "difference", value: 0, interval: { low: 0, high: 0 } },
      judgement: "same",
      within: 0,
      detail,
    };
    return same;
  }
  const effect = effectOf(pairs);
  const compared: ComparedErrors = {
    ...columns,
    change: { kind: "difference", value: effect.differencePct, interval: effect.interval },
    // Until all effects are known.
    judgement: "cannot tell",
    detail: `${detail}; could have shown ${detectablePct(effect).toFixed(2)}`,
    effect,
  };
  return compared;
}

/** The errors of one seed on both sides, in per cent of the images. */
interface ErrorPair {
  readonly base: number;
  readonly head: number;
  readonly images: number;
  readonly sameWeights: boolean;
}

function errorOf(
  trial: TrialRow,
  judgedOn: Environment["judged_on"],
): { readonly pct: number; readonly images: number } | undefined {
  const [pct, images] = judgedOn === "test"
    ? [trial.test_error_pct, trial.test_images]
    : [trial.validation_error_pct, trial.validation_images];
  return pct === null ? undefined : { pct, images };
}

function meansOf(pairs: readonly ErrorPair[]): { readonly base: number; readonly head: number } {
  return { base: mean(pairs.map(({ base }) => base)), head: mean(pairs.map(({ head }) => head)) };
}

/** The mean difference over the seeds, on these images. */
function effectOf(pairs: readonly ErrorPair[]): Effect {
  const n = pairs.length;
  const { images } = pairs[0]!;
  const { base, head } = meansOf(pairs);
  const differences = pairs.map(({ base, head }) => head - base);
  const { variance, degrees } = moderated(
    { n, own: n === 1 ? 0 : sampleVariance(differences) },
    binomialVariance(base, images) + binomialVariance(head, images),
  );
  // Without a single error on both sides nothing varies; half an image's worth keeps p defined.
  const least = (100 / images / 2) ** 2;
  return tTest(mean(differences), { n, variance: Math.max(variance, least) / n, df: degrees });
}

/**
 * Judges all error rates of a comparison, with Holm's correction: `regressed` and `improved` need an adjusted p below
 * 5%, a difference of at least `threshold` percentage points, and more than one seed; `same` an interval within the
 * threshold. Rows without an effect are returned as they are.
 */
export function judgeErrors(rows: readonly ComparedErrors[], threshold: number): Judged[] {
  const adjusted = holm(rows.flatMap(({ effect }) => effect === undefined ? [] : [effect.p]));
  let next = 0;
  return rows.map(({ effect, ...row }) => {
    if (effect === undefined) return row;
    const p = adjusted[next++]!;
    const judgement = judgeError(effect, { p, threshold });
    return {
      ...row,
      judgement,
      ...(judgement === "same" && { within: threshold }),
      detail: `${row.detail}; p ${p < 0.001 ? "below 0.001" : p.toFixed(3)} after Holm` +
        (effect.n === 1 ? "; one seed, so nothing repeats it" : ""),
    };
  });
}

function judgeError(
  { differencePct, interval, n }: Effect,
  { p, threshold }: { readonly p: number; readonly threshold: number },
): Judgement {
  if (n === 1) return "cannot tell";
  if (p < 1 - CONFIDENCE && Math.abs(differencePct) >= threshold) return differencePct > 0 ? "regressed" : "improved";
  return interval.low > -threshold && interval.high < threshold ? "same" : "cannot tell";
}

function seeds(n: number): string {
  return n === 1 ? "1 seed" : `${n} seeds`;
}
