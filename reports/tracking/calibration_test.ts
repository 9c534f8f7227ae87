import assert from "node:assert/strict";
import { type CalibrationRow, calibrationRow } from "../../results/rows/calibration.ts";
import { TABLES } from "../../results/rows/list.ts";
import { renderCalibration } from "./calibration.ts";

function row(columns: Partial<CalibrationRow>): CalibrationRow {
  return calibrationRow.parse({
    schema: TABLES.calibration.version,
    change: "same-code",
    title: "the same code",
    strikes: "",
    comparison: 1,
    seconds: 160,
    subject: "lenet300/a",
    metric: "CPU time per step",
    base: 100,
    head: 101,
    value: 1.01,
    low: 0.99,
    high: 1.03,
    judgement: "same",
    rounds: 16,
    detail: "16 rounds",
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

/** The line of a table that begins with `title`. */
function line(page: string, title: string): string {
  return page.split("\n").find((each) => each.startsWith(`| ${title} |`)) ?? "none";
}

const QUIET = Array.from({ length: 100 }, (_, i) => row({ comparison: i + 1 }));

/** Twenty comparisons with a fault, of which `found` are judged so. */
function fault(
  columns: Partial<CalibrationRow>,
  { found, judgement }: { readonly found: number; readonly judgement: CalibrationRow["judgement"] },
): CalibrationRow[] {
  return Array.from(
    { length: 20 },
    (_, i) => row({ ...columns, comparison: i + 1, judgement: i < found ? judgement : "cannot tell" }),
  );
}

const slower = (percent: number, found: number) =>
  fault({
    ...{ change: `step-${percent}`, title: `${percent}% more work`, strikes: "speed", value: 1 + percent / 100 },
    seconds: 90,
  }, { found, judgement: "regressed" });

Deno.test("renderCalibration() counts false alarms by comparison, whatever their sign", () => {
  assert.match(
    render(QUIET),
    /Of 100 comparisons of the program with itself, \*\*0\*\* raised an alarm \(0% to 4%\)\./,
  );
  const loud = QUIET.map((each, i) =>
    i < 3 ? { ...each, judgement: (["improved", "regressed", "changed"] as const)[i]! } : each
  );
  // A second alarm in the same comparison.
  const more = [...loud, row({ comparison: 2, subject: "lenet300/b", judgement: "regressed" })];
  assert.match(render(more), /\*\*3\*\* raised an alarm \(1% to 8%\)/);
});

Deno.test("renderCalibration() says first which slow-down is the smallest that is found in 95%, and how fast", () => {
  const [, , first] = render([...QUIET, ...slower(10, 20), ...slower(5, 19), ...slower(3, 12)]).split("\n");
  assert.match(
    first!,
    /^\*\*The smallest slow-down found in at least 95% of comparisons: 5% more work \(CPU time 1\.050; 19 of 20\), in 90 seconds/,
  );
  assert.match(
    render([...QUIET, ...slower(10, 18)]),
    /^\*\*No injected slow-down was found in 95% of comparisons\.\*\*/m,
  );
});

Deno.test("renderCalibration() counts a slow-down that only wall time shows apart", () => {
  const [one, ...others] = slower(5, 10);
  const waits = [{ ...one!, metric: "wall time per step" as const }, ...others];
  assert.match(line(render([...QUIET, ...waits]), "5% more work"), /\| 20 \| 10 \| 50% \(30% to 70%\) \| 1 \| 90 \|/);
});

Deno.test("renderCalibration() counts training that took another course, and what was judged worse or better", () => {
  const training = { change: "half-rate", title: "half the rate", strikes: "training", seconds: 60 } as const;
  const curves = fault({ ...training, metric: "loss curve" }, { found: 20, judgement: "changed" });
  const losses = fault({ ...training, metric: "training loss", value: 1.5 }, { found: 15, judgement: "regressed" });
  const better = row({ ...training, comparison: 20, metric: "test error", judgement: "improved" });
  assert.match(
    line(render([...QUIET, ...curves, ...losses, better]), "half the rate"),
    /\| 20 \| 20 \| 100% \(84% to 100%\) \| 15 \| 1 \| 60 \| lenet300\/a 1\.500 \|/,
  );
});

Deno.test("renderCalibration() says how many rounds find what: twice the rounds, about a square root less", () => {
  const page = render(QUIET);
  const found = [8, 16, 32, 64].map((rounds) => {
    const [, minutes, percent] =
      new RegExp(`^\\|\\s+${rounds} \\|\\s+(\\d+) min \\|\\s+([\\d.]+)% \\|`, "m").exec(page) ?? [];
    return { minutes: Number(minutes), percent: Number(percent) };
  });
  assert.deepEqual(found.map(({ minutes }) => minutes), [2, 3, 6, 11]);
  for (const [i, { percent }] of found.slice(1).entries()) {
    const shrinks = found[i]!.percent / percent;
    assert.ok(shrinks > Math.SQRT2 && shrinks < 2.1, `${shrinks}`);
  }
});
