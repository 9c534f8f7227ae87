/**
 * `deno task calibrate`: how often comparisons of this program with itself raise a false alarm, and which injected
 * faults they find.
 *
 * Every comparison is made as `deno task bench SUITE --against REV` makes it, with seeds of its own: alternating
 * rounds, as many again if something looks like a change of speed, then the judgement of the rows.
 *
 * @module
 */
import { type InferValue, integer, message, object, option, withDefault } from "@optique/core";
import { run } from "@optique/run";
import { encodeHeader, encodeRows } from "../base/csv/csv.ts";
import { replaceFile } from "../base/durable_write.ts";
import { duration } from "../base/duration.ts";
import { UserError } from "../base/errors.ts";
import { commitOf } from "../device/commit.ts";
import { relabelled, rowsOf } from "../results/regression/calibration_rows.ts";
import { compareSides, type Side } from "../results/regression/compare.ts";
import { type Judging, THRESHOLDS } from "../results/regression/judgement.ts";
import { wantsRepeat } from "../results/regression/repeat.ts";
import {
  type CalibrationRow,
  calibrationRow,
  OTHER_SEED,
  OTHER_SEEDS,
  SAME_CODE,
} from "../results/rows/calibration.ts";
import { TABLES } from "../results/rows/list.ts";
import { inject, type Injection, INJECTIONS } from "./calibrate/injections.ts";
import { dataDirectory, INTERRUPTED, interruptSignal, main, RUN_OPTIONS } from "./command/cli.ts";
import { makeFolder } from "./command/new_folder.ts";
import { CALIBRATE_PATHS } from "./command/path_options.ts";
import { pathOptions } from "./command/path_parsers.ts";
import { type Contender, openTurns, runRound, sideOfTurns, type Turns } from "./compare/alternation.ts";
import { addWorktree, resolveRevision } from "./compare/worktree.ts";

/** A fully connected and a convolutional network, long enough to have epochs without compilation. */
const PROTOCOL = [
  "lenet300",
  "--profile",
  "quick",
  "--epochs",
  "3",
  "--filter",
  "fc-784-300-10.modern,conv6-pool-fc100.modern",
];

const COMMAND = `deno task bench ${PROTOCOL.join(" ")}`;

const BASE = "base";

/** Comparisons whose rounds are judged together once more. */
const POOLED = 5;

const WITH_TIMES: Judging = { thresholds: THRESHOLDS, times: "in-turns" };
const WITHOUT_TIMES: Judging = { ...WITH_TIMES, times: "none" };

/** Repeats take seeds of their own. */
const REPEAT_SEEDS = 100_000;

const parser = object("Options", {
  comparisons: withDefault(
    option("--comparisons", integer({ metavar: "N", min: 2, max: 1000 }), {
      description: message`Comparisons of the program with itself`,
    }),
    40,
  ),
  injected: withDefault(
    option("--injected", integer({ metavar: "N", min: 0, max: 1000 }), {
      description: message`Comparisons for each injected fault; no more than of the program with itself`,
    }),
    20,
  ),
  rounds: withDefault(
    option("--rounds", integer({ metavar: "N", min: 1, max: 100 }), { description: message`Rounds per comparison` }),
    3,
  ),
  ...pathOptions(CALIBRATE_PATHS),
});

type Options = InferValue<typeof parser>;

/** What is compared with the base: the same code, or code with a fault in it. */
interface Subject {
  readonly contender: Contender;
  readonly injection?: Injection;
}

if (import.meta.main) {
  const options = run(parser, {
    programName: "deno task calibrate",
    brief: message`Find out how often comparisons raise false alarms, and which faults they find.`,
    footer:
      message`Ctrl-C keeps what was measured; the same command resumes. Takes hours, during which nothing else should run.`,
    showDefault: true,
    ...RUN_OPTIONS,
  });
  await main(() => calibrate(options));
}

