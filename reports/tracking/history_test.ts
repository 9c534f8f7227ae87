import assert from "node:assert/strict";
import { around, fakeHistory } from "../../results/history/testing.ts";
import { renderHistoryReport } from "./history.ts";

const SLOWER = [...around(100, 12), ...around(112, 12)];
const FASTER = [...around(50, 6), ...around(40, 18)];

function render(records: ReturnType<typeof fakeHistory>, notices: string[] = []) {
  return renderHistoryReport({ records, notices });
}

Deno.test("renderHistoryReport() lists what became worse, with its commits, its size and the value now", async () => {
  const files = await render(fakeHistory(SLOWER));
  assert.deepEqual([...files.keys()], ["report.md", "chart_1.svg"]);
  const report = files.get("report.md")!;
  assert.match(report, /\*\*1 step for the worse\*\*, the first between 0ccccccccc and 0dcccccccc\./);
  assert.match(
    report,
    /\| 12: 0c{9}, 2024-01-12 \| 13: 0dc{8}, 2024-01-13 \| train\\_time, .*\| 100 \| 112 \| \+12\.\d\d% \| 0\.001 \| 112 \|/,
  );
  assert.doesNotMatch(report, /## Became better/);
});

Deno.test("renderHistoryReport() lists the oldest regression first, in any series", async () => {
  const late = fakeHistory([...around(10, 18), ...around(20, 6)], { variant: "late" });
  const early = fakeHistory([...around(10, 7), ...around(20, 17)], { variant: "early" });
  const report = (await render([...late, ...early, ...fakeHistory(FASTER, { variant: "faster" })])).get("report.md")!;
  const [, worse, better] = report.split(/^## /m);
  assert.deepEqual([...worse!.matchAll(/\), (\w+) \|/g)].map(([, variant]) => variant), ["early", "late"]);
  assert.deepEqual([...better!.matchAll(/\), (\w+) \|/g)].map(([, variant]) => variant), ["faster"]);
});

Deno.test("renderHistoryReport() draws one chart per metric and one panel per series, with steps in colour", async () => {
  const records = [
    ...fakeHistory(SLOWER),
    ...fakeHistory(FASTER, { variant: "faster" }),
    ...fakeHistory(around(3, 12), { metric: "first_step", unit: "s" }),
  ];
  const files = await render(records);
  assert.deepEqual([...files.keys()], ["report.md", "chart_1.svg", "chart_2.svg"]);
  const [, times, steps] = [...files.values()];
  for (const text of ["small-modern, quick", "faster, quick", "ms per 1000 images", "commit number"]) {
    assert.ok(times!.includes(`>${text}</text>`), text);
  }
  const dashed = (svg: string) =>
    [...svg.matchAll(/<line [^>]*stroke="(#\w+)"[^>]*stroke-dasharray="4,3"/g)].map(([, colour]) => colour);
  assert.deepEqual(dashed(times!), ["#d55e00", "#009e73"]);
  assert.deepEqual(dashed(steps!), []);
});

Deno.test("renderHistoryReport() says that short series can't tell", async () => {
  const report = (await render(fakeHistory(around(5, 4)))).get("report.md")!;
  assert.match(report, /\*\*No step can be shown yet\.\*\* 4 commits, 1 series of one metric each\. 1 of them/);
});

Deno.test("renderHistoryReport() claims no direction if git's order is unknown, and says what to do", async () => {
  const placeless = fakeHistory(SLOWER).map(({ commit_position: _, ...record }) => record);
  const report = (await render(placeless)).get("report.md")!;
  assert.match(report, /\*\*No step can be shown yet\.\*\*/);
  assert.match(
    report,
    /\*\*Git's order is not known for 24 of the commits\*\*.*add any run with `deno task history add`/,
  );
  assert.doesNotMatch(report, /## Became/);
});

Deno.test("renderHistoryReport() opens with what the newest commit lacks, and lists all that is missing", async () => {
  const rates = { metric: "test_error", unit: "%", centre: "mean", tested: 1000, planned: 3 } as const;
  const counts = { metric: "failed_trials", unit: "trials", centre: "sum", planned: 3 } as const;
  const records = [
    ...fakeHistory([...Array(11).fill(3), 2], rates).map((record, i) => ({ ...record, trials: i === 11 ? 1 : 3 })),
    ...fakeHistory([...Array(11).fill(0), 2], counts),
    ...fakeHistory(around(50, 11)),
  ];
  const report = (await render(records)).get("report.md")!;
  assert.match(
    report.split("\n")[4]!,
    /^\*\*At the newest commit 2 trials failed and 1 metric that earlier commits have is missing\.\*\* \*\*No step for/,
  );
  assert.match(report, /## Trials without a result\n\n.*\n.*\n\| 12: 0c{9}, .* \| 2 \| 0 \| 3 \|/);
  assert.match(report, /## Values over fewer trials .*\n\n.*\n.*\n\| 12: .*test\\_error \| .* \| 1 \| 3 \|/);
  assert.match(report, /## Missing at the newest commit\n\n.*\n.*\n\| train\\_time \| .* \| 11: /);
});

Deno.test("renderHistoryReport() calls a rise of failed trials a step for the worse", async () => {
  const counts = { metric: "failed_trials", unit: "trials", centre: "sum", planned: 3 } as const;
  const report = (await render(fakeHistory([...Array(12).fill(0), ...Array(12).fill(2)], counts))).get("report.md")!;
  assert.match(report, /\*\*1 step for the worse\*\*/);
  assert.match(report, /failed\\_trials, trials \|.*from none/);
});

Deno.test("renderHistoryReport() writes the same bytes from the same history, in any order of lines", async () => {
  const records = fakeHistory(SLOWER);
  assert.deepEqual(await render(records.toReversed()), await render(records));
});

Deno.test("renderHistoryReport() escapes texts in markdown, pictures and file names", async () => {
  const evil = '</text><script>alert(1)</script> ![a](https://x.example) | `b` <img src=x> {signal} datum["x"] ../../c';
  const columns = {
    suite: `suite ${evil}`,
    variant: `variant ${evil}`,
    metric: `metric ${evil}`,
    machine: `machine ${evil}`,
    unit: '</text><script>"',
  };
  const dirty = fakeHistory(SLOWER, columns).map((record) => ({ ...record, commit: `${record.commit} ${evil}` }));
  const files = await render(dirty, [`a notice ${evil}`]);
  assert.deepEqual([...files.keys()], ["report.md", "chart_1.svg"]);
  const report = files.get("report.md")!;
  assert.doesNotMatch(report, /<script|<img|[^!\\]!\[a|(?<!\\)\]\(https|[^\\]`b`/);
  for (const line of report.split("\n").filter((line) => line.startsWith("| 12: "))) {
    assert.equal(line.match(/(?<!\\)\|/g)?.length, 11, "ten cells");
  }
  const svg = files.get("chart_1.svg")!;
  assert.ok(!svg.includes("<script") && !svg.includes("<img") && svg.includes("&lt;script&gt;"));
  assert.doesNotMatch(svg.replace(/<[^<>]*>/g, ""), /[<>]/);
});
