import assert from "node:assert/strict";
import { UserError } from "../../base/errors.ts";
import { type TimedWork, timeInRounds } from "./timed_work.ts";

/** Claims, without looking at a clock, that `runs` runs take `duration(runs)`; notes its turns in `log`. */
function fakeContender(name: string, duration: (runs: number) => number, log: string[] = []): TimedWork {
  return {
    name,
    time(runs) {
      log.push(name);
      const wallMs = duration(runs);
      return Promise.resolve({ wallMs, cpuMs: 2 * wallMs });
    },
  };
}

Deno.test("timeInRounds() leaves out the cost of waiting", async () => {
  const contenders = [fakeContender("a", (runs) => 11 + 2 * runs), fakeContender("b", (runs) => 13 + 40 * runs)];
  const [a, b] = await timeInRounds(contenders, { rounds: 3, roundMs: 30 });
  assert.deepEqual(a!.rounds, [2, 2, 2]);
  assert.deepEqual(a!.cpuRounds, [4, 4, 4]);
  // The 11 are in what 30 is compared with: twice the runs take 60 at least.
  assert.ok(11 + 4 * a!.runs >= 60, `${a!.runs} runs`);
  assert.deepEqual(b, { rounds: [40, 40, 40], cpuRounds: [80, 80, 80], runs: 1 });
});

Deno.test("timeInRounds() alternates the contenders, and another one begins each round", async () => {
  const log: string[] = [];
  const contenders = ["a", "b", "c"].map((name) => fakeContender(name, (runs) => 10 * runs, log));
  await timeInRounds(contenders, { rounds: 4, roundMs: 1 });
  // Each value takes two calls; the last 24 calls are the rounds.
  const turns = log.slice(-24).filter((_, i) => i % 2 === 0).join("");
  assert.equal(turns, "abc" + "bac" + "cab" + "acb");
  assert.deepEqual(
    log.slice(0, -24).filter((name, i, all) => name !== all[i - 1]),
    ["a", "b", "c"],
    "warmed up before",
  );
});

Deno.test("timeInRounds() counts a hiccup of the machine neither as a measurement nor as work", async () => {
  let calls = 0;
  // Of the calls that find the number of runs the third is held up.
  const late = fakeContender("late", (runs) => 0.5 * runs + (++calls === 3 ? 1000 : 0));
  const [timing] = await timeInRounds([late], { rounds: 2, roundMs: 20 });
  assert.deepEqual(timing!.rounds, [0.5, 0.5]);
  assert.ok(0.5 * timing!.runs >= 20, `${timing!.runs} runs`);

  let turns = 0;
  // The warm-up and two calls for the number of runs, then the first half of the round.
  const early = fakeContender("early", (runs) => 10 * runs + (++turns === 4 ? 1000 : 0));
  assert.deepEqual((await timeInRounds([early], { rounds: 1, roundMs: 5 }))[0]!.rounds, [10]);
});

Deno.test("timeInRounds() refuses a machine on which twice the work takes no longer", async () => {
  let calls = 0;
  // The warm-up and two calls for the number of runs.
  const steady = fakeContender("steady", (runs) => ++calls <= 3 ? 10 * runs : 50);
  await assert.rejects(
    timeInRounds([steady], { rounds: 1, roundMs: 5 }),
    (error: Error) => error instanceof UserError && /Cannot time "steady"/.test(error.message),
  );
  assert.equal(calls, 3 + 2 * 5, "after five attempts");
});
