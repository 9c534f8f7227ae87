import assert from "node:assert/strict";
import { UserError } from "../../base/errors.ts";
import type { Run } from "../folder/store.ts";
import type { EpochRow } from "../rows/epochs.ts";
import type { TrialRow } from "../rows/trials.ts";
import { type FakeArm, fakeGpuTiming, type FakeRun, fakeRun, fakeTiming } from "../testing.ts";
import { compareSides, type Side } from "./compare.ts";
import { type Judged, type NotJudged, THRESHOLDS } from "./judgement.ts";

function side(...runs: Run[]): Side {
  return { runs, timings: [], gpuTimings: [], notices: [] };
}

interface Measured extends FakeRun {
  /** Of an epoch. */
  readonly seconds?: number;
  /** Minute in which the trial of seed 0 ended; that of each further seed ended two minutes later. */
  readonly minute?: number;
}

/** A run whose weights are of its own. */
function run(testErrors: FakeArm["testErrors"], { seconds = 30, minute = 0, ...options }: Measured = {}): Run {
  const fake = fakeRun({ arms: [{ testErrors }], ...options });
  const finished = ({ seed }: TrialRow) => `2024-01-02T03:${String(minute + 2 * seed).padStart(2, "0")}:00Z`;
  return {
    ...fake,
    trials: fake.trials.map((trial): TrialRow => ({
      ...trial,
      weights_sha256: weights(trial),
      finished: finished(trial),
    })),
    epochs: fake.epochs.map((row, i): EpochRow => ({ ...row, seconds: seconds * (1 + 0.001 * (i % 3)) })),
  };
}

function weights({ seed, test_errors }: TrialRow): string {
  return test_errors === null ? "" : `${seed}${test_errors}`.padStart(64, "0");
}

function compare(base: Side, head: Side) {
  return compareSides(base, head, { thresholds: THRESHOLDS, times: "in-turns" });
}

function row(judged: readonly Judged[], metric: Judged["metric"]): Judged {
  const found = judged.find((each) => each.metric === metric);
  assert.ok(found, metric);
  return found;
}

function refused(rows: readonly NotJudged[]): string {
  return rows.map(({ metric, found, reason }) => [metric, found, reason].filter(Boolean).join(": ")).join("; ");
}

Deno.test("compareSides() finds the same error, weights and memory in a run and itself", () => {
  const same = side(run([90, 100, 110]));
  const { judged, notJudged, measured } = compare(same, same);
  assert.deepEqual(measured, [
    "fake, profile paper; MNIST; webgpu, llvmpipe (LLVM 15.0.6, 256 bits) on linux x86_64, Invented CPU at 2 GHz, 2 threads",
  ]);
  assert.deepEqual(notJudged, []);
  const error = row(judged, "test error");
  assert.equal(error.judgement, "same");
  assert.equal(error.within, 0);
  assert.match(error.detail, /same weights in 3 of 3/);
  assert.equal(row(judged, "epoch time").judgement, "same");
  assert.equal(row(judged, "peak memory").within, 0);
});

Deno.test("compareSides() calls more errors in every seed a regression, and fewer an improvement", () => {
  const [few, many] = [side(run([90, 100, 110])), side(run([290, 310, 300]))];
  const worse = row(compare(few, many).judged, "test error");
  assert.equal(worse.judgement, "regressed");
  assert.deepEqual([worse.base, worse.head, worse.change.value], [1, 3, 2]);
  assert.equal(row(compare(many, few).judged, "test error").judgement, "improved");
});

Deno.test("compareSides() gives no verdict on one seed", () => {
  const { judged } = compare(side(run([90])), side(run([180])));
  const error = row(judged, "test error");
  assert.match(error.detail, /could have shown 0\.40; p below 0\.001 after Holm; one seed, so nothing repeats it/);
  assert.equal(error.judgement, "cannot tell", "another seed may do as much");
});

Deno.test("compareSides() finds no regression below the threshold, however certain", () => {
  const [base, head] = [side(run([4, 5, 4, 5])), side(run([13, 14, 13, 14]))];
  const error = row(compare(base, head).judged, "test error");
  assert.equal(error.judgement, "cannot tell");
  assert.match(error.detail, /p below 0\.001 after Holm/);
});

