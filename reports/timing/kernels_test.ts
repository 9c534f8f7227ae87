import assert from "node:assert/strict";
import type { TimingRow, TimingRun } from "../../results/rows/timings.ts";
import { fakeTiming } from "../../results/testing.ts";
import { outcome, shareOfCeiling, type TimedRow } from "./kernel_rows.ts";
import { renderKernelReport } from "./kernels.ts";

/** Everything here is invented. */
const CEILINGS = [
  fakeTiming({ kind: "ceiling", subject: "multiply-add", contender: "wgsl", rounds: six(10), flops: 1e9 }),
  fakeTiming({ kind: "ceiling", subject: "copy", contender: "wgsl", rounds: six(1), bytes: 1e7 }),
];

const STEP = [
  fakeTiming({
    contender: "tuned",
    rounds: six(2),
    flops: 2e8,
    dispatches: 7,
    gpu_ms: 1.75,
    first_ms: 300,
  }),
  fakeTiming({ contender: "stock", rounds: six(20), flops: 2e8, dispatches: 36, first_ms: 900, difference: 1e-6 }),
  fakeTiming({ contender: "pytorch", rounds: [1, 2, 3, 1, 2, 3], adapter: "processor" }),
  fakeTiming({ contender: "jax-js", rounds: [], note: "Not there: no <b>Deno</b>. Fetch it." }),
];

const KERNEL = { kind: "kernel", subject: "MatMul", title: "MatMul 2x3 by 3x4", flops: 1e8, bytes: 5e6 } as const;

const KERNEL_ROWS = [
  fakeTiming({ ...KERNEL, contender: "tuned", rounds: six(2) }),
  fakeTiming({ ...KERNEL, contender: "stock", rounds: six(1), difference: 0.4 }),
];

function six(ms: number): number[] {
  return Array.from({ length: 6 }, () => ms);
}

function render(rows: readonly TimingRow[], run: Partial<TimingRun> = {}): string {
  return renderKernelReport([{ rows, notices: [], ...run }]).get("report.md")!;
}

/** The cells of the table row that begins with `first`, by column. */
function cells(report: string, { first, section }: { first: string; section: string }): Record<string, string> {
  const text = report.split("\n## ").find((part) => part.startsWith(section))!;
  const split = (line: string) => line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim());
  const lines = text.split("\n").filter((line) => line.startsWith("|"));
  const line = lines.find((line) => split(line)[0] === first)!;
  const headings = split(lines.slice(0, lines.indexOf(line)).findLast((_, i, all) => all[i + 1]?.includes(":-"))!);
  return Object.fromEntries(headings.map((heading, i) => [heading, split(line)[i]!]));
}

