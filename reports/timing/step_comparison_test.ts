import assert from "node:assert/strict";
import { type StepComparisonRow, stepComparisonRow } from "../../results/rows/steps/step_comparisons.ts";
import { renderStepComparison } from "./step_comparison.ts";

/** Everything here is invented. */
const ROW: StepComparisonRow = stepComparisonRow.parse({
  schema: 4,
  profile: "quick",
  kind: "step",
  subject: "fc-784-10",
  title: "784-10",
  batch: 128,
  base_cpu_ms: "20 40 30",
  head_cpu_ms: "10 20 15",
  base_wall_ms: "9 9 9",
  head_wall_ms: "3 3 3",
  base_commit: "b".repeat(40),
  commit: "c".repeat(40),
  adapter: "Invented",
  adapter_kind: "software",
  api: "",
  driver: "mesa-vulkan-drivers 25",
  machine: "linux",
  versions: "lenet-bench 0.1.0",
  judgement: "",
  finished: "2024-01-02T03:14:05Z",
  base_instructions: null,
  head_instructions: null,
});

Deno.test("renderStepComparison() divides pairs of rounds, in CPU time and in wall time", () => {
  const report = renderStepComparison([{ rows: [ROW], notices: [] }]).get("report.md")!;
  assert.match(
    report,
    /\| 784-10 \| 128 \| step \| 3 \| 30\.0 \/ 15\.0 \| \*\*2\.00 \(2\.00 to 2\.00\)\*\* \| 9\.00 \/ 3\.00/,
  );
  assert.match(report, /## b{12} \(base\) and c{12} \(head\) on Invented, mesa-vulkan-drivers 25/);
});

Deno.test("renderStepComparison() has verdicts, and the method behind them, if the runs do", () => {
  const page = (rows: StepComparisonRow[]) => renderStepComparison([{ rows, notices: [] }]).get("report.md")!;
  assert.doesNotMatch(page([ROW]), /verdict/);
  const judged = page([{ ...ROW, judgement: "improved" }, { ...ROW, kind: "first_step" }]);
  assert.match(judged, /\| 784-10 \| 128 \| step \| .* \| \*\*improved\*\* \|/);
  assert.match(judged, /\| 784-10 \| 128 \| first step \| .* \|\s*\|\n/);
  assert.match(judged, /over half of 5% more/);
});

Deno.test("renderStepComparison() sets several runs side by side, a column each", () => {
  const other = { ...ROW, driver: "mesa-vulkan-drivers 26", head_cpu_ms: "20 40 30" };
  const first = { ...ROW, kind: "first_step" } as const;
  const report = renderStepComparison([{ rows: [ROW, first], notices: [] }, { rows: [other], notices: [] }]);
  const page = report.get("report.md")!;
  assert.ok(page.includes("| network | batch | what | mesa-vulkan-drivers 25 | mesa-vulkan-drivers 26 |"), page);
  assert.ok(page.includes("| 784-10 | 128 | step | 2.00 (2.00 to 2.00) | 1.00 (1.00 to 1.00) |"), page);
  assert.match(page, /\| 784-10 \| 128 \| first step \| 2\.00 \(2\.00 to 2\.00\) \|\s*\|/);
});

Deno.test("renderStepComparison() reports counted instructions", () => {
  const counted = { ...ROW, base_instructions: 533_000_000, head_instructions: 586_300_000 };
  const page = renderStepComparison([{ rows: [ROW, counted], notices: [] }]).get("report.md")!;
  assert.ok(page.includes("| 784-10 | 128 | 533,000,000 / 586,300,000 | **+10.00%** |"), page);
  assert.ok(!renderStepComparison([{ rows: [ROW], notices: [] }]).get("report.md")!.includes("nstructions"));
});

Deno.test("renderStepComparison() reports on a run without rows", () => {
  assert.match(renderStepComparison([{ rows: [], notices: [] }]).get("report.md")!, /^# Training steps/);
});
