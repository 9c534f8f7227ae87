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
    /\| 12: 0c{9}, 2024-01-12 \| 13: 0dc{8}, 2024-01-13 \| train\\_time, .*\| 100 \| 112 \| \+12\.\d\d% \| 0\.005 \| 112 \|/,
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
  assert.match(report, /\*\*Nothing became worse\.\*\* 4 commits, 1 series of one metric each\. 1 of them/);
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
