/**
 * The report on a history: each metric over commits, its steps marked, and what became worse, oldest first.
 *
 * A history may come from elsewhere, so every text in it is escaped, and no file is named after one.
 *
 * @module
 */
import { type Losses, lossesOf } from "../../results/history/losses.ts";
import {
  type Commit,
  commitsOf,
  LEAST_STEP_RULE,
  type Series,
  seriesOf,
  type Step,
} from "../../results/history/series.ts";
import type { History } from "../../results/history/store.ts";
import { CHANGE_LEVEL, LEAST_SERIES } from "../../results/statistics/change_points.ts";
import { ERROR_RATE_INTERVAL_RULE } from "../../results/statistics/error_rate.ts";
import { counted, integer, measure, probability, scientific, signed } from "../page/format.ts";
import { escape, folded, joined, left, type Markdown, md, right, section, table } from "../page/markdown.ts";
import type { ReportFiles } from "../page/report_files.ts";
import { drawTrends, type Trend } from "../page/trend_chart.ts";
import { commitCell, shortened } from "./commit_cell.ts";
import { lossSections, lossSentence } from "./history_losses.ts";

/** A step and its series. */
interface Found {
  readonly series: Series;
  readonly step: Step;
}

/** One picture: a suite's series of one metric. */
interface Chart {
  readonly file: Markdown;
  readonly suite: string;
  readonly metric: string;
  readonly series: readonly Series[];
}

/** Renders `report.md` and a chart for each suite and metric. */
export async function renderHistoryReport({ records, notices }: History): Promise<ReportFiles> {
  const series = seriesOf(records);
  const commits = commitsOf(records);
  const found = series.flatMap((own) => own.steps.map((step) => ({ series: own, step })))
    .sort((a, b) => a.step.firstAfter.number - b.step.firstAfter.number);
  const charts = chartsOf(series);
  const pictures = await Promise.all(
    charts.map(async (chart) => [chart.file, await drawTrends(chart.series.map(trendOf))] as const),
  );
  const worse = found.filter(({ step }) => step.kind === "worse");
  const losses = lossesOf(records, series);
  const parts = [
    md`# History`,
    md`What became worse from one commit to the next, and when?`,
    joined(notices.map((text) => md`> **Notice.** ${escape(text)}`), "\n>\n"),
    answer({ series, commits, worse, losses }),
    section("Became worse, oldest first", [stepTable(worse)]),
    section("Became better, oldest first", [stepTable(found.filter(({ step }) => step.kind === "better"))]),
    ...lossSections(losses),
    ...chartSections(charts),
    section("How to read this", method(series)),
    section("Commits", [folded("Numbers, commits, times and whether git's order is known", commitTable(commits))]),
  ];
  return new Map([["report.md", joined(parts, "\n\n") + "\n"], ...pictures]);
}

function answer(
  { series, commits, worse, losses }: {
    readonly series: readonly Series[];
    readonly commits: readonly Commit[];
    readonly worse: readonly Found[];
    readonly losses: Losses;
  },
): Markdown {
  const [first] = worse;
  const searched = series.filter(isSearched).length;
  const lost = lossSentence(losses);
  const told = first !== undefined
    ? md`**${counted(worse.length, "step")} for the worse**, the first between ${rangeOf(first.step)}.`
    : searched === 0
    ? md`**No step can be shown yet.**`
    : lost === ""
    ? md`**Nothing became worse.**`
    : md`**No step for the worse in what is there.**`;
  const sentences = [
    lost,
    told,
    md`${counted(commits.length, "commit")}, ${integer(series.length)} series of one metric each.`,
    searched === series.length
      ? ""
      : md`${
        integer(series.length - searched)
      } of them have fewer than ${LEAST_SERIES} commits in a known order, and can't show a step yet.`,
    orderSentence(commits),
  ];
  return joined(sentences.filter((sentence) => sentence !== ""), " ");
}

function isSearched({ points }: Series): boolean {
  return points.filter(({ isPlaced }) => isPlaced).length >= LEAST_SERIES;
}

/** Commits about which nothing can be said, since a direction needs an order. */
function orderSentence(commits: readonly Commit[]): Markdown {
  const unplaced = commits.filter(({ isPlaced }) => !isPlaced).length;
  if (unplaced === 0) return "";
  return md`**Git's order is not known for ${
    integer(unplaced)
  } of the commits**, so no step is looked for among these: add any run
    with \`deno task history add\`, in a checkout that has the commits and everything before them. Commits of parallel
    branches, and different local changes of one commit, may have no order.`;
}

