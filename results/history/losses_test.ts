import assert from "node:assert/strict";
import { lossesOf } from "./losses.ts";
import { seriesOf } from "./series.ts";
import type { HistoryRecord } from "./store.ts";
import { fakeHistory } from "./testing.ts";

const RATE = { metric: "test_error", unit: "%", centre: "mean", tested: 1000 } as const;

function counts(metric: "failed_trials" | "missing_trials", values: readonly number[], columns = {}): HistoryRecord[] {
  return fakeHistory(values, { metric, unit: "trials", centre: "sum", planned: 3, trials: 1, ...columns });
}

function losses(records: readonly HistoryRecord[]) {
  return lossesOf(records, seriesOf(records));
}

Deno.test("lossesOf() lists every trial without a result, and those of the newest commit", () => {
  const { trials, newest } = losses([...counts("failed_trials", [1, 0, 2]), ...counts("missing_trials", [0, 0, 1])]);
  assert.deepEqual(trials.map(({ commit, failed, missing, planned }) => [commit.number, failed, missing, planned]), [
    [1, 1, 0, 3],
    [3, 2, 1, 3],
  ]);
  assert.deepEqual(newest, trials.slice(1));
  assert.deepEqual(losses(counts("failed_trials", [1, 0])).newest, []);
});

Deno.test("lossesOf() marks values over fewer trials than planned, or than a neighbour has", () => {
  const history = fakeHistory([1, 1, 1, 1], RATE).map((record, index) => ({
    ...record,
    trials: [3, 1, 3, 2][index]!,
    ...(index === 3 && { planned: 2 }),
  }));
  assert.deepEqual(losses(history).thin.map(({ point, expected }) => [point.number, point.trials, expected]), [
    [2, 1, 3],
    [4, 2, 3],
  ]);
  const planned = fakeHistory([1], { ...RATE, trials: 1, planned: 3 });
  assert.deepEqual(losses(planned).thin.map(({ expected }) => expected), [3]);
});

Deno.test("lossesOf() names metrics and variants that the newest commit of their suite lacks", () => {
  const kept = fakeHistory([1, 1, 1], RATE);
  const lost = fakeHistory([5, 5], { variant: "lost" });
  const version = fakeHistory([2, 2], { ...RATE, suite_version: "f".repeat(16) });
  const elsewhere = fakeHistory([7], { machine: "another" });
  const { vanished } = losses([...kept, ...lost, ...version, ...elsewhere]);
  assert.deepEqual(vanished.map(({ variant, metric, last, newest }) => [variant, metric, last.number, newest.number]), [
    ["lost", "train_time", 2, 3],
  ]);
});
