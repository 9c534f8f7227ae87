import assert from "node:assert/strict";
import { seriesOf } from "./series.ts";
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
  assert.ok(Math.abs(after / before - 1.1) < 0.003 && p === 0.005, `${after}, p ${p}`);
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

Deno.test("seriesOf() places a commit at its first run if git has no time for it", () => {
  const timeless = (commit: string, started: string) => {
    const { commit_time: _, ...record } = fakeRecord({ commit, started });
    return record;
  };
  const [series] = seriesOf([
    timeless("bbb", "2024-03-01T00:00:00Z"),
    timeless("aaa", "2024-02-01T00:00:00Z"),
    timeless("bbb", "2024-01-01T00:00:00Z"),
  ]);
  assert.deepEqual(series!.points.map(({ commit }) => commit), ["bbb", "aaa"]);
});

Deno.test("seriesOf() has a t interval for a mean, order statistics for a median, and none for few samples", () => {
  const intervalOf = (columns: Parameters<typeof fakeRecord>[0]) =>
    seriesOf([fakeRecord(columns)])[0]!.points[0]!.interval;
  assert.equal(intervalOf({ samples: [1, 2, 3] }), undefined);
  assert.deepEqual(intervalOf({ samples: [6, 5, 4, 3, 2, 1] }), { low: 1, high: 6 });
  assert.equal(intervalOf({ samples: [1], centre: "mean" }), undefined);
  // 2 -+ 4.303 / sqrt(3).
  const { low, high } = intervalOf({ samples: [1, 2, 3], centre: "mean" })!;
  assert.ok(Math.abs(low + 0.484) < 0.001 && Math.abs(high - 4.484) < 0.001);
});
