/**
 * How speed is measured: contenders alternate in rounds, after everything has been warmed up.
 *
 * Waiting for a WebGPU device costs Deno some 11 ms whatever the work, so a round consists of a number of runs and one
 * wait, then twice that number and one wait: the difference is the time of the runs alone. Enqueueing is never timed,
 * since a software adapter's submit waits for the one before it.
 *
 * @module
 */
import process from "node:process";
import { UserError } from "../../base/errors.ts";

/** Work that can be timed; several that do the same compete as contenders. */
export interface TimedWork {
  readonly name: string;
  /** Does the work `runs` times and waits until all of it is done. */
  readonly time: (runs: number) => Promise<Elapsed>;
}

/** How long work took, in milliseconds. */
export interface Elapsed {
  readonly wallMs: number;
  /** Of all threads of the process; left out when another process did the work. */
  readonly cpuMs?: number;
}

/** Starts a clock; the function returned reads it. */
export function startClock(): () => Required<Elapsed> {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return { wallMs: performance.now() - wall, cpuMs: (user + system) / 1000 };
  };
}

/** Times `run`, which returns when all is done. */
export function timedWork(name: string, run: (runs: number) => Promise<void>): TimedWork {
  return {
    name,
    async time(runs) {
      const elapsed = startClock();
      await run(runs);
      return elapsed();
    },
  };
}

/** What was measured of a contender. */
export interface Timing {
  /** Milliseconds per run, one value per round. */
  readonly rounds: readonly number[];
  /** The same in CPU time; empty when another process did the work. */
  readonly cpuRounds: readonly number[];
  /** Runs behind each value. */
  readonly runs: number;
}

export interface TimingOptions {
  readonly rounds: number;
  /** The runs behind a value take about this long together. */
  readonly roundMs: number;
}

const WARM_UP_RUNS = 3;

/** After this many failed attempts at a round, the machine is too busy. */
const MOST_ATTEMPTS = 5;

/**
 * Times all contenders. Each is warmed up while its number of runs is found; then every round measures each of them
 * once. Another one begins each round, and every other round goes backwards, so that none always follows the same
 * other.
 *
 * @returns A timing for each contender, in their order.
 * @throws {UserError} The machine is so busy that twice the runs take no longer.
 */
export async function timeInRounds(
  contenders: readonly TimedWork[],
  { rounds, roundMs }: TimingOptions,
): Promise<Timing[]> {
  const timings: { rounds: number[]; cpuRounds: number[]; runs: number }[] = [];
  for (const contender of contenders) {
    timings.push({ rounds: [], cpuRounds: [], runs: await findRuns(contender, roundMs) });
  }
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const steps = round % 2 === 0 ? turn : contenders.length - turn;
      const at = (round + steps) % contenders.length;
      const { rounds, cpuRounds, runs } = timings[at]!;
      const { wallMs, cpuMs } = await timeRun(contenders[at]!, runs);
      rounds.push(wallMs);
      if (cpuMs !== undefined) cpuRounds.push(cpuMs);
    }
  }
  return timings;
}

/** How many runs take about `roundMs`; a few less, since the wait is included. */
export async function findRuns({ time }: TimedWork, roundMs: number): Promise<number> {
  // What the first runs compile and allocate would hide how long the others take.
  await time(WARM_UP_RUNS);
  for (let runs = 1;;) {
    const took = (await time(2 * runs)).wallMs / 2;
    // Measured twice, or a hiccup of the machine would pass for work.
    if (took >= roundMs && (await time(2 * runs)).wallMs / 2 >= roundMs / 2) return runs;
    // Not in one step: a short time is mostly waiting.
    runs = Math.ceil(runs * Math.min(Math.max(roundMs / took, 2), 16));
  }
}

/**
 * How long one run takes, from `runs` and twice as many.
 *
 * @throws {UserError} The machine is so busy that twice the runs take no longer.
 */
export async function timeRun({ name, time }: TimedWork, runs: number): Promise<Elapsed> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const once = await time(runs);
    const twice = await time(2 * runs);
    const wallMs = (twice.wallMs - once.wallMs) / runs;
    const cpuMs = twice.cpuMs === undefined || once.cpuMs === undefined ? undefined : (twice.cpuMs - once.cpuMs) / runs;
    // Otherwise something held up the first runs for longer than all the others took: no measurement.
    if (wallMs > 0 && (cpuMs ?? 1) > 0) return { wallMs, ...(cpuMs !== undefined && { cpuMs }) };
  }
  throw new UserError(
    `Cannot time "${name}": twice the work took no longer, ${MOST_ATTEMPTS} times. ` +
      "Stop what else runs on this machine and try again.",
  );
}