async function calibrate(options: Options): Promise<number> {
  const folder = dataDirectory(options.dataDir);
  if (folder === undefined) {
    throw new UserError("No data directory is named. Name a folder with MNIST by --data-dir.");
  }
  const out = makeFolder(options.out);
  const signal = interruptSignal(() => console.error("Stopping; Ctrl-C again stops at once."));
  await using worktrees = new AsyncDisposableStack();
  const commit = await resolveRevision("HEAD");
  const checkout = async (name: string, injection?: Injection): Promise<Contender> => {
    const { root } = worktrees.use(await addWorktree(commit));
    if (injection) await inject(injection, root);
    return { name, root, commit: await commitOf(root) };
  };
  try {
    const base = await checkout(BASE);
    const same: Subject = { contender: await checkout(SAME_CODE) };
    const injected: Subject[] = [];
    for (const injection of INJECTIONS) {
      injected.push({ contender: await checkout(injection.id, injection), injection });
    }
    const args = [...PROTOCOL, "--data-dir", Deno.realPathSync(folder)];
    const contenders = [base, same.contender, ...injected.map(({ contender }) => contender)];
    using _folder = openTurns({ args, out }, { contenders, dataset: "MNIST" });
    const work = { base, args, out, signal, options };
    const rows = await compareAll({ same, injected, ...work });
    replaceFile({
      path: `${options.out}/${TABLES.calibration.file}`,
      text: encodeHeader(calibrationRow) + encodeRows(calibrationRow, rows),
    });
    console.log(`Rows: ${options.out}/${TABLES.calibration.file}`);
    return 0;
  } catch (error) {
    if (!signal.aborted) throw error;
    return INTERRUPTED;
  }
}

interface Work extends Turns {
  readonly base: Contender;
  readonly options: Options;
}

async function compareAll(
  { same, injected, ...work }: Work & { readonly same: Subject; readonly injected: readonly Subject[] },
): Promise<CalibrationRow[]> {
  const { comparisons, injected: each } = work.options;
  const timed = [same, ...injected.filter(({ injection }) => injection?.strikes === "epoch time")];
  const untimed = injected.filter(({ injection }) => injection?.strikes === "test error");
  const numbers = Array.from({ length: comparisons }, (_, i) => i + 1);
  const rows: CalibrationRow[] = [];
  // First what needs no quiet machine: for the rest, the command can be started again on one.
  const tell = progress(each + comparisons);
  for (const comparison of numbers.slice(0, each)) {
    await measure(untimed.map(({ contender }) => contender), seedsOf(comparison, work.options), work);
    tell();
  }
  for (const comparison of numbers) {
    const subjects = comparison <= each ? timed : [same];
    rows.push(...await compareTimed(subjects, { comparison, ...work }));
    if (comparison <= each) {
      rows.push(...untimed.flatMap((subject) => compareUntimed(subject, { comparison, ...work })));
    }
    tell();
  }
  const sets = numbers.map((comparison) => seedsOf(comparison, work.options));
  return [
    ...rows,
    ...timed.flatMap((subject) =>
      comparePooled(subject, { sets: subject === same ? sets : sets.slice(0, each), ...work })
    ),
    ...compareOtherSeeds(sets, { ...work, change: OTHER_SEEDS, title: "the same code, other seeds" }),
    ...compareOtherSeeds(sets.flat().map((seed) => [seed]), {
      ...work,
      change: OTHER_SEED,
      title: "the same code, one seed and another",
    }),
  ];
}

function progress(total: number): () => void {
  const started = performance.now();
  let done = 0;
  return () => {
    done++;
    const seconds = (performance.now() - started) / 1000;
    console.error(`${done} of ${total} parts, about ${duration(seconds / done * (total - done))} left`);
  };
}

async function measure(
  contenders: readonly Contender[],
  seeds: readonly number[],
  { args, out, signal }: Turns,
): Promise<void> {
  for (const [round, seed] of seeds.entries()) await runRound(contenders, { round, seed, args, out, signal });
}

