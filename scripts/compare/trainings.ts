/**
 * Checkouts of this program that train the same networks from the same seeds.
 *
 * @module
 */
import { replaceFile } from "../../base/durable_write.ts";
import { messageOf, UserError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { lockRun } from "../../results/folder/run_lock.ts";
import { readRun } from "../../results/folder/store.ts";
import type { Side } from "../../results/regression/compare.ts";
import { complaintIn } from "../command/complaint.ts";
import { denoArguments } from "../command/permissions.ts";
import { type Contender, variablesOf } from "./contender.ts";

/** File that records what was measured in the folder. */
const RECORD_FILE = "comparison.json";

/** What all trainings of a comparison have in common. */
export interface Trainings {
  /** Arguments of `deno task bench` except seeds and folder; the same for all. */
  readonly args: readonly string[];
  /** Absolute; contains a folder per contender, and in that one per run. */
  readonly out: string;
  readonly signal: AbortSignal;
}

/** What one run of a contender trains. */
export interface TrainingRun {
  readonly firstSeed: number;
  readonly seeds: number;
  /** Ids of variants; left out: all of the arguments. */
  readonly variants?: readonly string[];
}

/**
 * Opens the folder of a comparison for this process alone, and records what is compared in it: all of it has the same
 * arguments, commits and data.
 *
 * @throws {UserError} Another process writes there, or the folder contains a comparison of something else.
 */
export function openComparison(
  { args, out }: Pick<Trainings, "args" | "out">,
  { contenders, dataset }: { readonly contenders: readonly Contender[]; readonly dataset: string },
): Disposable {
  const lock = lockRun(out);
  const path = `${out}/${RECORD_FILE}`;
  const record: Record<string, string> = {
    arguments: args.join(" "),
    data: dataset,
    ...Object.fromEntries(contenders.map(({ name, commit }) => [name, commit])),
  };
  try {
    const found = readRecord(path) ?? record;
    const other = Object.keys({ ...found, ...record }).find((key) => found[key] !== record[key]);
    if (other !== undefined) {
      throw new UserError(
        `Cannot resume in "${out}": it was started with "${found[other] ?? "none"}" for ${other}, and this is ` +
          `"${record[other] ?? "none"}". Name another folder with --out.`,
      );
    }
    replaceFile({ path, text: `${JSON.stringify(record, null, 2)}\n` });
    return lock;
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

function readRecord(path: string): Record<string, string> | undefined {
  try {
    return JSON.parse(Deno.readTextFileSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new UserError(`Cannot read "${path}": ${messageOf(error)}. Name another folder with --out.`, {
      cause: error,
    });
  }
}

/**
 * Trains on all contenders at the same time. What is there already is not trained again.
 *
 * @throws {UserError} A contender exits without its rows. After an abort, the signal's reason.
 */
export async function trainAll(
  contenders: readonly Contender[],
  run: TrainingRun,
  trainings: Trainings,
): Promise<void> {
  trainings.signal.throwIfAborted();
  await Promise.all(contenders.map((contender) => train(contender, run, trainings)));
}

/** The runs of a contender, in their order. */
export function sideOf(out: string, contender: Pick<Contender, "name">, runs: readonly TrainingRun[]): Side {
  const read = runs.map((run) => readRun(folderOf(out, contender, run)));
  return { runs: read, timings: [], gpuTimings: [], notices: read.flatMap(({ notices }) => notices) };
}

function folderOf(out: string, { name }: Pick<Contender, "name">, { firstSeed, seeds }: TrainingRun): string {
  return `${out}/${name}/${seeds === 1 ? `seed-${firstSeed}` : `seeds-${firstSeed}-${firstSeed + seeds - 1}`}`;
}

async function train(contender: Contender, run: TrainingRun, { args, out, signal }: Trainings): Promise<void> {
  const folder = folderOf(out, contender, run);
  if (isFinished(folder, run)) return;
  // Left incomplete by a process that was killed.
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  const { firstSeed, seeds, variants } = run;
  const child = new Deno.Command("deno", {
    // With the permissions that the task would get.
    args: denoArguments("bench", {
      args: [
        ...(variants === undefined ? args : withFilter(args, variants)),
        ...["--seeds", String(seeds), "--first-seed", String(firstSeed), "--out", folder],
      ],
      root: contender.root,
    }),
    cwd: contender.root,
    env: variablesOf(contender),
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const stop = () => {
    try {
      child.kill("SIGINT");
    } catch {
      // It has already exited.
    }
  };
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  const { stderr } = await child.output();
  signal.removeEventListener("abort", stop);
  signal.throwIfAborted();
  // Its exit status also says that a trial failed, which is a result.
  if (isFinished(folder, run)) return;
  const complaint = complaintIn(new TextDecoder().decode(stderr)).replace(/\.$/, "") || "it printed nothing";
  throw new UserError(
    `"${contender.name}" (${contender.commit.slice(0, 12)}) could not train: ${complaint}. "deno task bench ` +
      `${args.join(" ")}" in a checkout of it shows more. If it is too old for that, compare with a newer revision.`,
  );
}

/** The arguments, for these variants only. */
function withFilter(args: readonly string[], variants: readonly string[]): string[] {
  const at = args.indexOf("--filter");
  return [...(at < 0 ? args : args.toSpliced(at, 2)), "--filter", variants.join(",")];
}

/** Whether there is a row per variant and seed; a failed trial is a result too. */
function isFinished(folder: string, { seeds }: TrainingRun): boolean {
  if (!exists(`${folder}/trials.csv`)) return false;
  const { trials, variants } = readRun(folder);
  return trials.length === seeds * variants.length;
}
