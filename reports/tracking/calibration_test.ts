import assert from "node:assert/strict";
import { type CalibrationRow, calibrationRow } from "../../results/rows/calibration.ts";
import { TABLES } from "../../results/rows/list.ts";
import { renderCalibration } from "./calibration.ts";

function row(columns: Partial<CalibrationRow>): CalibrationRow {
  return calibrationRow.parse({
    schema: TABLES.calibration.version,
    change: "same-code",
    title: "the same code, the same seeds",
    strikes: "",
    comparison: 1,
    subject: "lenet300/a",
    metric: "epoch time",
    base: 100,
    head: 101,
    value: 1.01,
    low: 0.99,
    high: 1.03,
    judgement: "same",
    rounds: 3,
    same_weights: 3,
    protocol: "deno task bench",
    adapter: "llvmpipe",
    machine: "a CPU, 2 threads",
    commit: "0123abc",
    ...columns,
  });
}

function render(rows: readonly CalibrationRow[]): string {
  return renderCalibration(rows).get("report.md")!;
}

const QUIET = Array.from({ length: 40 }, (_, i) => row({ comparison: i + 1 }));

Deno.test("renderCalibration() counts false alarms by comparison, of either sign, against what is allowed", () => {
  assert.match(
    render(QUIET),
    /Of 40 comparisons .* \*\*0\*\* raised an alarm \(0% to 9%\), within the 2 that are allowed/,
  );
  const loud = QUIET.map((each, i) =>
    i < 3 ? { ...each, judgement: i === 0 ? "improved" as const : "regressed" as const } : each
  );
  // A second alarm in the same comparison.
  const more = [...loud, row({ comparison: 2, subject: "lenet300/b", judgement: "regressed" })];
  assert.match(render(more), /\*\*3\*\* raised an alarm \(3% to 20%\), more than the 2/);
});

Deno.test("renderCalibration() counts a fault as found only if the metric that it strikes regressed", () => {
  const fault = {
    change: "half-rate",
    title: "half the learning rate",
    strikes: "test error",
    metric: "test error",
  } as const;
  const text = render([
    ...QUIET,
    row({ ...fault, comparison: 1, value: 0.8, judgement: "regressed", same_weights: 0 }),
    row({ ...fault, comparison: 2, value: 0.6, judgement: "improved", same_weights: 2 }),
    row({ ...fault, comparison: 3, value: 0.4, judgement: "cannot tell" }),
    row({ ...fault, comparison: 3, metric: "epoch time", judgement: "regressed" }),
  ]);
  assert.match(
    text,
    /\| half the learning rate \| test error \| 3 \| 1 \| 33% \(6% to 79%\) \| 2 \| lenet300\/a \+0\.60 points \|/,
  );
  assert.match(text, /Found: half the learning rate: 1 of 3\./);
});
