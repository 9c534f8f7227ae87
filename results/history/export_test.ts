import assert from "node:assert/strict";
import { z } from "zod";
import { errorRateInterval } from "../statistics/error_rate.ts";
import { exportHistory } from "./export.ts";
import { fakeHistory, fakeRecord } from "./testing.ts";

/** The readme of benchmark-action/github-action-benchmark, part "Examples", custom benchmarks. */
const githubFile = z.array(z.strictObject({
  name: z.string().min(1),
  unit: z.string().min(1),
  value: z.number(),
  range: z.string().optional(),
  extra: z.string().optional(),
})).min(1);

/** bencher.dev/docs/reference/bencher-metric-format: its JSON schema, and its lengths of names. */
const bencherFile = z.record(
  z.string().min(1).max(1024),
  z.record(
    z.string().min(1).max(64),
    z.strictObject({ value: z.number(), lower_value: z.number().optional(), upper_value: z.number().optional() }),
  ),
);

const TIME = fakeRecord({ samples: [1, 2, 3, 4, 5, 6], value: 3.5 });
const RATE = fakeRecord({ metric: "rate", unit: "GFLOP/s", better: "larger", samples: [80] });
const OLDER = fakeHistory([1], { commit_time: "2020-01-01T00:00:00Z" });

Deno.test("exportHistory() writes one file per direction for github-action-benchmark", () => {
  const files = exportHistory([...OLDER, TIME, RATE], "github");
  assert.deepEqual([...files.keys()], ["customSmallerIsBetter.json", "customBiggerIsBetter.json"]);
  const [smaller, bigger] = [...files.values()].map((text) => githubFile.parse(JSON.parse(text)));
  assert.deepEqual(smaller, [{
    name: "fake/quick/small-modern (llvmpipe, Invented CPU at 2 GHz, 2 threads, version 0123456789abcdef): train_time",
    unit: "ms per 1000 images",
    value: 3.5,
    range: "1 to 6",
    extra: "median of 6, commit 0123abc",
  }]);
  assert.deepEqual(bigger!.map(({ value, range }) => [value, range]), [[80, undefined]]);
  assert.deepEqual([...exportHistory([TIME], "github").keys()], ["customSmallerIsBetter.json"]);
});

Deno.test("exportHistory() writes one benchmark per variant and one measure per metric for Bencher", () => {
  const files = exportHistory([...OLDER, TIME, RATE], "bencher");
  const benchmarks = bencherFile.parse(JSON.parse(files.get("bencher.json")!));
  assert.deepEqual(Object.values(benchmarks), [{
    train_time: { value: 3.5, lower_value: 1, upper_value: 6 },
    rate: { value: 80 },
  }]);
});

Deno.test("exportHistory() names apart what can't be compared", () => {
  const others = [{ machine: "another" }, { suite_version: "f".repeat(16) }, { profile: "paper" }] as const;
  const records = [TIME, ...others.map(fakeRecord)];
  const names = githubFile.parse(JSON.parse(exportHistory(records, "github").get("customSmallerIsBetter.json")!))
    .map(({ name }) => name);
  assert.equal(new Set(names).size, 4);
  assert.equal(Object.keys(JSON.parse(exportHistory(records, "bencher").get("bencher.json")!)).length, 4);
});

Deno.test("exportHistory() pools the runs of the newest commit", () => {
  const again = fakeRecord({ started: "2024-01-05T00:00:00Z", samples: [7, 8, 9, 10, 11, 12] });
  const [entry] = githubFile.parse(
    JSON.parse(exportHistory([TIME, again], "github").get("customSmallerIsBetter.json")!),
  );
  assert.equal(entry!.value, 6.5);
});

Deno.test("exportHistory() writes everything as plain JSON", () => {
  const records = [...OLDER, TIME, RATE];
  assert.deepEqual(JSON.parse(exportHistory(records, "json").get("history.json")!), records);
});

Deno.test("exportHistory() accepts names that JavaScript's objects have already", () => {
  const record = fakeRecord({ metric: "__proto__" });
  const text = exportHistory([record], "bencher").get("bencher.json")!;
  assert.match(text, /"__proto__": \{/);
});

Deno.test("exportHistory() counts trials without a result, and says how many a thin value rests on", () => {
  const rate = { metric: "test_error", unit: "%", centre: "mean", tested: 200, trials: 1, planned: 3 } as const;
  const failed = { metric: "failed_trials", unit: "trials", centre: "sum", trials: 2, planned: 3 } as const;
  const records = [
    fakeRecord({ ...rate, value: 0, samples: [0] }),
    fakeRecord({ ...failed, value: 2, samples: [2] }),
  ];
  const entries = githubFile.parse(
    JSON.parse(exportHistory(records, "github").get("customSmallerIsBetter.json")!),
  );
  assert.deepEqual(entries.map(({ value, extra }) => [value, extra]), [
    [0, "mean of 1; 1 of 3 planned trials, commit 0123abc"],
    [2, "of 3 planned trials, commit 0123abc"],
  ]);
  const [benchmark] = Object.values(
    bencherFile.parse(JSON.parse(exportHistory(records, "bencher").get("bencher.json")!)),
  );
  const { low, high } = errorRateInterval([0], 200);
  assert.deepEqual(benchmark, {
    test_error: { value: 0, lower_value: low, upper_value: high },
    failed_trials: { value: 2 },
  });
});
