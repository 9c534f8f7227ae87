/**
 * The report of a calibration: how often comparisons raise false alarms, and which faults they find.
 *
 * @module
 */
import { median } from "simple-statistics";
import type { Judgement } from "../../results/regression/judgement.ts";
import { type CalibrationRow, OTHER_SEEDS, SAME_CODE } from "../../results/rows/calibration.ts";
import { TABLES } from "../../results/rows/list.ts";
import { readTable } from "../../results/rows/table.ts";
import { wilsonInterval } from "../../results/statistics/intervals.ts";
import { counted, listed, signed } from "../page/format.ts";
import { bullets, escape, joined, left, type Markdown, md, right, section, table, trusted } from "../page/markdown.ts";
import type { ReportFiles } from "../page/report_files.ts";
import type { RunKind } from "../run_kind.ts";

/** Share of comparisons of the program with itself that may raise a false alarm. */
const ALLOWED = 2 / 40;

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
    md`Does a comparison of two revisions stay silent if nothing changed, and which changes does it find?`,
    answer(rows),
    section("Nothing changed", [falseAlarms(rows), FALSE_ALARMS]),
    section("Injected faults", [power(rows), POWER]),
    section("How it was measured", METHOD),
    section("Environment", [environment(rows)]),
  ];
  return new Map([["report.md", `${joined(parts, "\n\n")}\n`]]);
}

const FALSE_ALARMS =
  md`A false alarm is a comparison with at least one row called regressed or improved. With the same seeds the same code
    trains the same weights, so only times can be called changed. Other seeds are like a change that draws every random
    number anew and means nothing, as a mere reordering of sums does. Such comparisons don't pair seeds or judge times, and
    each set of seeds is in two of them, once on either side. With one seed McNemar's test is about the test images only,
    not about what another seed would change, so one seed is never called a change.`;

const POWER =
  md`Found: the metric that the fault should strike is called regressed for at least one of the networks, or a trial
    fails. Intervals are Wilson's at 95%. Unlike weights only say that something changed, not that it got worse; they show
    every change of the arithmetic of training, however small.`;

const METHOD: readonly Markdown[] = [
  md`Comparisons work like \`deno task bench SUITE --against REV\`: alternating rounds with one seed each, as many rounds again
    if something looks like a change of speed, and then a judgement of the rows with the default thresholds. Faults and the
    program itself are compared with the same base, so other measurements may lie between a fault's round and the base's.
    Each seed is used in one comparison. Faults are put into a checkout of the same commit
    (\`scripts/calibrate/injections.ts\`).`,
  md`Rows with more rounds judge those of several comparisons together, without a repeat.`,
  md`\`deno task calibrate\` makes all comparisons and writes the rows behind this page. Faults that only strike error rates
    were trained separately from the base, so their times are not judged.`,
];

/** The counts that matter, in two sentences. */
function answer(rows: readonly CalibrationRow[]): Markdown {
  const sentences = [SAME_CODE, OTHER_SEEDS].flatMap((change) => {
    const all = comparisons(rows, change);
    if (all.length === 0) return [];
    const alarms = all.filter(isAlarm).length;
    const verdict = alarms <= ALLOWED * all.length ? "within" : "more than";
    const { low, high } = wilsonInterval(alarms, all.length);
    const seeds = change === SAME_CODE ? "the same seeds" : "other seeds";
    return [
      md`Of ${counted(all.length, "comparison")} of the program with itself and ${
        escape(seeds)
      }, **${alarms}** raised an alarm
        (${percent(low)} to ${percent(high)}), ${escape(verdict)} the ${
        Math.floor(ALLOWED * all.length)
      } that are allowed.`,
    ];
  });
  const found = faults(rows).map(({ title, found, n }) => md`${escape(title)}: ${found} of ${n}`);
  return joined([...sentences, found.length === 0 ? "" : md`Found: ${joined(found, "; ")}.`], " ");
}

