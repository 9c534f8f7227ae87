/**
 * Two checkouts of this program, compared on this machine: how they train, and what that costs.
 *
 * @module
 */
import { duration } from "../../base/duration.ts";
import { counted } from "../../reports/page/format.ts";
import { compareSides } from "../../results/regression/compare.ts";
import type { Judging, RegressionReport } from "../../results/regression/judgement.ts";
import type { ProfileName } from "../../suites/suite.ts";
import type { Contender } from "./contender.ts";
import { measureSpeed } from "./speed_rounds.ts";
import { sideOf, trainAll, type TrainingRun, type Trainings } from "./trainings.ts";

/** What is compared, and how thoroughly. */
export interface Comparison extends Trainings {
  readonly suite: string;
  readonly profile: ProfileName;
  readonly base: Contender;
  readonly head: Contender;
  readonly firstSeed: number;
  /** Of variants that train differently; the others need one. */
  readonly seeds: number;
  /** Of timing, at most; 0 times nothing. */
  readonly rounds: number;
  readonly judging: Judging;
  /** Told of progress. */
  readonly say?: (sentence: string) => void;
}

/**
 * Trains the first seed on both sides, which says whether they train alike; the other seeds of variants that do not;
 * then times both. What the folder has already is not measured again.
 *
 * @throws {UserError} A side can't train. After an abort, the signal's reason.
 */
export async function compareCheckouts(comparison: Comparison): Promise<RegressionReport> {
  const trained = await compareTraining(comparison);
  if (comparison.rounds === 0) return trained;
  const speed = await measureSpeed({ ...comparison, threshold: comparison.judging.thresholds.ratio });
  return { ...trained, judged: [...trained.judged, ...speed] };
}

async function compareTraining(
  { base, head, firstSeed, seeds, judging, say = () => {}, ...trainings }: Comparison,
): Promise<RegressionReport> {
  const started = performance.now();
  const contenders = [base, head];
  // Training at the same time on both sides says nothing of times.
  const compare = (runs: readonly TrainingRun[]) => {
    const [before, after] = contenders.map((contender) => sideOf(trainings.out, contender, runs));
    return compareSides(before!, after!, { ...judging, times: "none" });
  };
  const first: TrainingRun = { firstSeed, seeds: 1 };
  await trainAll(contenders, first, trainings);
  const report = compare([first]);
  const unlike = report.judged.filter(({ metric, within }) => metric === "loss curve" && within !== 0)
    .map(({ subject }) => subject.slice(subject.indexOf("/") + 1));
  if (unlike.length === 0 || seeds === 1) return report;
  const seconds = (performance.now() - started) / 1000;
  say(
    `Training: ${counted(unlike.length, "variant")} not the same to the byte; training ${
      counted(seeds - 1, "seed")
    } more, about ${duration(seconds * (seeds - 1))}`,
  );
  const others: TrainingRun = { firstSeed: firstSeed + 1, seeds: seeds - 1, variants: unlike };
  await trainAll(contenders, others, trainings);
  return compare([first, others]);
}
