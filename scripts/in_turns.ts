/**
 * Several checkouts of this program that train the same networks in turns on this machine, so that its drift, which is
 * slow, strikes all of them alike.
 *
 * @module
 */
import { UserError } from "../base/errors.ts";
import { COMMIT_VARIABLE } from "../engine/commit.ts";
import { readRun, type Run } from "../results/store.ts";
import { denoArguments } from "./permissions.ts";

/** A checkout that takes its turns. */
export interface Contender {
  /** Also the name of its folder of runs. */
  readonly name: string;
  /** Absolute. */
  readonly root: string;
  /** As the rows have it. */
  readonly commit: string;
}

export interface TurnOptions {
  /** Arguments of `deno task bench` but for seeds and folder; the same for all. */
  readonly args: readonly string[];
  /** Absolute; holds a folder a contender, and in it one a seed. */
  readonly out: string;
  readonly signal: AbortSignal;
}

/**
 * A round: each contender trains `seed` once. The order is reversed in every other round, so that nobody always comes
 * first: A B, B A, and so on. A turn whose rows are there already is not repeated.
 *
 * @param options `round` counts from 0.
 * @throws {UserError} A contender ends without a trial's row, or its folder holds rows of another commit. After an abort,
 * the signal's reason.
 */
export async function runRound(
  contenders: readonly Contender[],
  { round, seed, ...options }: TurnOptions & { readonly round: number; readonly seed: number },
): Promise<void> {
  for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
    options.signal.throwIfAborted();
    await takeTurn(contender, { seed, ...options });
  }
}

/** The folder of one turn's run. */
export function turnFolder(out: string, { name }: Pick<Contender, "name">, seed: number): string {
  return `${out}/${name}/seed-${seed}`;
}

async function takeTurn(
  contender: Contender,
  { args, out, signal, seed }: TurnOptions & { readonly seed: number },
): Promise<void> {
  const folder = turnFolder(out, contender, seed);
  if (isFinished(folder, contender)) return;
  // A half one, of a process that was killed.
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  const child = new Deno.Command("deno", {
    // With the permissions that it would have by itself.
    args: denoArguments("bench", {
      args: [...args, "--seeds", "1", "--first-seed", String(seed), "--out", folder],
    }),
    cwd: contender.root,
    // So that it needs no git, which may do anything.
    env: { [COMMIT_VARIABLE]: contender.commit },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const stop = () => {
    try {
      child.kill("SIGINT");
    } catch {
      // It has ended by itself.
    }
  };
  signal.addEventListener("abort", stop);
  const { stderr } = await child.output();
  signal.removeEventListener("abort", stop);
  signal.throwIfAborted();
  // Its exit status also says that a trial failed, which is a result.
  if (isFinished(folder, contender)) return;
  const [lastLine = "it said nothing"] = new TextDecoder().decode(stderr).trim().split("\n").slice(-1);
  throw new UserError(`"${contender.name}" could not run seed ${seed}: ${lastLine}`);
}

function isFinished(folder: string, { name, commit }: Contender): boolean {
  const run = readIfThere(folder);
  if (run === undefined || run.trials.length < run.variants.length) return false;
  // Revisions from before the commit was handed over have asked git, in vain.
  if (run.environment.commit === commit || run.environment.commit === "unknown") return true;
  throw new UserError(
    `Cannot go on in "${folder}": it was measured at commit "${run.environment.commit}", and "${name}" is at ` +
      `"${commit}" now. Name another folder with --out.`,
  );
}

/** undefined where nothing, or half a run, is there. */
function readIfThere(folder: string): Run | undefined {
  try {
    return readRun(folder);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