function falseAlarms(rows: readonly CalibrationRow[]): Markdown {
  const columns = [
    left("compared with itself"),
    left("metric"),
    left("network"),
    right("comparisons"),
    right("regressed"),
    right("improved"),
    right("cannot tell"),
    right("same"),
    right("change, 90% of them"),
  ];
  const silent = rows.filter(({ strikes, metric }) => strikes === "" && metric !== "peak memory");
  const groups = Map.groupBy(silent, ({ change, metric, subject }) => `${change} ${metric} ${subject}`);
  return table(
    columns,
    [...groups.values()].map((group) => {
      const { title, metric, subject } = group[0]!;
      const count = (judgement: Judgement) => md`${group.filter((row) => row.judgement === judgement).length}`;
      const judged = [count("regressed"), count("improved"), count("cannot tell"), count("same")];
      return [escape(title), escape(metric), escape(subject), md`${group.length}`, ...judged, middle(group)];
    }),
  );
}

/** How often one fault was found. */
interface Fault {
  readonly title: string;
  readonly strikes: CalibrationRow["strikes"];
  readonly n: number;
  readonly found: number;
  /** Comparisons in which some weights differ from the base's. */
  readonly unlike: number;
  readonly rows: readonly CalibrationRow[];
}

function faults(rows: readonly CalibrationRow[]): Fault[] {
  const ids = new Set(rows.filter(({ strikes }) => strikes !== "").map(({ change }) => change));
  return [...ids].map((change) => {
    const all = comparisons(rows, change);
    const struck = all.map((each) => each.filter(({ metric, strikes }) => metric === strikes));
    const isFound = (each: readonly CalibrationRow[]) =>
      each.some(({ metric, strikes, judgement }) =>
        judgement === "regressed" && (metric === strikes || metric === "failed trials")
      );
    const { title, strikes } = all[0]![0]!;
    return {
      title,
      strikes,
      n: all.length,
      found: all.filter(isFound).length,
      unlike: all.filter((each) => each.some((row) => row.same_weights < row.rounds)).length,
      rows: struck.flat(),
    };
  });
}

function power(rows: readonly CalibrationRow[]): Markdown {
  const columns = [
    left("fault"),
    left("strikes"),
    right("comparisons"),
    right("found"),
    right("rate (95% interval)"),
    right("unlike weights"),
    left("median change, by network"),
  ];
  return table(
    columns,
    faults(rows).map(({ title, strikes, n, found, unlike, rows: struck }) => {
      const { low, high } = wilsonInterval(found, n);
      const rate = md`${percent(found / n)} (${percent(low)} to ${percent(high)})`;
      const changes = [...Map.groupBy(struck, ({ subject }) => subject)].map(([subject, group]) =>
        md`${escape(subject)} ${changeText(median(group.map(({ value }) => value)), group[0]!)}`
      );
      return [escape(title), escape(strikes), md`${n}`, md`${found}`, rate, md`${unlike}`, listed(changes)];
    }),
  );
}

/** Rows of a change, comparison by comparison. */
function comparisons(rows: readonly CalibrationRow[], change: string): CalibrationRow[][] {
  return [...Map.groupBy(rows.filter((row) => row.change === change), ({ comparison }) => comparison).values()];
}

function isAlarm(rows: readonly CalibrationRow[]): boolean {
  return rows.some(({ judgement }) => judgement === "regressed" || judgement === "improved");
}

/** The range of the middle nine in ten changes. */
function middle(rows: readonly CalibrationRow[]): Markdown {
  const sorted = rows.map(({ value }) => value).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  return md`${changeText(at(0.05), rows[0]!)} to ${changeText(at(0.95), rows[0]!)}`;
}

function changeText(value: number, { metric }: Pick<CalibrationRow, "metric">): Markdown {
  return metric === "test error" ? md`${signed(value)} points` : trusted(value.toFixed(3));
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
