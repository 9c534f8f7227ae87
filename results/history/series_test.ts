import assert from "node:assert/strict";
import { errorRateInterval } from "../statistics/error_rate.ts";
import { commitsOf, newestCommit, seriesOf } from "./series.ts";
import type { HistoryRecord } from "./store.ts";
import { around, fakeHistory, fakeRecord } from "./testing.ts";

const SLOWER = [...around(100, 12), ...around(110, 12)];

function stepsIn(values: readonly number[], columns: Parameters<typeof fakeHistory>[1] = {}) {
  const [series] = seriesOf(fakeHistory(values, columns));
  return series!.steps.map(({ kind, firstAfter }) => [kind, firstAfter.number]);
}

Deno.test("seriesOf() finds a step for the worse, with its commits, its size and its p", () => {
  const [series] = seriesOf(fakeHistory(SLOWER));
  assert.equal(series!.steps.length, 1);
  const { kind, lastBefore, firstAfter, before, after, now, p } = series!.steps[0]!;
  assert.deepEqual([kind, lastBefore.number, firstAfter.number], ["worse", 12, 13]);
  assert.deepEqual([before, now], [100, after]);
  assert.ok(Math.abs(after / before - 1.1) < 0.003 && p === 0.001, `${after}, p ${p}`);
});

Deno.test("seriesOf() calls more worse only if smaller is better", () => {
  assert.deepEqual(stepsIn(SLOWER), [["worse", 13]]);
  assert.deepEqual(stepsIn(SLOWER, { better: "larger" }), [["better", 13]]);
  assert.deepEqual(stepsIn(SLOWER.toReversed()), [["better", 13]]);
});

Deno.test("seriesOf() finds two steps if one was fixed, and the first level again", () => {
  const [series] = seriesOf(fakeHistory([...SLOWER, ...around(100, 12)]));
  assert.deepEqual(series!.steps.map(({ kind }) => kind), ["worse", "better"]);
  assert.equal(series!.steps[0]!.now, series!.steps[0]!.before);
});

Deno.test("seriesOf() reports no step below the least one, however certain", () => {
  assert.deepEqual(stepsIn([...Array(12).fill(100), ...Array(12).fill(101.9)]), []);
  assert.deepEqual(stepsIn([...Array(12).fill(100), ...Array(12).fill(102.1)]), [["worse", 13]]);
  assert.deepEqual(stepsIn([...Array(12).fill(0), ...Array(12).fill(2)]), [["worse", 13]]);
});

Deno.test("seriesOf() takes one wild run for no step, in a long history either", () => {
  for (const commits of [20, 250]) assert.deepEqual(stepsIn(around(100, commits).with(commits - 1, 900)), []);
});

Deno.test("seriesOf() needs an error rate to move by its standard error on that many images", () => {
  const rates = { metric: "test_error", unit: "%", centre: "mean", tested: 10_000 } as const;
  // sqrt(0.01 * 0.99 / 10,000) is 0.0995%.
  assert.deepEqual(stepsIn([...Array(12).fill(1), ...Array(12).fill(1.09)], rates), []);
  assert.deepEqual(stepsIn([...Array(12).fill(1), ...Array(12).fill(1.11)], rates), [["worse", 13]]);
  assert.deepEqual(stepsIn([...Array(12).fill(1), ...Array(12).fill(1.11)], { ...rates, tested: 1000 }), []);
});

Deno.test("seriesOf() never mixes machines, versions, variants or metrics", () => {
  const others = [
    { machine: "another" },
    { suite: "another" },
    { profile: "paper" },
    { suite_version: "f".repeat(16) },
    { variant: "another" },
    { metric: "another" },
    { unit: "s" },
  ] as const;
  const series = seriesOf([fakeRecord(), ...others.map(fakeRecord), fakeRecord()]);
  assert.equal(series.length, 1 + others.length);
  assert.ok(series.every(({ points }) => points.length === 1));
});

Deno.test("seriesOf() makes one point of a commit, in any order and number of its runs", () => {
  const history = fakeHistory([10, 20, 30]);
  const again = { ...history[0]!, started: "2024-06-01T00:00:00Z", samples: [12, 14], value: 13 };
  const [series] = seriesOf([...history.toReversed(), again]);
  assert.deepEqual(series!.points.map(({ value, samples }) => [value, samples]), [[12, 3], [20, 1], [30, 1]]);
  assert.deepEqual(series!.points.map(({ number }) => number), [1, 2, 3]);
});

Deno.test("seriesOf() keeps apart runs of a commit with different changes to its files", () => {
  const commits = ["0123abc", "0123abc-dirty.0123456789ab", "0123abc-dirty.ba9876543210", "0123abc-dirty.0123456789ab"];
  const runs = commits.map((commit, day) => fakeRecord({ commit, started: `2024-01-0${day + 1}T00:00:00Z` }));
  assert.deepEqual(seriesOf(runs)[0]!.points.map(({ samples }) => samples), [1, 2, 1]);
});