/** Compares each subject with the base, measured alternately; those that call for a repeat get it. */
async function compareTimed(
  subjects: readonly Subject[],
  { comparison, ...work }: Work & { readonly comparison: number },
): Promise<CalibrationRow[]> {
  const { base, out } = work;
  const first = seedsOf(comparison, work.options);
  const repeat = first.map((seed) => REPEAT_SEEDS + seed);
  // So that no contender always has the same neighbours.
  const inTurns = (others: readonly Subject[]) =>
    rotated([base, ...others.map(({ contender }) => contender)], comparison);
  const compare = ({ contender }: Subject, seeds: readonly number[]) =>
    compareSides(sideOfTurns(out, base, seeds), sideOfTurns(out, contender, seeds), WITH_TIMES);
  await measure(inTurns(subjects), first, work);
  const suspects = subjects.filter((subject) => wantsRepeat(compare(subject, first)));
  if (suspects.length > 0) await measure(inTurns(suspects), repeat, work);
  return subjects.flatMap((subject) => {
    const seeds = suspects.includes(subject) ? [...first, ...repeat] : first;
    return rowsOf(compare(subject, seeds), {
      ...columnsOf(subject),
      comparison,
      ...sides(subject, { seeds, out, base }),
    });
  });
}

/** A comparison without times: the subject was not measured alternately with the base. */
function compareUntimed(
  subject: Subject,
  { comparison, base, out, options }: Work & { readonly comparison: number },
): CalibrationRow[] {
  const both = sides(subject, { seeds: seedsOf(comparison, options), out, base });
  return rowsOf(compareSides(both.base, both.head, WITHOUT_TIMES), { ...columnsOf(subject), comparison, ...both });
}

/** Comparisons of more rounds, each pooled from {@linkcode POOLED} others: what would more patience find? */
function comparePooled(
  subject: Subject,
  { sets, base, out }: Pick<Work, "base" | "out"> & { readonly sets: readonly (readonly number[])[] },
): CalibrationRow[] {
  const { change, title, ...columns } = columnsOf(subject);
  const groups = Array.from(
    { length: Math.floor(sets.length / POOLED) },
    (_, group) => sets.slice(group * POOLED, (group + 1) * POOLED).flat(),
  );
  return groups.flatMap((seeds, index) => {
    const both = sides(subject, { seeds, out, base });
    const name = { change: `${change}.${seeds.length}-rounds`, title: `${title}, ${seeds.length} rounds` };
    return rowsOf(compareSides(both.base, both.head, WITH_TIMES), {
      ...columns,
      ...name,
      comparison: index + 1,
      ...both,
    });
  });
}

/** The base with one set of seeds and with the next, as if they were the same; the last set with the first. */
function compareOtherSeeds(
  sets: readonly (readonly number[])[],
  { base, out, change, title }: Pick<Work, "base" | "out"> & Pick<CalibrationRow, "change" | "title">,
): CalibrationRow[] {
  return sets.flatMap((seeds, index) => {
    const others = sets[(index + 1) % sets.length]!;
    const before = sideOfTurns(out, base, seeds);
    const names = new Map(others.map((seed, i) => [seed, seeds[i]!]));
    const after = relabelled(sideOfTurns(out, base, others), names);
    const report = compareSides(before, after, WITHOUT_TIMES);
    return rowsOf(report, {
      change,
      title,
      protocol: COMMAND,
      strikes: "",
      comparison: index + 1,
      base: before,
      head: after,
    });
  });
}

function columnsOf(
  { contender, injection }: Subject,
): Pick<CalibrationRow, "change" | "title" | "strikes" | "protocol"> {
  return {
    protocol: COMMAND,
    change: contender.name,
    title: injection?.title ?? "the same code, the same seeds",
    strikes: injection?.strikes ?? "",
  };
}

function sides(
  { contender }: Subject,
  { seeds, out, base }: { readonly seeds: readonly number[]; readonly out: string; readonly base: Contender },
): { readonly base: Side; readonly head: Side } {
  return { base: sideOfTurns(out, base, seeds), head: sideOfTurns(out, contender, seeds) };
}

function rotated<T>(values: readonly T[], by: number): T[] {
  const at = by % values.length;
  return [...values.slice(at), ...values.slice(0, at)];
}

/** Seeds from 1, those of one comparison after those of another. */
function seedsOf(comparison: number, { rounds }: Pick<Options, "rounds">): number[] {
  return Array.from({ length: rounds }, (_, round) => (comparison - 1) * rounds + round + 1);
}