Deno.test("compareSides() corrects over the rows of all suites by Holm's method", () => {
  // Alone, 20 images more in both seeds are a p of 0.023.
  const [base, head] = [run([100, 100]), run([120, 120])];
  const thresholds = { ...THRESHOLDS, errorPct: 0.05 };
  const alone = compareSides(side(base), side(head), { thresholds, times: "none" });
  assert.equal(row(alone.judged, "test error").judgement, "regressed");
  const another = (id: string, errors: number) => run([errors, errors], { environment: { suite: id } });
  const others = ["b", "c", "d", "e"];
  const many = compareSides(
    side(base, ...others.map((id) => another(id, 100))),
    side(head, ...others.map((id) => another(id, 101))),
    { thresholds, times: "none" },
  );
  assert.notEqual(row(many.judged, "test error").judgement, "regressed");
});

Deno.test("compareSides() calls slower epochs a regression if a second seed agrees", () => {
  const [base, head] = [side(run([90, 100])), side(run([90, 100], { seconds: 36, minute: 1 }))];
  const time = row(compare(base, head).judged, "epoch time");
  assert.match(time.detail, /too few for 95%/);
  assert.equal(time.judgement, "regressed");
  assert.ok(Math.abs(time.change.value - 1.2) < 0.01);
  const once = row(compare(side(run([90])), side(run([90], { seconds: 36 }))).judged, "epoch time");
  assert.equal(once.judgement, "cannot tell");
});

Deno.test("compareSides() can't tell times of separate runs from a drift of the machine, unless asked to", () => {
  const [base, head] = [side(run([90, 100])), side(run([90, 100], { seconds: 36, minute: 30 }))];
  const time = row(compare(base, head).judged, "epoch time");
  assert.equal(time.judgement, "cannot tell");
  assert.match(time.detail, /not measured alternately/);
  const judged = (times: "apart" | "none") => compareSides(base, head, { thresholds: THRESHOLDS, times }).judged;
  assert.equal(row(judged("apart"), "epoch time").judgement, "regressed");
  assert.ok(!judged("none").some(({ metric }) => metric === "epoch time"));
});

Deno.test("compareSides() names the seeds of one side only", () => {
  const { judged, notices } = compare(side(run([90, 100, 110])), side(run([90, 100])));
  assert.match(row(judged, "test error").detail, /^2 seeds/);
  assert.ok(notices.includes("fake/small-modern: only base ran seed 3."), notices.join());
});

Deno.test("compareSides() does not compare errors of other numbers of images", () => {
  const [base, head] = [run([90, 100]), run([90, 100], { trial: { test_images: 5000 } })];
  assert.throws(() => compare(side(base), side(head)), /test_images differs: 10000 and 5000/);
});

Deno.test("compareSides() leaves out the first epoch, which compiles", () => {
  const slowStart = run([90, 100], { minute: 1 });
  const epochs = slowStart.epochs.map((epoch) => epoch.epoch === 1 ? { ...epoch, seconds: 1000 } : epoch);
  assert.equal(
    row(compare(side(run([90, 100])), side({ ...slowStart, epochs })).judged, "epoch time").judgement,
    "same",
  );
});

Deno.test("compareSides() calls more memory a regression without a second seed", () => {
  const head = run([90], { trial: { peak_bytes: 4 * 2 ** 20 } });
  const memory = row(compare(side(run([90])), side(head)).judged, "peak memory");
  assert.equal(memory.judgement, "regressed");
});

Deno.test("compareSides() calls a seed that fails only in head a regression, not one that fails in both", () => {
  const { judged } = compare(side(run([90, 100, 110])), side(run([90, null, 110])));
  const failed = row(judged, "failed trials");
  assert.equal(failed.judgement, "regressed");
  assert.match(failed.detail, /of 3 seeds that both ran; seed 2: The loss is not a number/);
  const crossed = compare(side(run([null, 100, 110])), side(run([90, null, 110])));
  const moved = row(crossed.judged, "failed trials");
  assert.equal(moved.judgement, "regressed", "as many, but another seed");
  assert.match(moved.detail, /seed 2: The loss/);
  const both = compare(side(run([90, null, 110])), side(run([90, null, 110])));
  assert.ok(!both.judged.some(({ metric }) => metric === "failed trials"));
});

