/**
 * The report of a calibration: how often comparisons raise a false alarm, and which faults they find.
 *
 * @module
 */
import { median } from "simple-statistics";
import type { Judgement, Metric } from "../../results/regression/judgement.ts";
import { ALARM_LEVEL, LOOKS } from "../../results/regression/slices.ts";
import { type CalibrationRow, SAME_CODE } from "../../results/rows/calibration.ts";
import { TABLES } from "../../results/rows/list.ts";
import { readTable } from "../../results/rows/table.ts";
import { CONFIDENCE, wilsonInterval } from "../../results/statistics/intervals.ts";
import { studentTQuantile } from "../../results/statistics/student_t.ts";
import { keptOf } from "../../results/statistics/trimmed_mean.ts";
import { counted, listed, signed } from "../page/format.ts";
import { bullets, escape, joined, left, type Markdown, md, right, section, table, trusted } from "../page/markdown.ts";
import type { ReportFiles } from "../page/report_files.ts";
import type { RunKind } from "../run_kind.ts";

/** Share of faults that must be found for a sentence that says so. */
const FOUND = 0.95;

/** Rounds for which the page says what they would find. */
const BUDGETS = [8, 16, 32, 64];

/** What the costs of a step are called; the first two decide. */
const COSTS: readonly Metric[] = ["CPU time per step", "GPU time per step", "wall time per step"];

/** What says whether a fault in training is for the worse. */
const QUALITY: readonly Metric[] = ["training loss", "test error", "validation error", "failed trials"];

/** Runs of `deno task calibrate`. */
export const CALIBRATION_RUNS: RunKind = {
  file: TABLES.calibration.file,
  contents: "a calibration",
  render: (folders) => renderCalibration(folders.flatMap((folder) => readTable(TABLES.calibration, folder).rows)),
};

/** Renders `report.md`. */
export function renderCalibration(rows: readonly CalibrationRow[]): ReportFiles {
  const parts = [
    md`# False alarms and detection rates of comparisons`,
    answer(rows),
    section("Nothing changed", [sameCode(rows), SAME_CODE_NOTE]),
    section("Slower training", [slowDowns(rows), SLOW_DOWNS_NOTE]),
    section("Rounds for a slow-down", [budgets(rows), BUDGETS_NOTE]),
    section("Other training", [trainingFaults(rows), TRAINING_NOTE]),
    section("How it was measured", [METHOD]),
    section("Environment", [environment(rows)]),
  ];
  return new Map([["report.md", `${joined(parts, "\n\n")}\n`]]);
}

const SAME_CODE_NOTE =
  md`A false alarm is a comparison with at least one row called regressed, improved or changed. The same code trains the
    same bytes, so only costs can be called so.`;

const SLOW_DOWNS_NOTE = md`Found: the cost is called regressed for at least one of the networks. How much
    slower a fault makes a step is measured in the last column. A wait costs no CPU time; only wall time sees
    it. Intervals are Wilson's at 95%.`;

const BUDGETS_NOTE =
  md`From how far the rounds of the comparisons of the same code scatter (the median over comparisons and networks), at the
    level and number of looks that the comparison of two networks has. The time is that of all rounds; clear cases end
    earlier.`;

const TRAINING_NOTE =
  md`Another course: the loss curve of at least one network is called changed, which one seed shows. Judged worse or
    better: the training loss or the error of at least one network regressed or improved, over five seeds.`;

const METHOD =
  md`Comparisons work like \`deno task bench SUITE --against REV\`, each with seeds, processes and rounds of its own, in turn:
    one of each fault, then the next. Faults are put into a checkout of the same commit
    (\`scripts/calibrate/injections.ts\`); one in training is not timed. \`deno task calibrate\` makes all comparisons and
    writes the rows behind this page.`;

