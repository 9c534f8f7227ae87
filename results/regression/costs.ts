/**
 * What a variant costs on both sides: time and memory.
 *
 * @module
 */
import { median } from "simple-statistics";
import type { TrialRow } from "../rows/trials.ts";
import type { Judged, Judging, NotJudged } from "./judgement.ts";
import { ENOUGH_ROUNDS, judgeSpeed, type Round } from "./speed.ts";
import { finishedByBoth, type VariantPair, type VariantSide } from "./variant_pair.ts";

/** What was measured when, for {@linkcode judgeRounds}. */
interface Measured {
  readonly rounds: readonly Round[];
  /** When the measurements of each side were finished, ISO 8601. */
  readonly finished: { readonly base: readonly string[]; readonly head: readonly string[] };
}

/** Time per epoch, one round per seed; `refusal` says why times can't be compared at all. */
export function compareTimes(
  subject: string,
  { base, head }: VariantPair,
  { refusal, ...judging }: Judging & { readonly refusal: string | undefined },
): Judged | NotJudged {
  const metric = "epoch time";
  const refuse = (reason: string): NotJudged => ({ subject, metric, found: "not comparable", reason });
  if (refusal !== undefined) return refuse(refusal);
  const pairs = finishedByBoth({ base, head });
  if (pairs.length === 0) return refuse("no seed was finished by both");
  const rounds = pairs.map((pair) => ({
    base: epochTimes(base, pair.base),
    head: epochTimes(head, pair.head),
  }));
  const refused = rounds.flatMap(({ base, head }) => [base, head]).flatMap((times) => unusable(times) ?? [])[0];
  if (refused !== undefined) return refuse(refused);
  const finished = {
    base: pairs.map((pair) => pair.base.finished),
    head: pairs.map((pair) => pair.head.finished),
  };
  return { subject, metric, unit: "ms", ...judgeRounds({ rounds, finished }, judging) };
}

/**
 * The columns of a judged time. If all of one side was measured before the other, a drift of the machine looks like a
 * change, and no judgement is made unless `times` asks for it.
 */
export function judgeRounds(
  { rounds, finished }: Measured,
  { thresholds: { ratio: threshold }, times }: Judging,
): Pick<Judged, "base" | "head" | "change" | "judgement" | "within" | "detail"> {
  const judged = judgeSpeed(rounds, { threshold });
  const { ratio } = judged;
  const isJudged = times === "apart" || areAlternate(finished);
  const judgement = isJudged ? judged.judgement : "cannot tell";
  const samples = rounds.reduce((sum, { base, head }) => sum + base.length + head.length, 0);
  return {
    base: median(rounds.flatMap(({ base }) => base)),
    head: median(rounds.flatMap(({ head }) => head)),
    change: { kind: "ratio", ...ratio },
    judgement,
    ...(judgement === "same" && { within: threshold }),
    detail: [
      `${rounds.length === 1 ? "1 round" : `${rounds.length} rounds`}, ${samples} samples`,
      ...(rounds.length < ENOUGH_ROUNDS ? ["too few for 95%"] : []),
      ...(isJudged ? [] : ["not measured alternately"]),
    ].join("; "),
  };
}

function areAlternate({ base, head }: Measured["finished"]): boolean {
  const [first, second] = [base.toSorted(), head.toSorted()];
  return first.at(-1)! > second[0]! && second.at(-1)! > first[0]!;
}

/** Milliseconds of every epoch but the first, which compiles the shaders. */
function epochTimes({ epochs }: VariantSide, { seed }: TrialRow): number[] {
  return epochs.filter((row) => row.seed === seed && row.epoch > 1).map(({ seconds }) => 1000 * seconds);
}

/** Why a trial's times can't be judged; undefined if they can. */
function unusable(times: readonly number[]): string | undefined {
  if (times.length === 0) return "the first epoch of a trial compiles the shaders, and there is no second one";
  if (times.some((ms) => ms === 0)) return "the clock is too coarse: epochs of 0 s. Time longer epochs, of more images";
}

/** The same work on the same adapter needs the same memory to the byte, so no interval is needed. */
export function compareMemory(
  subject: string,
  pair: VariantPair,
  threshold: number,
): (Judged | NotJudged)[] {
  const pairs = finishedByBoth(pair);
  const isIn = (side: "base" | "head") => pairs.some((each) => each[side].peak_bytes !== null);
  if (isIn("base") !== isIn("head")) {
    const found = isIn("base") ? "only in base" : "only in head";
    return [{ subject, metric: "peak memory", found, reason: "" }];
  }
  const bytes = pairs.flatMap(({ base, head }) =>
    base.peak_bytes && head.peak_bytes ? [{ base: base.peak_bytes, head: head.peak_bytes }] : []
  );
  if (bytes.length === 0) return [];
  const [base, head] = [median(bytes.map((pair) => pair.base)), median(bytes.map((pair) => pair.head))];
  const value = head / base;
  const judgement = value > 1 + threshold ? "regressed" : value < 1 / (1 + threshold) ? "improved" : "same";
  return [{
    subject,
    metric: "peak memory",
    unit: "bytes",
    base,
    head,
    change: { kind: "ratio", value, interval: { low: value, high: value } },
    judgement,
    ...(judgement === "same" && { within: value === 1 ? 0 : threshold }),
    detail: "",
  }];
}