Deno.test("compareSides() pools the folders of a side", () => {
  const rounds = (errors: readonly number[]) => side(...errors.map((count, i) => run([count], { firstSeed: i + 1 })));
  const error = row(compare(rounds([90, 100, 110]), rounds([290, 310, 300])).judged, "test error");
  assert.equal(error.judgement, "regressed");
  assert.match(error.detail, /^3 seeds/);
});

Deno.test("compareSides() refuses times of another machine, but compares errors", () => {
  const elsewhere = run([90], { environment: { cpu: "Another CPU" } });
  const { judged, notJudged } = compare(side(run([90])), side(elsewhere));
  assert.equal(row(judged, "test error").judgement, "same");
  assert.match(refused(notJudged), /epoch time: not comparable: times of different machines: .*Invented.*Another CPU/);
});

Deno.test("compareSides() refuses times of one adapter through two graphics APIs, and names both", () => {
  const through = (api: "Vulkan" | "OpenGL") => side(run([90], { environment: { api } }));
  const { notJudged, notices } = compare(through("Vulkan"), through("OpenGL"));
  assert.match(refused(notJudged), /epoch time: not comparable: .*through Vulkan on .*through OpenGL on/);
  assert.ok(notices.includes("api: Vulkan in base, OpenGL in head."), notices.join());
  const timed = (api: "Vulkan" | "OpenGL") => ({
    ...through(api),
    timings: [[fakeTiming({ rounds: [10], api })]],
  });
  assert.match(refused(compare(timed("Vulkan"), timed("OpenGL")).notJudged), /run time: .*Vulkan on .*OpenGL on/);
});

Deno.test("compareSides() names variants on one side only", () => {
  const more = fakeRun({ arms: [{ testErrors: [90] }, { variant: { variant: "new" }, testErrors: [80] }] });
  const { notJudged } = compare(side(fakeRun({ arms: [{ testErrors: [90] }] })), side(more));
  assert.deepEqual(notJudged, [{ subject: "fake/new", found: "only in head", reason: "" }]);
});

Deno.test("compareSides() says what head lacks of base's trials, and either side of its own plan", () => {
  const arms = (...errors: FakeArm["testErrors"][]) =>
    errors.map((testErrors, i) => ({ variant: { variant: `arm-${i}` }, testErrors }));
  const planned = (seeds: number[], ...errors: FakeArm["testErrors"][]) =>
    side(fakeRun({ arms: arms(...errors), environment: { plan: { seeds, shard: null, options: null } } }));
  const lacking = (base: Side, head: Side) => compare(base, head).lacking;
  const whole = planned([1, 2], [90, 100], [80, 90]);
  assert.deepEqual(lacking(whole, whole), []);
  assert.deepEqual(lacking(whole, planned([1, 2], [90, 100])), ['head lacks 1 of 2 variants of "fake"']);
  assert.deepEqual(lacking(whole, planned([1], [90], [80])), ['head lacks 2 of 4 trials of "fake"']);
  assert.deepEqual(lacking(planned([1, 2], [90, 100]), whole), [], "what only head has is new");
  assert.deepEqual(lacking(whole, planned([1, 2], [null, 100], [80, 90])), [], "a failed trial is a result");
  assert.deepEqual(lacking(planned([1, 2, 3], [90, 100], [80, 90]), whole), ['base lacks 2 of 6 trials of "fake"']);
});

Deno.test("compareSides() says when head lacks a metric, rows of a trial or a suite of base", () => {
  const base = fakeRun({ arms: [{ testErrors: [90, 100] }] });
  const lacking = (head: Partial<Run>) => compare(side(base), side({ ...base, ...head })).lacking;
  assert.deepEqual(lacking({ trials: base.trials.map((trial) => ({ ...trial, peak_bytes: null })) }), [
    'head lacks the peak memory of "fake/small-modern"',
  ]);
  assert.deepEqual(lacking({ epochs: base.epochs.slice(1) }), ['head lacks rows of finished trials of "fake"']);
  assert.deepEqual(lacking({ errors: base.errors.slice(1) }), ['head lacks rows of finished trials of "fake"']);
  const other = fakeRun({ environment: { suite: "other" } });
  assert.deepEqual(compare(side(base, other), side(base)).lacking, ['head lacks "other"']);
});