/** The smallest slow-down that is found, and how often nothing is called something. */
function answer(rows: readonly CalibrationRow[]): Markdown {
  const steps = faults(rows, "speed").filter(({ change }) => change.startsWith("step-"));
  const found = steps.filter((fault) => fault.found("regressed", COSTS) >= FOUND * fault.n)
    .map((fault) => ({ fault, change: largestChange(fault) }))
    .sort((a, b) => a.change - b.change)[0];
  const first = steps.length === 0
    ? ""
    : found === undefined
    ? md`**No injected slow-down was found in ${percent(FOUND)} of comparisons.**`
    : md`**The smallest slow-down found in at least ${percent(FOUND)} of comparisons: ${
      escape(found.fault.title)
    } (CPU time
      ${ratio(found.change)}; ${found.fault.found("regressed", COSTS)} of ${found.fault.n}), in ${seconds(found.fault)}
      seconds for two networks.**`;
  const same = comparisonsOf(rows, SAME_CODE);
  const alarms = same.filter(isAlarm).length;
  const { low, high } = wilsonInterval(alarms, same.length);
  return joined([
    first,
    same.length === 0
      ? ""
      : md`Of ${counted(same.length, "comparison")} of the program with itself, **${alarms}** raised an alarm
        (${percent(low)} to ${percent(high)}).`,
  ], " ");
}

function sameCode(rows: readonly CalibrationRow[]): Markdown {
  const columns = [
    left("metric"),
    left("network"),
    right("comparisons"),
    right("regressed"),
    right("improved"),
    right("cannot tell"),
    right("same"),
    right("change, 90% of them"),
  ];
  const own = rows.filter(({ change }) => change === SAME_CODE);
  const groups = Map.groupBy(own, ({ metric, subject }) => `${metric} ${subject}`);
  return table(
    columns,
    [...groups.values()].map((group) => {
      const { metric, subject } = group[0]!;
      const counts = (["regressed", "improved", "cannot tell", "same"] as const)
        .map((judgement) => md`${group.filter((row) => row.judgement === judgement).length}`);
      return [escape(metric), escape(subject), md`${group.length}`, ...counts, middle(group)];
    }),
  );
}

function slowDowns(rows: readonly CalibrationRow[]): Markdown {
  const columns = [
    left("fault"),
    right("comparisons"),
    right("found"),
    right("rate (95% interval)"),
    right("by wall time alone"),
    right("seconds"),
    left("median change of CPU or GPU time"),
  ];
  return table(
    columns,
    faults(rows, "speed").map((fault) => {
      const found = fault.found("regressed", COSTS);
      const alone = found - fault.found("regressed", COSTS.slice(0, 2));
      return [
        escape(fault.title),
        md`${fault.n}`,
        md`${found}`,
        rate(found, fault.n),
        md`${alone}`,
        seconds(fault),
        changes(fault, COSTS.slice(0, 2)),
      ];
    }),
  );
}

function trainingFaults(rows: readonly CalibrationRow[]): Markdown {
  const columns = [
    left("fault"),
    right("comparisons"),
    right("another course"),
    right("rate (95% interval)"),
    right("judged worse"),
    right("judged better"),
    right("seconds"),
    left("median change of the training loss"),
  ];
  return table(
    columns,
    [...faults(rows, "training"), ...faults(rows, "rounding")].map((fault) => {
      const changed = fault.found("changed", ["loss curve"]);
      return [
        escape(fault.title),
        md`${fault.n}`,
        md`${changed}`,
        rate(changed, fault.n),
        md`${fault.found("regressed", QUALITY)}`,
        md`${fault.found("improved", QUALITY)}`,
        seconds(fault),
        changes(fault, ["training loss"]),
      ];
    }),
  );
}

/** What more rounds would find, if they scatter like those of the same code. */
function budgets(rows: readonly CalibrationRow[]): Markdown {
  const own = rows.filter(({ change, metric, rounds }) => change === SAME_CODE && isDecisive(metric) && rounds > 1);
  if (own.length === 0) return md`There is no comparison of the same code yet.`;
  const perComparison = Math.max(
    ...[...Map.groupBy(own, ({ comparison }) => comparison).values()].map((g) => g.length),
  );
  // Of one round.
  const scatter = median(own.map(({ value, high, rounds }) => {
    const t = studentTQuantile(1 - (1 - CONFIDENCE) / LOOKS / 2, keptOf(rounds) - 1);
    return Math.log(high / value) / t * Math.sqrt(rounds);
  }));
  const secondsOfRound = median(
    comparisonsOf(rows, SAME_CODE).map((each) => each[0]!.seconds / Math.max(...each.map(({ rounds }) => rounds))),
  );
  return table(
    [right("`--rounds`"), right("at most"), right(`slow-down found in ${100 * FOUND}%`)],
    BUDGETS.map((rounds) => {
      const degrees = keptOf(rounds) - 1;
      // Wall time is judged too.
      const level = ALARM_LEVEL / (2 * perComparison * LOOKS);
      const reach = studentTQuantile(1 - level / 2, degrees) + studentTQuantile(FOUND, degrees);
      const slowDown = Math.exp(reach * scatter / Math.sqrt(rounds)) - 1;
      return [
        md`${rounds}`,
        md`${Math.ceil(rounds * secondsOfRound / 60)} min`,
        trusted(`${(100 * slowDown).toFixed(1)}%`),
      ];
    }),
  );
}

