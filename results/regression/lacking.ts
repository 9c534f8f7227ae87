/**
 * What one side of a comparison should have and has not, in words.
 *
 * @module
 */
import { incompletenessOf } from "../folder/completeness.ts";
import type { Run } from "../folder/store.ts";
import type { NotJudged } from "./judgement.ts";

/** All runs of one suite at one profile, on both sides. */
interface SuiteRuns {
  readonly base: readonly Run[];
  readonly head: readonly Run[];
}

/**
 * Head should have every trial that base has or that its own runs planned; base every one that its runs planned. What
 * only head has is new.
 */
export function lackingOf({ base, head }: SuiteRuns): string[] {
  const suite = `"${(head[0] ?? base[0])!.environment.suite}"`;
  return [
    ...lackingTrials(base, { side: "base", suite, others: [] }),
    ...lackingTrials(head, { side: "head", suite, others: trialsOf(base) }),
  ];
}

/** A trial that head should have. */
type TrialName = Pick<Run["trials"][number], "variant" | "seed">;

function lackingTrials(
  runs: readonly Run[],
  { side, suite, others }: { readonly side: string; readonly suite: string; readonly others: readonly TrialName[] },
): string[] {
  const there = trialsOf(runs);
  const planned = runs.flatMap(({ environment, variants }) =>
    environment.plan.seeds.flatMap((seed) => variants.map(({ variant }) => ({ variant, seed })))
  );
  const expected = distinct([...there, ...planned, ...others]);
  const variants = new Set(expected.map(({ variant }) => variant));
  const measured = new Set(there.map(({ variant }) => variant));
  const seeds = expected.filter(({ variant }) => measured.has(variant));
  const torn = new Set(incompletenessOf(runs).torn).size;
  const lacks = (missing: number, all: number, what: string) =>
    missing === 0 ? [] : [`${side} lacks ${missing} of ${all} ${what} of ${suite}`];
  return [
    ...lacks(variants.size - measured.size, variants.size, "variants"),
    ...lacks(
      seeds.length - distinct(there).length,
      seeds.length,
      measured.size < variants.size ? "other trials" : "trials",
    ),
    ...(torn === 0 ? [] : [`${side} lacks rows of finished trials of ${suite}`]),
  ];
}

function trialsOf(runs: readonly Run[]): TrialName[] {
  return runs.flatMap(({ trials }) => trials);
}

function distinct(trials: readonly TrialName[]): TrialName[] {
  return [...new Map(trials.map((trial) => [`${trial.variant} ${trial.seed}`, trial])).values()];
}

/** Suites, rows of timings and metrics that only base has. */
export function lackingRows(notJudged: readonly NotJudged[]): string[] {
  return notJudged.filter(({ found }) => found === "only in base").map(({ subject, metric }) =>
    `head lacks ${metric === undefined ? "" : `the ${metric} of `}"${subject}"`
  );
}
