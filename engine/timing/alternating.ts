/**
 * The same work on two sides, timed alternately: A B, B A and so on.
 *
 * @module
 */
import { type Elapsed, findRuns, type TimedWork, timeRun, type TimingOptions } from "./timed_work.ts";

/** What was measured at about the same time of the two sides. */
export interface ElapsedPair {
  readonly base: Elapsed;
  readonly head: Elapsed;
}

/** Two sides that do the same work. */
export interface Sides<T> {
  readonly base: T;
  readonly head: T;
}

/** Does `work` for both sides, the head first in every other round. */
export async function inTurns<T, R>(
  { base, head }: Sides<T>,
  { round, work }: { readonly round: number; readonly work: (side: T) => Promise<R> },
): Promise<Sides<R>> {
  if (round % 2 === 0) return { base: await work(base), head: await work(head) };
  const ofHead = await work(head);
  return { base: await work(base), head: ofHead };
}

/**
 * Times one run of both sides in every round, once both are warmed up.
 *
 * @throws {UserError} The machine is so busy that twice the runs take no longer.
 */
export async function timePairs(sides: Sides<TimedWork>, { rounds, roundMs }: TimingOptions): Promise<ElapsedPair[]> {
  const runs = new Map([
    [sides.base, await findRuns(sides.base, roundMs)],
    [sides.head, await findRuns(sides.head, roundMs)],
  ]);
  const pairs: ElapsedPair[] = [];
  for (let round = 0; round < rounds; round++) {
    pairs.push(await inTurns(sides, { round, work: (side) => timeRun(side, runs.get(side)!) }));
  }
  return pairs;
}
