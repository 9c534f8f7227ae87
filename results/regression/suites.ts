/**
 * Base and head of one suite at one profile: error, time and memory of each variant.
 *
 * @module
 */
import type { Environment } from "../schema.ts";
import type { Run } from "../store.ts";
import type { Arm, ArmPair } from "./arms.ts";
import { memoryRow, timeRow } from "./costs.ts";
import { errorRow, type RowInHand, SAME_EXPERIMENT } from "./errors.ts";
import { machineClass } from "./machine.ts";
import type { Judged, NotJudged, RegressionReport, Thresholds } from "./row.ts";

/** All runs of one suite at one profile on one side. */
export interface SuiteSide {
  readonly runs: readonly Run[];
}

/** A comparison whose error rates wait for those of the other suites. */
export interface SuiteReport extends RegressionReport {
  readonly judged: readonly RowInHand[];
}

/** Judges every variant that both sides have. */
export function compareSuites(
  base: SuiteSide,
  head: SuiteSide,
  { thresholds }: { readonly thresholds: Thresholds },
): SuiteReport {
  const environment = head.runs[0]!.environment;
  const { suite, judged_on: judgedOn } = environment;
  const unlike = unlikeness(base, head);
  if (unlike !== undefined) {
    return { judged: [], notJudged: [{ subject: suite, found: "not comparable", reason: unlike }], notices: [] };
  }
  const [baseArms, headArms] = [armsOf(base), armsOf(head)];
  const notJudged: NotJudged[] = [];
  const judged: RowInHand[] = [];
  const speedRefusal = machinesDiffer(base, head);
  for (const id of new Set([...headArms.keys(), ...baseArms.keys()])) {
    const subject = `${suite}/${id}`;
    const arms = { base: baseArms.get(id), head: headArms.get(id) };
    if (!arms.base || !arms.head) {
      notJudged.push({ subject, found: arms.base ? "only in base" : "only in head", reason: "" });
      continue;
    }
    const pair = { base: arms.base, head: arms.head };
    const reason = anotherExperiment(pair);
    if (reason !== undefined) {
      notJudged.push({ subject, found: "not comparable", reason });
      continue;
    }
    const rows = [
      errorRow(subject, pair, judgedOn),
      timeRow(subject, pair, { refusal: speedRefusal, threshold: thresholds.ratio }),
      ...memoryRow(subject, pair, thresholds.ratio),
      ...failedTrials(subject, pair),
    ];
    for (const row of rows) "found" in row ? notJudged.push(row) : judged.push(row);
  }
  return { judged, notJudged, notices: [...differences(base, head), ...notInTurns(base, head)] };
}

/** Why nothing of the two can be compared; undefined where something can. */
function unlikeness(base: SuiteSide, head: SuiteSide): string | undefined {
  const columns = ["dataset_sha256", "judged_on"] as const satisfies readonly (keyof Environment)[];
  for (const column of columns) {
    const [one, ...more] = distinct([...base.runs, ...head.runs].map(({ environment }) => environment[column]));
    if (more.length > 0) return `${column} differs: "${one}" and "${more[0]}"`;
  }
}

function machinesDiffer(base: SuiteSide, head: SuiteSide): string | undefined {
  const [one, another] = distinct([...base.runs, ...head.runs].map(({ environment }) => machineClass(environment)));
  return another === undefined ? undefined : `times of different machines: "${one}" and "${another}"`;
}

function armsOf({ runs }: SuiteSide): Map<string, Arm> {
  const trials = Map.groupBy(runs.flatMap(({ trials }) => trials), ({ variant }) => variant);
  const errors = Map.groupBy(runs.flatMap(({ errors }) => errors), ({ variant }) => variant);
  const epochs = Map.groupBy(runs.flatMap(({ epochs }) => epochs), ({ variant }) => variant);
  return new Map(
    [...trials].map(([id, own]) => [id, { trials: own, errors: errors.get(id) ?? [], epochs: epochs.get(id) ?? [] }]),
  );
}

function anotherExperiment({ base, head }: ArmPair): string | undefined {
  for (const [side, { trials }] of Object.entries({ base, head })) {
    const seeds = trials.map(({ seed }) => seed);
    const twice = seeds.find((seed, i) => seeds.indexOf(seed) !== i);
    if (twice !== undefined) return `${side} holds seed ${twice} more than once; name the folder of one run`;
  }
  const checksums = distinct([...base.trials, ...head.trials].map((trial) => trial.variant_sha256)).filter(Boolean);
  if (checksums.length > 1) {
    return "its record has changed (network, recipe, learning rate, augmentation or data): it is another experiment now";
  }
  const all = [...base.trials, ...head.trials];
  const column = SAME_EXPERIMENT.find((name) => distinct(all.map((trial) => trial[name])).length > 1);
  if (column !== undefined) {
    return `${column} differs: ${distinct(all.map((trial) => trial[column])).join(" and ")}`;
  }
}

/** A seed that base finishes and head does not: with the same random numbers, no luck is in it. */
function failedTrials(subject: string, { base, head }: ArmPair): Judged[] {
  const shared = new Set(base.trials.map(({ seed }) => seed)).intersection(
    new Set(head.trials.map(({ seed }) => seed)),
  );
  const failed = ({ trials }: Arm) => trials.filter(({ seed, status }) => shared.has(seed) && status === "failed");
  const [before, after] = [failed(base), failed(head)];
  const value = after.length - before.length;
  if (value === 0) return [];
  const [reason] = (value > 0 ? after : before).map((trial) => trial.reason);
  return [{
    subject,
    metric: "failed trials",
    unit: "trials",
    base: before.length,
    head: after.length,
    change: { kind: "difference", value, interval: { low: value, high: value } },
    judgement: value > 0 ? "regressed" : "improved",
    detail: `of ${shared.size} seeds that both ran; ${reason}`,
  }];
}

/** What else changed between the sides, for whoever looks for a cause. */
function differences(base: SuiteSide, head: SuiteSide): string[] {
  const columns = ["commit", "kernels", "tfjs", "deno", "adapter"] as const satisfies readonly (keyof Environment)[];
  return columns.flatMap((column) => {
    const values = ({ runs }: SuiteSide) => distinct(runs.map(({ environment }) => environment[column])).join(", ");
    return values(base) === values(head) ? [] : [`${column}: ${values(base)} in base, ${values(head)} in head.`];
  });
}

function notInTurns(base: SuiteSide, head: SuiteSide): string[] {
  const times = ({ runs }: SuiteSide) =>
    runs.flatMap(({ trials }) => trials.map(({ finished }) => finished)).toSorted();
  const [first, second] = [times(base), times(head)];
  const apart = first.at(-1)! < second[0]! || second.at(-1)! < first[0]!;
  return apart
    ? [
      "Base and head were not measured in turns: a drift of the machine between them looks like a change of the " +
      'program. "deno task bench --against REV" measures them in turns.',
    ]
    : [];
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