Deno.test("compareSides() says that the clock is too coarse for epochs of 0 s", () => {
  const { notJudged } = compare(side(run([90, 100])), side(run([90, 100], { seconds: 0 })));
  assert.equal(
    refused(notJudged),
    "epoch time: not comparable: the clock is too coarse: epochs of 0 s. Time longer epochs, of more images",
  );
});

Deno.test("compareSides() refuses another experiment with the reason", () => {
  const base = side(run([90, 100]));
  const cases: readonly [FakeRun, RegExp][] = [
    [{ environment: { dataset_sha256: "cd".repeat(32) } }, /dataset_sha256 differs: "ab.*" and "cd/],
    [{ environment: { profile: "quick" } }, /fake: only in head, profile quick/],
    [{ trial: { variant_sha256: "cd".repeat(32) } }, /record has changed/],
    [{ trial: { epochs: 5 } }, /epochs differs: 3 and 5/],
    [{ trial: { train_images: 6000 } }, /train_images differs: 60000 and 6000/],
    [{ environment: { suite: "other" } }, /other: only in head, profile paper/],
  ];
  const known = side(run([90, 100], { trial: { variant_sha256: "ab".repeat(32) } }));
  for (const [options, message] of cases) {
    const head = side(run([90, 100], options));
    const before = options.trial?.variant_sha256 === undefined ? base : known;
    assert.throws(() => compare(before, head), (error) => error instanceof UserError && message.test(error.message));
  }
});

Deno.test("compareSides() pairs rows whose checksums were made by different rules", () => {
  const old = side(run([90, 100], { trial: { variant_sha256: "ab".repeat(32) } }));
  const now = side(run([90, 100], { trial: { variant_sha256: `2:${"cd".repeat(32)}` } }));
  assert.deepEqual(compare(old, now).notJudged, []);
  const otherRate = side(run([90, 100], { trial: { variant_sha256: `2:${"cd".repeat(32)}`, learning_rate: 0.5 } }));
  assert.throws(() => compare(old, otherRate), /learning_rate differs/);
});

Deno.test("compareSides() refuses a seed that is twice on one side", () => {
  const twice = side(run([90]), run([95]));
  assert.throws(() => compare(twice, side(run([90]))), /base holds seed 1 more than once/);
});

Deno.test("compareSides() refuses sides without a common seed", () => {
  assert.throws(() => compare(side(run([90])), side(run([90], { firstSeed: 7 }))), /no seed was finished by both/);
});

Deno.test("compareSides() reports all other differences", () => {
  const later = run([90], { environment: { commit: "9999999", tfjs: "4.23.0" } });
  const { notices } = compare(side(run([90])), side(later));
  const all = notices.join("\n");
  assert.match(all, /commit: 0123abc in base, 9999999 in head/);
  assert.match(all, /tfjs: 4\.22\.0 in base, 4\.23\.0 in head/);
  assert.deepEqual(compare(side(run([90])), side(run([95]))).notices, []);
});

Deno.test("compareSides() compares timings row by row, run by run", () => {
  const timed = (minute: number, ...rounds: number[][]): Side => {
    const at = (i: number) => ({ finished: `2024-01-02T03:${String(minute + 2 * i).padStart(2, "0")}:00Z` });
    return {
      ...side(),
      timings: rounds.map((each, i) => [fakeTiming({ rounds: each, ...at(i) })]),
      gpuTimings: rounds.map((each, i) => [
        fakeGpuTiming({ rounds: each, ...at(i) }),
        fakeGpuTiming({ subject: "other", rounds: each, ...at(i) }),
      ]),
    };
  };
  const head = timed(11, [12, 12.1, 11.9], [12, 12.1]);
  const { judged, notJudged } = compare(timed(10, [10, 10.1, 9.9], [10, 10.1]), head);
  assert.deepEqual(judged.map(({ judgement }) => judgement), ["regressed", "regressed", "regressed"]);
  assert.deepEqual(notJudged, []);
  const more = compare(timed(10, [10], [10], [10]), timed(11, [10], [10]));
  assert.match(more.notices.join(), /1 timing runs more/);
  const elsewhere = { ...timed(10, [10]), timings: [[fakeTiming({ rounds: [10], machine: "another" })]] };
  const { notJudged: apart } = compare(timed(10, [10]), elsewhere);
  assert.match(refused(apart), /run time: not comparable: times of different machines/);
});
