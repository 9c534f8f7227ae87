/**
 * A comparison of two revisions as markdown, and as annotations of a CI's log.
 *
 * @module
 */
import type {
  Change,
  Judged,
  Judgement,
  NotJudged,
  RegressionReport,
  Thresholds,
} from "../../results/regression/row.ts";
import { counted, integer, listed, measure, signed } from "../page/format.ts";
import { bullets, escape, folded, left, right, table } from "../page/markdown.ts";

/** What stands above the tables, and from which size on a change counted. */
export interface RegressionTitles {
  /** The older revision, as the report calls it. */
  readonly base: string;
  /** The newer revision, as the report calls it. */
  readonly head: string;
  /** What the comparison judged by. */
  readonly thresholds: Thresholds;
}

/** In the order in which readers want them. */
const JUDGEMENTS: readonly Judgement[] = ["regressed", "improved", "cannot tell", "same"];

/** The whole comparison as a page of markdown. */
export function renderRegression(report: RegressionReport, { base, head, thresholds }: RegressionTitles): string {
  const { measured, judged, notJudged, notices } = report;
  const groups = JUDGEMENTS.map((judgement) => judged.filter((row) => row.judgement === judgement));
  const same = groups.pop()!;
  const parts = [
    `# ${escape(head)} against ${escape(base)}`,
    summary(report),
    bullets(measured.map((line) => `Measured: ${escape(line)}`)),
    judgedTable(groups.flat()),
    same.length === 0 ? "" : folded(`Same: ${counted(same.length, "row")}`, judgedTable(same)),
    notJudged.length === 0 ? "" : `## Not judged\n\n${bullets(notJudged.map(notJudgedLine))}`,
    notices.length === 0 ? "" : `## Notices\n\n${bullets(notices.map(escape))}`,
    howJudged(thresholds),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** The outcome in one sentence, for example `**1 row regressed.** 2 improved, 3 same.` */
export function summary({ judged, notJudged }: RegressionReport): string {
  const count = (judgement: Judgement) => judged.filter((row) => row.judgement === judgement).length;
  const regressed = count("regressed");
  const rest = [
    [count("improved"), "improved"],
    [count("same"), "the same"],
    [count("cannot tell"), "that can't be told"],
    [notJudged.length, "not judged"],
  ] as const;
  const others = rest.filter(([n]) => n > 0).map(([n, what]) => `${n} ${what}`);
  const none = count("cannot tell") === 0 ? "Nothing regressed." : "No regression shown.";
  const first = regressed === 0 ? none : `${counted(regressed, "row")} regressed.`;
  return `**${first}**${others.length === 0 ? "" : ` ${listed(others)}.`}`;
}

/**
 * GitHub's workflow commands, an error for each regression
 * (https://docs.github.com/actions/reference/workflow-commands-for-github-actions, "Setting an error message").
 */
export function annotations({ judged }: RegressionReport): string[] {
  return judged.filter(({ judgement }) => judgement === "regressed").map((row) => {
    const title = `${row.subject}: ${row.metric} regressed`;
    return `::error title=${property(title)}::${
      data(`${valueOf(row, "base")} to ${valueOf(row, "head")}, ${changeText(row.change)}`)
    }`;
  });
}

function judgedTable(rows: readonly Judged[]): string {
  const columns = [
    left("what"),
    left("metric"),
    right("base"),
    right("head"),
    right("change (95% interval)"),
    left("verdict"),
    left("judged on"),
  ];
  return table(
    columns,
    rows.map((row) => [
      escape(row.subject),
      row.metric,
      valueOf(row, "base"),
      valueOf(row, "head"),
      changeText(row.change),
      verdict(row),
      escape(row.detail),
    ]),
  );
}

function verdict({ judgement, within, change }: Judged): string {
  if (judgement === "regressed" || judgement === "improved") return `**${judgement}**`;
  if (within === undefined) return judgement;
  if (within === 0) return "the same";
  return change.kind === "ratio" ? `same within ${+(100 * within).toFixed(1)}%` : `same within ${within} points`;
}

function valueOf({ unit, ...row }: Judged, side: "base" | "head"): string {
  const value = row[side];
  switch (unit) {
    case "%":
      return `${value.toFixed(2)}%`;
    case "ms":
      return `${measure(value)} ms`;
    case "bytes":
      return `${integer(value)} B`;
    case "trials":
      return `${value}`;
  }
}

function changeText({ kind, value, interval: { low, high } }: Change): string {
  if (kind === "ratio") return `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
  return `${signed(value)} (${signed(low)} to ${signed(high)})`;
}

function notJudgedLine({ subject, metric, found, reason }: NotJudged): string {
  const what = metric === undefined ? escape(subject) : `${escape(subject)}, ${metric}`;
  return `${what}: ${found}${reason === "" ? "" : `: ${escape(reason)}`}`;
}

function howJudged({ ratio, errorPct }: Thresholds): string {
  return folded(
    "How rows are judged",
    bullets([
      `Error rates: base and head with the same seeds on the same test images, a paired t test over several seeds or ` +
      `McNemar's exact test of one; regressed where p is below 5% after Holm's correction over all rows and the ` +
      `difference is at least ${errorPct} percentage points, over two seeds or more. "could have shown" is the difference, in points, that this ` +
      `comparison alone finds in 80% of all cases.`,
      `Times: the median over the rounds of head's median over base's, with a bootstrap interval; regressed where the ` +
      `ratio is over ${
        1 + ratio
      }, the interval excludes 1, and a second half of the rounds agrees. The columns "base" ` +
      `and "head" are medians over all samples, so their ratio may be another.`,
      `Memory: of all tensors at the end of a training step's forward pass; regressed where the ratio is over ${
        1 + ratio
      }.`,
      `Failed trials: seeds that fail in head and not in base.`,
    ]),
  );
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
