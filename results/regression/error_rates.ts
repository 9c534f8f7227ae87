/**
 * Does head make more errors than base? The same seeds, paired, with Holm's correction over all rows.
 *
 * @module
 */
import { mean } from "simple-statistics";
import type { Environment } from "../folder/environment.ts";
import type { TrialRow } from "../rows/trials.ts";
import { holm } from "../statistics/holm.ts";
import { CONFIDENCE } from "../statistics/intervals.ts";
import { compareArms, detectablePct, type Effect } from "../verdict/paired.ts";
import type { Judged, Judgement, NotJudged } from "./judgement.ts";
import { finishedByBoth, type VariantPair } from "./variant_pair.ts";

/** Columns in which two trials of the same experiment agree. */
export const SAME_EXPERIMENT = [
  "epochs",
  "train_images",
  "validation_images",
] as const satisfies readonly (keyof TrialRow)[];

/** A row, perhaps with an effect that can be judged only together with all others. */
export type ComparedErrors = Judged & { readonly effect?: Effect };

/** The error of a variant on both sides. Weights that agree bit for bit need no test. */
export function compareErrors(
  subject: string,
  pair: VariantPair,
  judgedOn: Environment["judged_on"],
): NotJudged | ComparedErrors {
  const metric = judgedOn === "test" ? "test error" : "validation error";
  const comparison = compareArms(pair.head, pair.base, { judgedOn, alike: SAME_EXPERIMENT });
  const refuse = (reason: string): NotJudged => ({ subject, metric, found: "not comparable", reason });
  const pairs = finishedByBoth(pair);
  if (pairs.length === 0) return refuse("no seed was finished by both");
  const alike = pairs.filter(({ base, head }) =>
    base.weights_sha256 !== "" && base.weights_sha256 === head.weights_sha256
  );
  const error = (trial: TrialRow) => (judgedOn === "test" ? trial.test_error_pct : trial.validation_error_pct) ?? NaN;
  const means = {
    base: mean(pairs.map(({ base }) => error(base))),
    head: mean(pairs.map(({ head }) => error(head))),
  };
  const columns = { subject, metric, unit: "%", ...means } as const;
  const weights = `the same weights in ${alike.length} of ${pairs.length}`;
  if (alike.length === pairs.length && means.base === means.head) {
    const same: Judged = {
      ...columns,
      change: { kind: "difference", value: 0, interval: { low: 0, high: 0 } },
      judgement: "same",
      within: 0,
      detail: `${seeds(pairs.length)}, ${weights}`,
    };
    return same;
  }
  if (comparison.method === "none") return refuse(comparison.reason);
  const power = detectablePct(comparison);
  const compared: ComparedErrors = {
    ...columns,
    change: { kind: "difference", value: comparison.differencePct, interval: comparison.interval },
    // Until all effects are known.
    judgement: "cannot tell",
    detail: `${seeds(comparison.n)}, ${weights}, ${comparison.method}; could have shown ${power.toFixed(2)}`,
    effect: comparison,
  };
  return compared;
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
  const shown = p < 1 - CONFIDENCE && Math.abs(differencePct) >= threshold;
  // McNemar's test of one seed does not know what another seed would change: calibration showed that it calls most of
  // that a change.
  if (shown && n === 1) return "cannot tell";
  if (shown) return differencePct > 0 ? "regressed" : "improved";
  return interval.low > -threshold && interval.high < threshold ? "same" : "cannot tell";
}

function seeds(n: number): string {
  return n === 1 ? "1 seed" : `${n} seeds`;
}
