/**
 * What a variant costs on both sides: time and memory.
 *
 * @module
 */
import { median } from "simple-statistics";
import type { TrialRow } from "../schema.ts";
import { type Arm, type ArmPair, finishedByBoth } from "./arms.ts";
import type { Judged, NotJudged } from "./row.ts";
import { judgeSpeed, type Round } from "./speed.ts";

/** Time of an epoch, a round a seed; `refusal` says why times can't be compared at all. */
export function timeRow(
  subject: string,
  { base, head }: ArmPair,
  { refusal, threshold }: { readonly refusal: string | undefined; readonly threshold: number },
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
  if (rounds.some((round) => round.base.length === 0 || round.head.length === 0)) {
    return refuse("the first epoch of a trial compiles the shaders, and there is no second one");
  }
  return { subject, metric, unit: "ms", ...judgeRounds(rounds, threshold) };
}

/** The columns of a judged time. */
export function judgeRounds(
  rounds: readonly Round[],
  threshold: number,
): Pick<Judged, "base" | "head" | "change" | "judgement" | "within" | "detail" | "wantsRepeat"> {
  const { ratio, judgement, wantsRepeat } = judgeSpeed(rounds, { threshold });
  const samples = rounds.reduce((sum, { base, head }) => sum + base.length + head.length, 0);
  return {
    base: median(rounds.flatMap(({ base }) => base)),
    head: median(rounds.flatMap(({ head }) => head)),
    change: { kind: "ratio", ...ratio },
    judgement,
    ...(judgement === "same" && { within: threshold }),
    detail: `${rounds.length === 1 ? "1 round" : `${rounds.length} rounds`}, ${samples} samples` +
      (wantsRepeat ? "; over the threshold, but no repeat agrees" : ""),
    ...(wantsRepeat && { wantsRepeat }),
  };
}

/** Milliseconds of every epoch but the first, which compiles the shaders. */
function epochTimes({ epochs }: Arm, { seed }: TrialRow): number[] {
  return epochs.filter((row) => row.seed === seed && row.epoch > 1 && row.seconds > 0).map(({ seconds }) =>
    1000 * seconds
  );
}

/** Of the same work on the same adapter, memory is the same to the byte: no interval is needed. */
export function memoryRow(
  subject: string,
  arms: ArmPair,
  threshold: number,
): Judged[] {
  const bytes = finishedByBoth(arms).flatMap(({ base, head }) =>
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
