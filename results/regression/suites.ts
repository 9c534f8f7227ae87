/**
 * Base and head of one suite at one profile: error, time and memory of each variant.
 *
 * @module
 */
import type { Environment } from "../folder/environment.ts";
import { differenceOfVariants } from "../folder/same_variant.ts";
import type { Run } from "../folder/store.ts";
import type { TrialRow } from "../rows/trials.ts";
import { compareMemory, compareTimes } from "./costs.ts";
import { type ComparedErrors, compareErrors } from "./error_rates.ts";
import type { Judged, Judging, NotJudged, RegressionReport } from "./judgement.ts";
import { lackingOf, lackingRows } from "./lacking.ts";
import { compareCourses, compareLosses, type LossChange } from "./loss_curves.ts";
import { differenceOfMachines, machineClass } from "./machine.ts";
import type { VariantPair, VariantSide } from "./variant_pair.ts";

/** Columns in which two trials of the same experiment agree. */
const SAME_EXPERIMENT = [
  "epochs",
  "train_images",
  "validation_images",
  "test_images",
] as const satisfies readonly (keyof TrialRow)[];

/** All runs of one suite at one profile on one side. */
export interface SuiteSide {
  readonly runs: readonly Run[];
}

/** A comparison whose error rates and losses are judged together with those of the other suites. */
export interface SuiteReport extends RegressionReport {
  readonly judged: readonly (ComparedErrors & LossChange)[];
}

/** Judges every variant that both sides have. */
export function compareSuites(
  base: SuiteSide,
  head: SuiteSide,
  judging: Judging,
): SuiteReport {
  const environment = head.runs[0]!.environment;
  const { suite, judged_on: judgedOn } = environment;
  const unlike = unlikeness(base, head);
  const lacking = lackingOf({ base: base.runs, head: head.runs });
  if (unlike !== undefined) {
    return {
      measured: [],
      judged: [],
      notJudged: [{ subject: suite, found: "not comparable", reason: unlike }],
      lacking,
      notices: [],
    };
  }
  const [baseSides, headSides] = [sidesOf(base), sidesOf(head)];
  const notJudged: NotJudged[] = [];
  const judged: (ComparedErrors & LossChange)[] = [];
  const notices = differences(base, head);
  const speedRefusal = machinesDiffer(base, head);
  for (const id of new Set([...headSides.keys(), ...baseSides.keys()])) {
    const subject = `${suite}/${id}`;
    const [ofBase, ofHead] = [baseSides.get(id), headSides.get(id)];
    if (!ofBase || !ofHead) {
      notJudged.push({ subject, found: ofBase ? "only in base" : "only in head", reason: "" });
      continue;
    }
    const pair: VariantPair = { base: ofBase, head: ofHead };
    const reason = anotherExperiment(pair);
    if (reason !== undefined) {
      notJudged.push({ subject, found: "not comparable", reason });
      continue;
    }
    const rows = [
      compareCourses(subject, pair),
      ...compareLosses(subject, pair),
      compareErrors(subject, pair, judgedOn),
      ...(judging.times === "none" ? [] : [compareTimes(subject, pair, { refusal: speedRefusal, ...judging })]),
      ...compareMemory(subject, pair, judging.thresholds.ratio),
      ...failedTrials(subject, pair),
    ];
    notices.push(...unpairedSeeds(subject, pair));
    for (const row of rows) "found" in row ? notJudged.push(row) : judged.push(row);
  }
  const metrics = lackingRows(notJudged.filter(({ metric }) => metric !== undefined));
  return { measured: measuredOf(head), judged, notJudged, lacking: [...lacking, ...metrics], notices };
}

/** Why the two sides can't be compared at all; undefined if they can. */
function unlikeness(base: SuiteSide, head: SuiteSide): string | undefined {
  const columns = ["dataset_sha256", "judged_on"] as const satisfies readonly (keyof Environment)[];
  for (const column of columns) {
    const [one, ...more] = distinct([...base.runs, ...head.runs].map(({ environment }) => environment[column]));
    if (more.length > 0) return `${column} differs: "${one}" and "${more[0]}"`;
  }
}

function machinesDiffer(base: SuiteSide, head: SuiteSide): string | undefined {
  const [one, ...others] = [...base.runs, ...head.runs].map(({ environment }) => environment);
  return others.map((other) => differenceOfMachines(one!, other)).find((reason) => reason !== undefined);
}

