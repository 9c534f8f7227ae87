import assert from "node:assert/strict";
import fc from "fast-check";
import { LENET300 } from "../../suites/lenet300.ts";
import { SUITES } from "../../suites/list.ts";
import { plan } from "./plan.ts";
import { shardOfPlan, shardTrials, trialCost } from "./shard.ts";

interface Job {
  readonly index: number;
  readonly work: number;
}

const anyJobs = fc.array(fc.integer({ min: 1, max: 1e12 }), { maxLength: 60 })
  .map((works) => works.map((work, index): Job => ({ index, work })));
const anyCount = fc.integer({ min: 1, max: 12 });

function shardsOf<T>(trials: readonly T[], { of, cost }: { of: number; cost: (trial: T) => number }): T[][] {
  return Array.from({ length: of }, (_, i) => shardTrials(trials, { shard: { number: i + 1, of }, cost }));
}

function workOf(jobs: readonly Job[]): number {
  return jobs.reduce((sum, { work }) => sum + work, 0);
}

const cost = ({ work }: Job) => work;

Deno.test("shardTrials() puts every trial into exactly one shard, and keeps the order in each", () => {
  fc.assert(fc.property(anyJobs, anyCount, (jobs, of) => {
    const shards = shardsOf(jobs, { of, cost });
    for (const shard of shards) assert.deepEqual(shard, jobs.filter((job) => shard.includes(job)));
    assert.deepEqual(shards.flat().sort((a, b) => a.index - b.index), jobs);
  }));
});

Deno.test("shardTrials() depends on the trials alone", () => {
  fc.assert(fc.property(anyJobs, anyCount, (jobs, of) => {
    const copies = jobs.map((job) => ({ ...job }));
    assert.deepEqual(shardsOf(copies, { of, cost }), shardsOf(jobs, { of, cost }));
  }));
});

/** The least possible work of the busiest of `of` machines: every division is tried. */
function bestMakespan(jobs: readonly Job[], of: number): number {
  const loads = Array<number>(of).fill(0);
  const place = (index: number): number => {
    const job = jobs[index];
    if (!job) return Math.max(...loads);
    let best = Infinity;
    for (let machine = 0; machine < of; machine++) {
      loads[machine]! += job.work;
      best = Math.min(best, place(index + 1));
      loads[machine]! -= job.work;
      // Machines without work are all alike.
      if (loads[machine] === 0) break;
    }
    return best;
  };
  return place(0);
}

Deno.test("shardTrials() gives the busiest shard at most 4/3 - 1/(3n) times the work of the best division", () => {
  const fewJobs = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 })
    .map((works) => works.map((work, index): Job => ({ index, work })));
  fc.assert(fc.property(fewJobs, fc.integer({ min: 1, max: 4 }), (jobs, of) => {
    const busiest = Math.max(...shardsOf(jobs, { of, cost }).map(workOf));
    // In whole numbers: 3n * busiest <= (4n - 1) * best.
    assert.ok(3 * of * busiest <= (4 * of - 1) * bestMakespan(jobs, of));
  }));
});

Deno.test("shardTrials() reaches the bound in Graham's worst case for two machines: 7 where 6 is possible", () => {
  const jobs = [3, 3, 2, 2, 2].map((work, index) => ({ index, work }));
  assert.deepEqual(shardsOf(jobs, { of: 2, cost }).map(workOf), [7, 5]);
  assert.equal(bestMakespan(jobs, 2), 6);
});

Deno.test("shardOfPlan() divides every suite to within a tenth of the work, and costs are exact", () => {
  for (const suite of SUITES) {
    const whole = plan(suite, { profile: "paper", seeds: 20 });
    const loads = [1, 2, 3, 4].map((number) =>
      shardOfPlan(whole, { number, of: 4 }).trials
        .reduce((sum, { variant }) => sum + trialCost(variant, whole), 0)
    );
    assert.ok(loads.every(Number.isSafeInteger));
    assert.ok(Math.max(...loads) < 1.1 * Math.min(...loads), suite.id);
  }
});

Deno.test("shardOfPlan() plans all variants, and leaves shards without work if there are more than trials", () => {
  const whole = plan(LENET300, { profile: "smoke", filter: "modern" });
  const of = whole.trials.length + 1;
  const shards = Array.from({ length: of }, (_, i) => shardOfPlan(whole, { number: i + 1, of }));
  for (const { variants } of shards) assert.deepEqual(variants, whole.variants);
  assert.deepEqual(shards.map(({ trials }) => trials.length), [...whole.trials.map(() => 1), 0]);
});

Deno.test("trialCost() is more for a longer and for a larger trial", () => {
  const whole = plan(LENET300, { profile: "paper" });
  const costOf = (model: string, changes = {}) =>
    trialCost(whole.variants.find((variant) => variant.model.id === model)!, {
      ...whole,
      profile: { ...whole.profile, ...changes },
    });
  assert.ok(costOf("lenet5-dense-output") > costOf("fc-784-10"));
  assert.ok(costOf("fc-784-10") > costOf("fc-784-10", { epochs: 1 }));
  assert.ok(costOf("fc-784-10") > costOf("fc-784-10", { trainImages: 100 }));
});