Deno.test("renderKernelReport() answers with how many steps the intervals tell apart", () => {
  const report = render([...CEILINGS, ...STEP, ...KERNEL_ROWS]);
  assert.match(report, /Than stock, of 1 training step: \*\*1 faster\*\*, 10\.0 \(10\.0 to 10\.0\) times as fast\./);
  assert.match(report, /Than pytorch, of 1 training step: \*\*1 undecided\*\*, 1\.00 \(/);
  assert.match(report, /medians of 6 rounds/);
});

Deno.test("renderKernelReport() sets all contenders of a step side by side", () => {
  const row = cells(render([...CEILINGS, ...STEP]), { first: "784-10", section: "Training steps" });
  assert.equal(row["tuned, ms"], "**2.00**");
  assert.equal(row["stock, ms"], "20.0");
  assert.equal(row["dispatches, tuned / stock"], "7 / 36");
  assert.equal(row["on the device, tuned / stock, ms"], "1.75 / not available", "no time stamps are not 0");
  assert.equal(row["GFLOP/s"], "100");
  assert.equal(row["jax-js, ms"], "");
});

Deno.test("renderKernelReport() says how near a kernel is to the ceiling", () => {
  const rows = [...CEILINGS, ...KERNEL_ROWS];
  const row = cells(render(rows), { first: KERNEL.title, section: "Kernels" });
  assert.equal(row["times as fast (95%)"], "0.500 (0.500 to 0.500)");
  assert.equal(row["GFLOP/s, tuned / stock"], "50.0 / 100");
  // 1e8 operations take 1 ms at best, 5e6 bytes half of that.
  assert.equal(row["share of the ceiling, tuned / stock, %"], "50.0 / 100");
  assert.equal(row["on the device, tuned / stock, ms"], "not available");
  assert.doesNotMatch(render(KERNEL_ROWS), /share of the ceiling/, "without ceilings there is no share");
});

Deno.test("shareOfCeiling() takes the copy for a kernel that moves more than it computes", () => {
  const row = { flops: 100, bytes: 4000, wall_ms: 8 } as TimedRow;
  assert.equal(shareOfCeiling(row, { flopsPerMs: 100, bytesPerMs: 1000 }), 0.5);
  assert.equal(shareOfCeiling({ ...row, bytes: null }, { flopsPerMs: 100, bytesPerMs: 1000 }), 0.125);
});

Deno.test("renderKernelReport() notes rows left out, few rounds, different results and missing contenders", () => {
  const few = fakeTiming({ subject: "x", title: "X", contender: "tuned", rounds: [1, 2] });
  const notices = (rows: readonly TimingRow[], run?: Partial<TimingRun>) =>
    render(rows, run).split("\n").filter((line) => line.startsWith("> **Notice.**")).join("\n");

  assert.match(
    notices([...CEILINGS, ...STEP], { notices: ["The last line was cut off."] }),
    /The last line was cut off/,
  );
  assert.match(notices([...STEP, few]), /Only 2 rounds/);
  assert.doesNotMatch(notices(STEP), /Only/);
  assert.match(notices(STEP), /jax-js was not timed on 784-10\. Not there: no &lt;b&gt;Deno&lt;\/b&gt;\. Fetch it\.$/);
  const another = STEP.map((row) => ({ ...row, subject: "another" }));
  assert.match(notices([...STEP, ...another]), /jax-js was not timed on any step\. Not there/);
  const other = notices([...CEILINGS, ...STEP, ...KERNEL_ROWS]);
  assert.match(
    other,
    /results of the stock kernels differ from those .* in 1 of 2 rows, .*MatMul 2x3 by 3x4 \(40\.00%\)/,
  );
  assert.match(other, /llvmpipe stops a shader's loops/);
  assert.doesNotMatch(notices([...CEILINGS, ...STEP]), /differ from those/);
});

Deno.test("renderKernelReport() shows CPU time, compile time and driver if they were measured", () => {
  const measured = { cpu_ms: 3.5, cpu_rounds_ms: "3.5", compile_ms: 298, lanes: 8, driver: "mesa-vulkan-drivers 25" };
  const report = render([{ ...STEP[0]!, ...measured }]);
  assert.match(report, /\| 784-10 \| tuned \| 8 \| 3\.50 \| 2\.00 \| 298 \|/);
  assert.match(report, /\| driver \| mesa-vulkan-drivers 25 \|/);
  assert.doesNotMatch(render(STEP), /CPU time|\| driver/);
});

Deno.test("renderKernelReport() shows several runs one after the other, each under its adapter", () => {
  const other = [...CEILINGS, ...STEP].map((row) => ({
    ...row,
    adapter: "Invented GPU",
    adapter_kind: "hardware" as const,
  }));
  const report = renderKernelReport([
    { rows: [...CEILINGS, ...STEP], notices: [] },
    { rows: other, notices: [] },
  ]).get("report.md")!;
  const headings = report.split("\n").filter((line) => line.startsWith("## Training"));
  assert.deepEqual(headings, [
    "## Training steps on llvmpipe (LLVM 15.0.6, 256 bits)",
    "## Training steps on Invented GPU",
  ]);
});

Deno.test("renderKernelReport() names bench:peers only if a peer was timed", () => {
  const alone = STEP.filter(({ contender }) => contender === "tuned" || contender === "stock");
  assert.match(render([...CEILINGS, ...STEP]), /`deno task bench:peers --profile`/);
  const unshared = fakeTiming({ contender: "unshared", rounds: six(3) });
  assert.match(render([...CEILINGS, ...STEP.slice(0, 2), unshared]), /`deno task bench kernels --profile`/);
  assert.match(render([...CEILINGS, ...alone]), /`deno task bench kernels --profile`/);
});

Deno.test("renderKernelReport() writes the same bytes from the same rows", () => {
  const rows = [...CEILINGS, ...STEP, ...KERNEL_ROWS];
  assert.equal(render(rows), render(structuredClone(rows)));
});

Deno.test("renderKernelReport() reports on an interrupted run and on an empty one", () => {
  assert.match(render([]), /^# Speed of the kernels\n/);
  assert.match(render(CEILINGS), /\| adapter \| llvmpipe/);
});

Deno.test("outcome() is faster or slower only if the interval excludes 1", () => {
  const between = (low: number, high: number) => outcome({ value: 1, interval: { low, high } });
  assert.deepEqual([between(1.1, 2), between(0.5, 0.9), between(0.9, 1.1), between(1, 2)], [
    "faster",
    "slower",
    "undecided",
    "undecided",
  ]);
});
