import assert from "node:assert/strict";
import { fakeRun, fakeTiming } from "../testing.ts";
import { suiteMetrics, timingMetrics } from "./metrics.ts";
import type { HistoryRecord } from "./store.ts";

function byMetric(records: readonly HistoryRecord[]): Map<string, HistoryRecord> {
  return new Map(records.map((record) => [record.metric, record]));
}

Deno.test("suiteMetrics() has errors, times and bytes for each variant", () => {
  const records = suiteMetrics(fakeRun({ arms: [{ testErrors: [90, 100, null, 110] }] }));
  const metrics = byMetric(records);
  assert.deepEqual([...metrics.keys()], [
    "test_error",
    "train_error",
    "train_time",
    "first_step",
    "peak_memory",
    "failed_trials",
  ]);
  const { value, samples, unit, tested, machine, commit, started } = metrics.get("test_error")!;
  assert.deepEqual({ value, samples, unit, tested, machine, commit, started }, {
    value: 1,
    samples: [0.9, 1, 1.1],
    unit: "%",
    tested: 10000,
    machine: "webgpu, llvmpipe (LLVM 15.0.6, 256 bits) on linux x86_64, Invented CPU at 2 GHz, 2 threads",
    commit: "0123abc",
    started: "2024-01-02T03:04:05Z",
  });
  assert.deepEqual(metrics.get("first_step")!.samples, [1.5, 1.5, 1.5]);
  assert.equal(metrics.get("peak_memory")!.value, 3 * 2 ** 20);
});

Deno.test("suiteMetrics() has the training time of a thousand images, without each trial's first epoch", () => {
  // Seed 1: 1,000 images a second for 180 s, so 180,000 in three epochs; either later one took 30 s.
  const time = byMetric(suiteMetrics(fakeRun({ arms: [{ testErrors: [90] }] }))).get("train_time")!;
  assert.deepEqual(time.samples, [500, 500]);
  assert.equal(time.centre, "median");
});

Deno.test("suiteMetrics() has a metric for held-out images", () => {
  const trial = { validation_images: 5000, validation_errors: 100, validation_error_pct: 2 };
  const metrics = byMetric(suiteMetrics(fakeRun({ trial })));
  assert.deepEqual([metrics.get("validation_error")!.value, metrics.get("validation_error")!.tested], [2, 5000]);
});

Deno.test("suiteMetrics() changes the version with what makes values comparable, and nothing else", () => {
  const versionOf = (...[options]: Parameters<typeof fakeRun>) => suiteMetrics(fakeRun(options))[0]!.suite_version;
  const version = versionOf();
  for (
    const trial of [
      { variant_sha256: "cd".repeat(32) },
      { dataset_sha256: "cd".repeat(32) },
      { train_images: 6000 },
      { epochs: 4 },
      { kernels: "tuned" },
    ]
  ) assert.notEqual(versionOf({ trial }), version, JSON.stringify(trial));
  assert.equal(versionOf({ trial: { commit: "4567def", deno: "3.0.0", adapter: "other" } }), version);
  assert.equal(versionOf({ arms: [{ testErrors: [1] }] }), version, "another number of seeds");
});

/** Plans of runs that say what they plan. */
function planning(seeds: number[], shard: { number: number; of: number } | null = null) {
  return { environment: { plan: { seeds, shard, options: null } } };
}

Deno.test("suiteMetrics() counts trials that failed or have no row, and says how many were planned", () => {
  const run = fakeRun({ arms: [{ testErrors: [90, null, null] }], ...planning([1, 2, 3, 4]) });
  const metrics = byMetric(suiteMetrics(run));
  const told = (metric: string) => {
    const { value, samples, trials, planned, unit, centre, better } = metrics.get(metric)!;
    return { value, samples, trials, planned, unit, centre, better };
  };
  const count = { planned: 4, unit: "trials", centre: "sum", better: "smaller" };
  assert.deepEqual(told("failed_trials"), { value: 2, samples: [2], trials: 2, ...count });
  assert.deepEqual(told("missing_trials"), { value: 1, samples: [1], trials: 1, ...count });
  const { trials, planned } = metrics.get("test_error")!;
  assert.deepEqual({ trials, planned }, { trials: 1, planned: 4 });
});

