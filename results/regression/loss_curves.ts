/**
 * Did head train as base did? The same seeds, loss by loss.
 *
 * First whether training took the same course at all. The first losses that differ decide: the same code rounds the
 * same way and ends with the same bytes; another order of sums moves the losses of the first steps by some millionths;
 * any other arithmetic moves them by per cents. Later losses say less, since training blows rounding up.
 *
 * Where the courses differ, whether the loss at the end became higher or lower: Student's t of the logarithms, paired
 * by seed. The loss says more than the error: it is measured on many more images and counts by how much they are
 * missed.
 *
 * @module
 */
import { mean } from "simple-statistics";
import { type EpochRow, lossesOf } from "../rows/epochs.ts";
import type { TrialRow } from "../rows/trials.ts";
import { holm } from "../statistics/holm.ts";
import { CONFIDENCE } from "../statistics/intervals.ts";
import { pairedT } from "../verdict/paired.ts";
import type { Judged, NotJudged } from "./judgement.ts";
import { finishedByBoth, type VariantPair } from "./variant_pair.ts";

/**
 * The largest relative difference that rounding makes: of a loss among the first 20 steps, and of an epoch's mean loss.
 *
 * Networks of this suite whose first weights were changed by one part in 10^7 were at most 7e-7 and 3e-6 off, and six
 * faults at least 9e-3 and 9e-5 (12 seeds of 784-300-10); the bounds lie between, on a logarithmic scale.
 * `deno task calibrate` measures both anew.
 */
const ROUNDING = { step: 1e-4, epoch: 2e-5 };

/** How much higher or lower a loss has to be to count, as a share. */
const LOSS_THRESHOLD = 0.01;

/** Where two courses part. */
interface Parting {
  /** In words, for example `step 2 of epoch 1`. */
  readonly where: string;
  /** The largest relative difference of what is compared there. */
  readonly difference: number;
  readonly bound: number;
}

/** Whether training took the same course; `changed` if it did not. */
export function compareCourses(subject: string, pair: VariantPair): Judged | NotJudged {
  const metric = "loss curve";
  const pairs = finishedByBoth(pair);
  if (pairs.length === 0) return { subject, metric, found: "not comparable", reason: "no seed was finished by both" };
  const partings = pairs.flatMap((trials) => partingOf(trials, pair) ?? []);
  const worst = partings.toSorted((a, b) => b.difference / b.bound - a.difference / a.bound)[0];
  const isSame = worst === undefined || worst.difference <= worst.bound;
  const firsts = (side: "base" | "head") =>
    mean(pairs.map((trials) => curveOf(pair[side].epochs, trials[side])[0]?.train_loss ?? NaN));
  const [base, head] = [firsts("base"), firsts("head")];
  const ratio = head / base;
  return {
    subject,
    metric,
    unit: "loss",
    ...{ base, head },
    change: { kind: "ratio", value: ratio, interval: { low: ratio, high: ratio } },
    judgement: isSame ? "same" : "changed",
    ...(isSame && { within: worst?.bound ?? 0 }),
    detail: `${pairs.length === 1 ? "1 seed" : `${pairs.length} seeds`}, ` +
      (worst === undefined
        ? "the same weights and losses"
        : `from ${worst.where} on, at most ${worst.difference.toPrecision(1)} of the loss`),
  };
}

/** Where the trials of one seed part; undefined if they end with the same bytes. */
function partingOf(
  { base, head }: { readonly base: TrialRow; readonly head: TrialRow },
  sides: VariantPair,
): Parting | undefined {
  const curves = { base: curveOf(sides.base.epochs, base), head: curveOf(sides.head.epochs, head) };
  const [before, after] = [curves.base[0], curves.head[0]].map((row) => row === undefined ? [] : lossesOf(row));
  // Runs of earlier versions have no first losses.
  const steps = Math.min(before!.length, after!.length);
  const differences = Array.from({ length: steps }, (_, i) => relativeDifference(before![i]!, after![i]!));
  const step = differences.findIndex((difference) => difference > 0);
  if (step >= 0) return { where: `step ${step + 1}`, difference: Math.max(...differences), bound: ROUNDING.step };
  for (const [i, row] of curves.base.entries()) {
    const difference = relativeDifference(row.train_loss, curves.head[i]?.train_loss ?? NaN);
    if (difference !== 0) return { where: `epoch ${row.epoch}`, difference, bound: ROUNDING.epoch };
  }
  if (base.weights_sha256 === head.weights_sha256) return undefined;
  return { where: "the last step", difference: 0, bound: ROUNDING.epoch };
}

/** The epochs of one trial, in order. */
function curveOf(epochs: readonly EpochRow[], { seed }: TrialRow): EpochRow[] {
  return epochs.filter((row) => row.seed === seed);
}

/** Infinite if only one of the two is a number. */
function relativeDifference(a: number, b: number): number {
  if (a === b) return 0;
  const difference = Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
  return Number.isNaN(difference) ? Infinity : difference;
}

/** A row, perhaps of a loss, which can be judged only together with all others. */
export type LossChange = Judged & {
  /** Two-sided, of this loss alone. */
  readonly lossP?: number;
};

/** The loss of the last epoch on both sides, if the seeds that both finished are two or more and differ in it. */
export function compareLosses(subject: string, pair: VariantPair): LossChange[] {
  const pairs = finishedByBoth(pair).flatMap(({ base, head }) =>
    base.train_loss && head.train_loss ? [{ base: base.train_loss, head: head.train_loss }] : []
  );
  if (pairs.length < 2 || pairs.every(({ base, head }) => base === head)) return [];
  // In per cent of a logarithm, of which one is about one per cent.
  const { differencePct, interval, p, n } = pairedT(
    pairs.map(({ base, head }) => 100 * Math.log(head / base)),
    { grain: 0 },
  );
  const ratio = (percent: number) => Math.exp(percent / 100);
  return [{
    subject,
    metric: "training loss",
    unit: "loss",
    base: mean(pairs.map(({ base }) => base)),
    head: mean(pairs.map(({ head }) => head)),
    change: {
      kind: "ratio",
      value: ratio(differencePct),
      interval: { low: ratio(interval.low), high: ratio(interval.high) },
    },
    // Until all losses are known.
    judgement: "cannot tell",
    detail: `${n} seeds, paired t`,
    lossP: p,
  }];
}

/**
 * Judges all losses of a comparison, with Holm's correction: `regressed` and `improved` need an adjusted p below 5% and
 * a change of at least 1%; `same` an interval within that. Rows without a `lossP` are returned as they are.
 */
export function judgeLosses<Row extends LossChange>(rows: readonly Row[]): Row[] {
  const adjusted = holm(rows.flatMap(({ lossP }) => lossP ?? []));
  let next = 0;
  return rows.map(({ lossP, ...row }) => {
    if (lossP === undefined) return row as Row;
    const p = adjusted[next++]!;
    const { value, interval } = row.change;
    const isShown = p < 1 - CONFIDENCE && Math.abs(Math.log(value)) >= Math.log(1 + LOSS_THRESHOLD);
    const isSame = interval.low > 1 / (1 + LOSS_THRESHOLD) && interval.high < 1 + LOSS_THRESHOLD;
    return {
      ...row,
      judgement: isShown ? (value > 1 ? "regressed" : "improved") : isSame ? "same" : "cannot tell",
      ...(!isShown && isSame && { within: LOSS_THRESHOLD }),
      detail: `${row.detail}; p ${p < 0.001 ? "below 0.001" : p.toFixed(3)} after Holm`,
    } as Row;
  });
}
