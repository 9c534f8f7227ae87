/**
 * Several checkouts of this program that train the same networks alternately on this machine, so that its slow drift
 * affects all of them alike.
 *
 * @module
 */
import { replaceFile } from "../../base/durable_write.ts";
import { messageOf, UserError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { COMMIT_VARIABLE } from "../../device/commit.ts";
import { lockRun } from "../../results/folder/run_lock.ts";
import { readRun } from "../../results/folder/store.ts";
import type { Side } from "../../results/regression/compare.ts";
import { complaintIn } from "../command/complaint.ts";
import { denoArguments } from "../command/permissions.ts";
import { USER_FOLDER_VARIABLE } from "../command/user_paths.ts";

/** File that records what was measured in the folder. */
const RECORD_FILE = "turns.json";

/** A checkout that takes its turns. */
export interface Contender {
  /** Also the name of its folder of runs. */
  readonly name: string;
  /** Absolute. */
  readonly root: string;
  /** As the rows have it. */
  readonly commit: string;
}

/** What all turns have in common. */
export interface Turns {
  /** Arguments of `deno task bench` except seeds and folder; the same for all. */
  readonly args: readonly string[];
  /** Absolute; contains a folder per contender, and in that one per seed. */
  readonly out: string;
  readonly signal: AbortSignal;
}

/**
 * Opens the folder of all turns for this process alone, and records whose turns are in it: all have the same arguments,
 * commits and data.
 *
 * @throws {UserError} Another process writes there, or the folder contains turns of something else.
 */
export function openTurns(
  { args, out }: Pick<Turns, "args" | "out">,
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
 * A round: each contender trains `seed` once. The order is reversed in every other round, so that no contender is
 * always first: A B, B A, and so on. A turn whose rows already exist is not repeated.
 *
 * @param options `round` counts from 0.
 * @throws {UserError} A contender exits without its rows. After an abort, the signal's reason.
 */
export async function runRound(
  contenders: readonly Contender[],
  { round, seed, ...turns }: Turns & { readonly round: number; readonly seed: number },
): Promise<void> {
  for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
    turns.signal.throwIfAborted();
    await takeTurn(contender, { seed, ...turns });
  }
}

/** The folder of one turn's run. */
function turnFolder(out: string, { name }: Pick<Contender, "name">, seed: number): string {
  return `${out}/${name}/seed-${seed}`;
}

/** The runs of `seeds`, in their order. */
export function sideOfTurns(out: string, contender: Pick<Contender, "name">, seeds: readonly number[]): Side {
  const runs = seeds.map((seed) => readRun(turnFolder(out, contender, seed)));
  return { runs, timings: [], gpuTimings: [], notices: runs.flatMap(({ notices }) => notices) };
}

async function takeTurn(
  contender: Contender,
  { args, out, signal, seed }: Turns & { readonly seed: number },
): Promise<void> {
  const folder = turnFolder(out, contender, seed);
  if (isFinished(folder)) return;
  // Left incomplete by a process that was killed.
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  const child = new Deno.Command("deno", {
    // With the permissions that the task would get.
    args: denoArguments("bench", {
      args: [...args, "--seeds", "1", "--first-seed", String(seed), "--out", folder],
      root: contender.root,
    }),
    cwd: contender.root,
    // So that it needs no git, which may do anything.
    env: { [COMMIT_VARIABLE]: contender.commit, [USER_FOLDER_VARIABLE]: contender.root },
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
  if (isFinished(folder)) return;
  const complaint = complaintIn(new TextDecoder().decode(stderr)).replace(/\.$/, "") || "it printed nothing";
  throw new UserError(
    `"${contender.name}" (${
      contender.commit.slice(0, 12)
    }) could not run seed ${seed}: ${complaint}. "deno task bench ` +
      `${args.join(" ")}" in a checkout of it shows more. If it is too old for that, compare with a newer revision.`,
  );
}

/** Whether there is one row per variant; a failed trial is a result too. */
function isFinished(folder: string): boolean {
  if (!exists(`${folder}/trials.csv`)) return false;
  const { trials, variants } = readRun(folder);
  return trials.length === variants.length;
}