Deno.test("suiteMetrics() has records of variants that all failed, or have no row at all", () => {
  const whole = fakeRun({
    arms: [{ testErrors: [null, null] }, { variant: { variant: "lost" }, testErrors: [80, 90] }],
  });
  const plan = planning([1, 2]).environment.plan;
  const run = {
    ...whole,
    environment: { ...whole.environment, plan },
    trials: whole.trials.filter(({ variant }) => variant !== "lost"),
  };
  const told = suiteMetrics(run).map(({ variant, metric, value }) => `${variant} ${metric} ${value}`);
  assert.deepEqual(told, [
    "small-modern failed_trials 2",
    "small-modern missing_trials 0",
    "lost failed_trials 0",
    "lost missing_trials 2",
  ]);
  const versionIn = (records: readonly HistoryRecord[]) =>
    records.find(({ variant, metric }) => variant === "lost" && metric === "missing_trials")!.suite_version;
  assert.equal(versionIn(suiteMetrics(run)), versionIn(suiteMetrics({ ...run, trials: whole.trials })), "one series");
});

Deno.test("suiteMetrics() refuses a shard, since what the others lack would not show", () => {
  assert.throws(() => suiteMetrics(fakeRun(planning([1, 2], { number: 1, of: 2 }))), {
    name: "UserError",
    message: /^Cannot add shard 1\/2 of a run: .* "deno task merge"/,
  });
});

Deno.test("timingMetrics() has one time per contender and one rate per ceiling", () => {
  const rows = [
    fakeTiming({ rounds: [5, 4, 6] }),
    fakeTiming({ rounds: [9], contender: "stock" }),
    fakeTiming({ rounds: [], contender: "jax-js" }),
    fakeTiming({ rounds: [4, 2], kind: "ceiling", subject: "multiply-add", contender: "wgsl", flops: 8e6 }),
    fakeTiming({ rounds: [2], kind: "ceiling", subject: "copy", contender: "wgsl", bytes: 4e6 }),
  ];
  const told = timingMetrics({ rows, notices: [] }).map(({ variant, metric, unit, better, value, samples }) =>
    `${variant}: ${metric} ${value} ${unit} of ${samples.length}, ${better}`
  );
  assert.deepEqual(told, [
    "step fc-784-10 tuned: wall_time 5 ms of 3, smaller",
    "step fc-784-10 stock: wall_time 9 ms of 1, smaller",
    "ceiling multiply-add wgsl: rate 3 GFLOP/s of 2, larger",
    "ceiling copy wgsl: rate 2 GB/s of 1, larger",
  ]);
});

Deno.test("timingMetrics() names the machine as suiteMetrics() does, without the backend", () => {
  const [timed] = timingMetrics({ rows: [fakeTiming({ rounds: [1] })], notices: [] });
  assert.equal(`webgpu, ${timed!.machine}`, suiteMetrics(fakeRun())[0]!.machine);
});

Deno.test("suiteMetrics() and timingMetrics() name the graphics API as part of the machine", () => {
  const [timed] = timingMetrics({ rows: [fakeTiming({ rounds: [1], api: "OpenGL" })], notices: [] });
  const [trained] = suiteMetrics(fakeRun({ environment: { api: "OpenGL" } }));
  assert.match(timed!.machine, /^llvmpipe \(.*\) through OpenGL on linux/);
  assert.equal(`webgpu, ${timed!.machine}`, trained!.machine);
});

Deno.test("suiteMetrics() and timingMetrics() refuse a run without a commit or a result", () => {
  assert.throws(() => suiteMetrics(fakeRun({ environment: { commit: "unknown" } })), {
    name: "UserError",
    message: /commit is "unknown"/,
  });
  assert.throws(() => suiteMetrics(fakeRun({ arms: [{ testErrors: [] }] })), {
    name: "UserError",
    message: 'Suite "fake" has no trial to add. Run it again.',
  });
  assert.throws(() => timingMetrics({ rows: [fakeTiming({ rounds: [] })], notices: [] }), { name: "UserError" });
  assert.throws(() => timingMetrics({ rows: [fakeTiming({ rounds: [1], commit: "unknown" })], notices: [] }), {
    name: "UserError",
  });
});
