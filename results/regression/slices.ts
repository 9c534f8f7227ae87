/**
 * Does head's training cost more than base's? Slices of both, taken alternately.
 *
 * **What is judged.** On a software adapter the CPU time of the process, all threads: work that others do on the
 * machine moves wall time by tens of per cents, and this by some. On a device the time by its own time stamps. Wall
 * time is judged too, coarsely: it alone sees waiting.
 *
 * **The unit is the round**, with a fresh process of each side on one CPU, since two processes of the same code differ
 * by some 2% for as long as they run, by the places of their data in memory. A round's estimate is the trimmed mean,
 * over its blocks of four slices (A B B A), of the logarithm of head's time per step over base's; the estimate of all
 * rounds is their trimmed mean, with Yuen's t. So a burst of other work, which strikes a block or two or a whole round,
 * counts for little.
 *
 * **Looks.** The rounds are judged after each quarter of them, and a clear case ends early. The level that is spent on
 * false alarms, over both directions of all looks and rows of a comparison, is {@linkcode ALARM_LEVEL}; each look at
 * each row gets an equal share of it (Bonferroni's inequality), which holds whatever depends on what.
 *
 * @module
 */
import { mean } from "simple-statistics";
import type { SliceRow } from "../rows/slices.ts";
import { CONFIDENCE } from "../statistics/intervals.ts";
import { studentTQuantile } from "../statistics/student_t.ts";
import { trimmedMean } from "../statistics/trimmed_mean.ts";
import type { Judged, Judgement } from "./judgement.ts";

/** Share of comparisons of a program with itself that may call anything slower or faster. */
export const ALARM_LEVEL = 0.01;

/** How often the rounds are judged. */
export const LOOKS = 4;

/** How large a change of wall time has to be, in thresholds: waiting is seen coarsely. */
export const WALL_THRESHOLDS = 4;

/** What can be said of a cost. */
export type CostJudgement = Exclude<Judgement, "changed">;

/** What a slice costs. */
type Quantity = "CPU time" | "GPU time" | "wall time";

const COLUMNS = { "CPU time": "cpu_ms", "GPU time": "device_ms", "wall time": "wall_ms" } as const;

/** After how many rounds they are judged, in rising order; the last is `most`. */
export function looksOf(most: number): number[] {
  const looks = Array.from({ length: LOOKS }, (_, i) => Math.ceil((i + 1) * most / LOOKS));
  return [...new Set(looks)].filter((rounds) => rounds >= Math.min(2, most));
}

/**
 * Judges each variant of the slices.
 *
 * @param slices Of one suite; whole rounds.
 * @param options `threshold` as a share: 0.05 is 5%.
 */
export function judgeSlices(slices: readonly SliceRow[], options: { readonly threshold: number }): Judged[] {
  const variants = [...Map.groupBy(slices, ({ variant }) => variant).values()];
  const rows = variants.flatMap((own) => quantitiesOf(own).map((quantity) => ({ own, quantity })));
  return rows.map(({ own, quantity }) => {
    const rounds = [...Map.groupBy(own, ({ round }) => round).values()];
    const threshold = quantity === "wall time" ? WALL_THRESHOLDS * options.threshold : options.threshold;
    const estimates = rounds.map((round) => roundEstimate(round, quantity));
    const judged = judgeRatios(estimates, { threshold, share: 1 / (rows.length * LOOKS) });
    const costs = (side: SliceRow["side"]) =>
      mean(own.filter((row) => row.side === side).map((row) => costOf(row, quantity)));
    return {
      subject: `${own[0]!.suite}/${own[0]!.variant}`,
      metric: `${quantity} per step` as const,
      unit: "ms",
      base: costs("base"),
      head: costs("head"),
      ...judged,
      ...(judged.judgement === "same" && { within: threshold }),
      rounds: rounds.length,
      detail: `${rounds.length} rounds, ${own.length} slices`,
    };
  });
}

/** What is judged of a variant: what tells most first. */
function quantitiesOf(slices: readonly SliceRow[]): Quantity[] {
  const software = slices.every(({ adapter_kind }) => adapter_kind !== "hardware");
  if (software) return ["CPU time", "wall time"];
  return slices.every(({ device_ms }) => device_ms !== null) ? ["GPU time", "wall time"] : ["wall time"];
}

/**
 * What `logRatios` say, one per round: `regressed` and `improved` need a mean nearer to the threshold than to no
 * change, so that a change of the threshold is found, and an interval, at this look's share of the alarm level, that
 * excludes 1; `same` a 95% interval, over all looks, within the threshold.
 */
export function judgeRatios(
  logRatios: readonly number[],
  { threshold, share }: {
    readonly threshold: number;
    /** Of the alarm level, for these ratios at one look. */
    readonly share: number;
  },
): Pick<Judged, "change"> & { readonly judgement: CostJudgement } {
  const { value, standardError, degrees } = trimmedMean(logRatios);
  // One round says nothing of the next.
  const reach = (level: number) => degrees === 0 ? Infinity : studentTQuantile(1 - level / 2, degrees) * standardError;
  const margin = Math.log(1 + threshold);
  const shown = Math.abs(value) > Math.max(reach(ALARM_LEVEL * share), margin / 2);
  const spread = reach((1 - CONFIDENCE) / LOOKS);
  const isSame = Math.abs(value) + spread < margin;
  const judgement = shown ? (value > 0 ? "regressed" : "improved") : isSame ? "same" : "cannot tell";
  const interval = { low: Math.exp(value - spread), high: Math.exp(value + spread) };
  return { change: { kind: "ratio", value: Math.exp(value), interval }, judgement };
}

/** The trimmed mean of a round's blocks, as a logarithm. */
function roundEstimate(slices: readonly SliceRow[], quantity: Quantity): number {
  const blocks = [...Map.groupBy(slices, ({ block }) => block).values()];
  const cost = (block: readonly SliceRow[], side: SliceRow["side"]) =>
    block.filter((row) => row.side === side).reduce((sum, row) => sum + costOf(row, quantity), 0);
  return trimmedMean(blocks.map((block) => Math.log(cost(block, "head") / cost(block, "base")))).value;
}

function costOf(row: SliceRow, quantity: Quantity): number {
  return row[COLUMNS[quantity]]! / row.steps;
}