function sidesOf({ runs }: SuiteSide): Map<string, VariantSide> {
  const trials = Map.groupBy(runs.flatMap(({ trials }) => trials), ({ variant }) => variant);
  const epochs = Map.groupBy(runs.flatMap(({ epochs }) => epochs), ({ variant }) => variant);
  return new Map(
    [...trials].map(([id, own]) => [id, { trials: own, epochs: epochs.get(id) ?? [] }]),
  );
}

function anotherExperiment({ base, head }: VariantPair): string | undefined {
  for (const [side, { trials }] of Object.entries({ base, head })) {
    const seeds = trials.map(({ seed }) => seed);
    const twice = seeds.find((seed, i) => seeds.indexOf(seed) !== i);
    if (twice !== undefined) return `${side} holds seed ${twice} more than once; name the folder of one run`;
  }
  const all = [...base.trials, ...head.trials];
  const difference = differenceOfVariants(all);
  if (difference === "variant_sha256") {
    return "its record has changed (network, recipe, learning rate, augmentation or data): it is another experiment now";
  }
  const column = difference ?? SAME_EXPERIMENT.find((name) => distinct(all.map((trial) => trial[name])).length > 1);
  if (column !== undefined) {
    return `${column} differs: ${distinct(all.map((trial) => trial[column])).join(" and ")}`;
  }
}

/** Seeds that failed on one side only: both had the same random numbers, so it is no bad luck. */
function failedTrials(subject: string, { base, head }: VariantPair): Judged[] {
  const shared = new Set(base.trials.map(({ seed }) => seed)).intersection(
    new Set(head.trials.map(({ seed }) => seed)),
  );
  const failed = ({ trials }: VariantSide) =>
    trials.filter(({ seed, status }) => shared.has(seed) && status === "failed");
  const [before, after] = [failed(base), failed(head)];
  const without = (own: VariantSide["trials"], others: VariantSide["trials"]) =>
    own.filter(({ seed }) => !others.some((other) => other.seed === seed));
  const [newly, fixed] = [without(after, before), without(before, after)];
  if (newly.length === 0 && fixed.length === 0) return [];
  const value = after.length - before.length;
  return [{
    subject,
    metric: "failed trials",
    unit: "trials",
    base: before.length,
    head: after.length,
    change: { kind: "difference", value, interval: { low: value, high: value } },
    judgement: newly.length > 0 ? "regressed" : "improved",
    detail: `of ${shared.size} seeds that both ran; seed ${(newly[0] ?? fixed[0])!.seed}: ${
      (newly[0] ?? fixed[0])!.reason
    }`,
  }];
}

/** What was measured on the judged side. */
function measuredOf({ runs }: SuiteSide): string[] {
  return distinct(runs.map(({ environment }) => {
    const { suite, profile, dataset_title, dataset_notice } = environment;
    return [`${suite}, profile ${profile}`, dataset_title, machineClass(environment), dataset_notice].filter(Boolean)
      .join("; ");
  }));
}

/** What else changed between the sides, for readers who look for a cause. */
function differences(base: SuiteSide, head: SuiteSide): string[] {
  const columns = [
    "commit",
    "kernels",
    "tfjs",
    "deno",
    "adapter",
    "api",
  ] as const satisfies readonly (keyof Environment)[];
  return columns.flatMap((column) => {
    const values = ({ runs }: SuiteSide) =>
      distinct(runs.map(({ environment }) => environment[column] || "not recorded")).join(", ");
    return values(base) === values(head) ? [] : [`${column}: ${values(base)} in base, ${values(head)} in head.`];
  });
}

/** Seeds that only one side ran, which the comparison leaves out. */
function unpairedSeeds(subject: string, { base, head }: VariantPair): string[] {
  const only = (own: VariantSide, other: VariantSide) =>
    own.trials.map(({ seed }) => seed).filter((seed) => !other.trials.some((trial) => trial.seed === seed));
  return Object.entries({ base: only(base, head), head: only(head, base) }).flatMap(([side, seeds]) =>
    seeds.length === 0 ? [] : [`${subject}: only ${side} ran seed ${seeds.join(", ")}.`]
  );
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