function stepTable(found: readonly Found[]): Markdown {
  return table(
    [
      left("last before"),
      left("first after"),
      left("metric"),
      left("suite and variant"),
      right("from"),
      right("to"),
      right("change"),
      right("p"),
      right("now"),
      left("machine"),
    ],
    found.map(({ series, step }) => [
      commitCell(step.lastBefore),
      commitCell(step.firstAfter),
      escape(`${series.metric}, ${series.unit}`),
      escape(`${series.suite} (${series.profile}), ${series.variant}`),
      measure(step.before),
      measure(step.after),
      step.before === 0 ? md`from none` : md`${signed(100 * (step.after / step.before - 1))}%`,
      probability(step.p),
      measure(step.now),
      escape(series.machine),
    ]),
  );
}

function rangeOf({ lastBefore, firstAfter }: Step): Markdown {
  return md`${escape(shortened(lastBefore.commit))} and ${escape(shortened(firstAfter.commit))}`;
}

function chartsOf(series: readonly Series[]): Chart[] {
  const groups = [...Map.groupBy(series, ({ suite, metric }) => JSON.stringify([suite, metric])).values()];
  return groups.map((own, index) => {
    const { suite, metric } = own[0]!;
    return { file: md`chart_${index + 1}.svg`, suite, metric, series: own };
  });
}

function chartSections(charts: readonly Chart[]): Markdown[] {
  const bySuite = [...Map.groupBy(charts, ({ suite }) => suite)];
  return bySuite.map(([suite, own]) =>
    section(
      escape(suite),
      own.flatMap(({ file, metric, series }) => {
        const machines = [...new Set(series.map(({ machine }) => machine))];
        return [
          md`${escape(metric)} on ${joined(machines.map(escape), "; ")}:`,
          md`![${escape(metric)} by commit](${file})`,
        ];
      }),
    )
  );
}

function trendOf({ variant, profile, machine, suite_version, unit, points, steps }: Series): Trend {
  return {
    title: `${variant}, ${profile}`,
    // The version first, since a long subtitle is cut at its end.
    subtitle: `Version ${suite_version.slice(0, 8)}, ${machine}`,
    axes: { x: "commit number", value: unit },
    points: points.map(({ number, value, interval }) => ({
      x: number,
      value,
      ...(interval && { low: interval.low, high: interval.high }),
    })),
    // The line is in the gap between the two commits.
    steps: steps.map(({ lastBefore, firstAfter, kind }) => ({ x: (lastBefore.number + firstAfter.number) / 2, kind })),
  };
}

function commitTable(commits: readonly Commit[]): Markdown {
  return table(
    [right("number"), left("commit"), left("time"), left("order")],
    commits.map(({ number, commit, time, isPlaced }) => [
      integer(number),
      escape(commit),
      escape(time),
      isPlaced ? md`known` : md`not known`,
    ]),
  );
}

function method(series: readonly Series[]): Markdown[] {
  const tested = series.filter(isSearched).length;
  return [
    md`A series is one metric of one variant in one version of its suite on one class of machine, so all its values can be
      compared. A point is a commit, with all its runs together, and its bar a 95% interval over
      the seeds, epochs or rounds. Commits are in git's order: by the number of commits that each is made of. Those
      whose order is not known come first, and no step is looked for among them.`,
    md`An error rate's interval is never narrower than its test images allow: ${escape(ERROR_RATE_INTERVAL_RULE)}.`,
    md`A step is a jump of the level that lasts (E-divisive means: Matteson and James 2014; for benchmarks Daly et al.
      2020). p is the share of random orders of the commits that split as well, once what each value inherits from
      the one before is subtracted; it has to be at most ${CHANGE_LEVEL}, so of the ${
      integer(tested)
    } series that are long enough, about ${scientific(CHANGE_LEVEL * tested)} show a step by
      chance. Smaller steps than these are left out: ${escape(LEAST_STEP_RULE)}.`,
    md`\`from\` and \`to\` are medians of the commits' values on both sides, \`now\` that since the last step. The change lies
      between the last commit before and the first one after; commits in between were not measured. In the charts it is a
      dashed line, orange if it is for the worse, green if for the better.`,
  ];
}