Deno.test("seriesOf() goes by git's order, whatever the clocks and the order of the lines", () => {
  const second = "2024-01-02T03:04:05Z";
  const history = fakeHistory(SLOWER).map((record) => ({ ...record, commit_time: second, started: second }));
  const backwards = history.map((record, index) => ({
    ...record,
    commit_time: new Date(Date.UTC(2024, 0, 100 - index)).toISOString(),
  }));
  const told = (records: typeof history) => seriesOf(records)[0]!.steps.map(({ kind, before }) => [kind, before]);
  for (const records of [history, history.toReversed(), backwards]) assert.deepEqual(told(records), [["worse", 100]]);
});

Deno.test("seriesOf() claims no direction between commits whose order git did not say", () => {
  const placeless = fakeHistory(SLOWER).map(({ commit_position: _, ...record }) => record);
  const parallel = fakeHistory(SLOWER, { commit_position: 7 });
  for (const records of [placeless, parallel]) {
    const [series] = seriesOf(records);
    assert.deepEqual(series!.steps, []);
    assert.ok(series!.points.every(({ isPlaced }) => !isPlaced));
  }
});

Deno.test("seriesOf() looks for steps among the placed commits if some are not", () => {
  const [first, ...others] = fakeHistory(SLOWER);
  const { commit_position: _, ...placeless } = first!;
  const [series] = seriesOf([...others, placeless]);
  assert.deepEqual(series!.points.map(({ isPlaced }) => isPlaced).slice(0, 3), [false, true, true]);
  assert.deepEqual(series!.steps.map(({ kind, firstAfter }) => [kind, firstAfter.number]), [["worse", 13]]);
});

Deno.test("commitsOf() places local changes after their commit and before the next, but not two sets of them", () => {
  const at = (commit: string, commit_position: number) => fakeRecord({ commit, commit_position });
  const [one, two, dirty, other] = [at("aaa", 2), at("bbb", 3), at("aaa-dirty.01", 2), at("aaa-dirty.02", 2)];
  const told = (records: ReturnType<typeof fakeHistory>) =>
    commitsOf(records).map(({ commit, isPlaced }) => `${commit}${isPlaced ? "" : "?"}`);
  assert.deepEqual(told([two, dirty, one]), ["aaa", "aaa-dirty.01", "bbb"]);
  assert.deepEqual(told([other, two, dirty, one]), ["aaa", "aaa-dirty.01?", "aaa-dirty.02?", "bbb"]);
});

Deno.test("newestCommit() goes by git's order, and by the last run alone if that is unknown", () => {
  const early = fakeRecord({ commit: "bbb", commit_position: 9, started: "2024-01-01T00:00:00Z" });
  const late = fakeRecord({ commit: "aaa", commit_position: 8, started: "2024-02-01T00:00:00Z" });
  const { commit_position: _, ...placeless } = late;
  assert.deepEqual(newestCommit([early, late]), { commit: "bbb", isByOrder: true });
  assert.deepEqual(newestCommit([early, placeless]), { commit: "aaa", isByOrder: false });
  assert.deepEqual(newestCommit([placeless]), { commit: "aaa", isByOrder: true });
});

Deno.test("seriesOf() has errorRateInterval() for an error rate, order statistics for a median, and none otherwise", () => {
  const intervalOf = (columns: Parameters<typeof fakeRecord>[0]) =>
    seriesOf([fakeRecord(columns)])[0]!.points[0]!.interval;
  assert.equal(intervalOf({ samples: [1, 2, 3] }), undefined);
  assert.deepEqual(intervalOf({ samples: [6, 5, 4, 3, 2, 1] }), { low: 1, high: 6 });
  assert.equal(intervalOf({ samples: [1, 2], centre: "sum" }), undefined);
  const rate = { centre: "mean", unit: "%", tested: 200 } as const;
  assert.deepEqual(intervalOf({ samples: [1, 2, 3], ...rate }), errorRateInterval([1, 2, 3], 200));
  assert.deepEqual(intervalOf({ samples: [0, 0, 0], ...rate }), errorRateInterval([0, 0, 0], 200));
});

Deno.test("seriesOf() adds up the trials behind a point, as far as all its runs say", () => {
  const pointOf = (...records: Parameters<typeof fakeRecord>[0][]) => {
    const { trials, planned } = seriesOf(records.map(fakeRecord))[0]!.points[0]!;
    return { trials, planned };
  };
  const mean: Partial<HistoryRecord> = { centre: "mean", samples: [1, 2] };
  assert.deepEqual(pointOf({ ...mean, trials: 2, planned: 3 }, { ...mean, trials: 1, planned: 3 }), {
    trials: 3,
    planned: 6,
  });
  assert.deepEqual(pointOf({ ...mean, trials: 2, planned: 3 }, mean), { trials: 4, planned: undefined });
});