/** Comparisons with one fault. */
interface Fault {
  readonly change: string;
  readonly title: string;
  readonly n: number;
  readonly rows: readonly CalibrationRow[];
  readonly seconds: readonly number[];
  /** Comparisons in which one of the metrics was called so for some network. */
  readonly found: (judgement: Judgement, metrics: readonly Metric[]) => number;
}

function faults(rows: readonly CalibrationRow[], strikes: CalibrationRow["strikes"]): Fault[] {
  const ids = new Set(rows.filter((row) => row.strikes === strikes).map(({ change }) => change));
  return [...ids].map((change) => {
    const all = comparisonsOf(rows, change);
    return {
      change,
      title: all[0]![0]!.title,
      n: all.length,
      rows: all.flat(),
      seconds: all.map((each) => each[0]!.seconds),
      found: (judgement, metrics) =>
        all.filter((each) => each.some((row) => row.judgement === judgement && metrics.includes(row.metric))).length,
    };
  });
}

/** Rows of a change, comparison by comparison. */
function comparisonsOf(rows: readonly CalibrationRow[], change: string): CalibrationRow[][] {
  return [...Map.groupBy(rows.filter((row) => row.change === change), ({ comparison }) => comparison).values()];
}

function isAlarm(rows: readonly CalibrationRow[]): boolean {
  return rows.some(({ judgement }) => judgement === "regressed" || judgement === "improved" || judgement === "changed");
}

function isDecisive(metric: Metric): boolean {
  return COSTS.indexOf(metric) === 0 || COSTS.indexOf(metric) === 1;
}

/** The median change of each network's metric. */
function changes({ rows }: Fault, metrics: readonly Metric[]): Markdown {
  const own = rows.filter(({ metric }) => metrics.includes(metric));
  return listed(
    [...Map.groupBy(own, ({ subject }) => subject)].map(([subject, group]) =>
      md`${escape(subject)} ${ratio(median(group.map(({ value }) => value)))}`
    ),
  );
}

/** Of the network that the fault slows down most. */
function largestChange({ rows }: Fault): number {
  const own = rows.filter(({ metric }) => isDecisive(metric));
  return Math.max(
    ...[...Map.groupBy(own, ({ subject }) => subject).values()].map((group) => median(group.map(({ value }) => value))),
  );
}

/** The range of the middle nine in ten changes. */
function middle(rows: readonly CalibrationRow[]): Markdown {
  const sorted = rows.map(({ value }) => value).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  const text = (value: number) => rows[0]!.metric === "test error" ? md`${signed(value)} points` : ratio(value);
  return md`${text(at(0.05))} to ${text(at(0.95))}`;
}

function rate(found: number, n: number): Markdown {
  const { low, high } = wilsonInterval(found, n);
  return md`${percent(found / n)} (${percent(low)} to ${percent(high)})`;
}

function seconds({ seconds }: Fault): Markdown {
  return md`${Math.round(median([...seconds]))}`;
}

function ratio(value: number): Markdown {
  return trusted(value.toFixed(3));
}

function percent(share: number): Markdown {
  return md`${Math.round(100 * share)}%`;
}

function environment(rows: readonly CalibrationRow[]): Markdown {
  const distinct = (of: (row: CalibrationRow) => string) => joined([...new Set(rows.map(of))].map(escape), "; ");
  return bullets([
    md`Adapter: ${distinct(({ adapter }) => adapter)}`,
    md`Processor: ${distinct(({ machine }) => machine)}`,
    md`Both sides train: ${distinct(({ protocol }) => protocol)}`,
    md`Commit: ${distinct(({ commit }) => commit)}`,
  ]);
}
