/**
 * A comparison of two revisions as markdown, and as annotations of a CI's log.
 *
 * @module
 */
import {
  type Change,
  type Judged,
  type Judgement,
  JUDGEMENTS,
  type Metric,
  METRICS,
  type NotJudged,
  type RegressionReport,
  type Thresholds,
} from "../../results/regression/judgement.ts";
import { ALARM_LEVEL, LOOKS, WALL_THRESHOLDS } from "../../results/regression/slices.ts";
import { counted, integer, listed, measure, signed } from "../page/format.ts";
import { bullets, escape, folded, joined, left, type Markdown, md, right, table, trusted } from "../page/markdown.ts";

/** The names of the two sides, and how large a change had to be to count. */
export interface RegressionTitles {
  /** The older revision, as the report calls it. */
  readonly base: string;
  /** The newer revision, as the report calls it. */
  readonly head: string;
  /** How large a change had to be. */
  readonly thresholds: Thresholds;
}

/** The whole comparison as a page of markdown. */
export function renderRegression(report: RegressionReport, { base, head, thresholds }: RegressionTitles): string {
  const { measured, judged, notJudged, lacking, notices } = report;
  const groups = JUDGEMENTS.map((judgement) => judged.filter((row) => row.judgement === judgement));
  const same = groups.pop()!;
  const parts = [
    md`# ${escape(head)} against ${escape(base)}`,
    summary(report),
    bullets(measured.map((line) => md`Measured: ${escape(line)}`)),
    judgedTable(groups.flat()),
    same.length === 0 ? "" : folded(md`Same: ${counted(same.length, "row")}`, judgedTable(same)),
    lacking.length === 0 ? "" : md`## Missing\n\n${bullets(lacking.map(escape))}`,
    notJudged.length === 0 ? "" : md`## Not judged\n\n${bullets(notJudged.map(notJudgedLine))}`,
    notices.length === 0 ? "" : md`## Notices\n\n${bullets(notices.map(escape))}`,
    howJudged(thresholds),
  ];
  return `${joined(parts, "\n\n")}\n`;
}

/**
 * The outcome, what moved in the first sentence: `**Regressed: training loss of "a/b"; CPU time per step of "a/c".
 * Training took another course: "a/b".** 2 improved, 3 the same.`
 */
export function summary({ judged, notJudged, lacking }: RegressionReport): Markdown {
  const of = (judgement: Judgement) => judged.filter((row) => row.judgement === judgement);
  const [regressed, changed] = [of("regressed"), of("changed")];
  const rest = [
    [of("improved").length, "improved"],
    [of("same").length, "the same"],
    [of("cannot tell").length, "that can't be told"],
    [notJudged.length, "not judged"],
  ] as const;
  const others = rest.filter(([n]) => n > 0).map(([n, what]) => md`${n} ${escape(what)}`);
  const isOpen = lacking.length > 0 || of("cannot tell").length > 0 ||
    notJudged.some(({ found }) => found !== "only in head");
  const none = isOpen ? md`No regression shown` : md`Nothing regressed`;
  const lost = lacking.length === 0
    ? ""
    : md`, ${regressed.length === 0 ? md`but` : md`and`} ${shortened(lacking.map(escape))}`;
  const sentences = [
    md`${regressed.length === 0 ? none : md`Regressed: ${byMetric(regressed)}`}${lost}.`,
    ...(changed.length === 0 ? [] : [md`Training took another course: ${namesOf(changed)}.`]),
  ];
  return md`**${joined(sentences, " ")}**${others.length === 0 ? "" : md` ${listed(others)}.`}`;
}

/** For example `training loss of "a/b" and "a/c"; peak memory of "a/b"`. */
function byMetric(rows: readonly Judged[]): Markdown {
  const groups = Map.groupBy(rows, ({ metric }) => metric);
  const metrics = METRICS.filter((metric: Metric) => groups.has(metric));
  return joined(metrics.map((metric) => md`${escape(metric)} of ${namesOf(groups.get(metric)!)}`), "; ");
}

function namesOf(rows: readonly Judged[]): Markdown {
  return shortened(rows.map(({ subject }) => escape(subject)));
}

function shortened(parts: readonly Markdown[]): Markdown {
  const more = parts.length - MOST_NAMED;
  return more <= 0 ? listed([...parts]) : md`${listed(parts.slice(0, MOST_NAMED))}, and ${integer(more)} more`;
}

/** How many rows of a kind the first sentence names. */
const MOST_NAMED = 4;

/**
 * GitHub's workflow commands, an error for each regression and a warning for what is missing
 * (https://docs.github.com/actions/reference/workflow-commands-for-github-actions, "Setting an error message").
 */
export function annotations({ judged, lacking }: RegressionReport): string[] {
  const lost = lacking.map((what) => `::warning title=Evidence is missing::${data(what)}`);
  const regressed = judged.filter(({ judgement }) => judgement === "regressed").map((row) => {
    const title = `${row.subject}: ${row.metric} regressed`;
    return `::error title=${property(title)}::${
      data(`${valueOf(row, "base")} to ${valueOf(row, "head")}, ${changeText(row.change)}`)
    }`;
  });
  return [...regressed, ...lost];
}

function judgedTable(rows: readonly Judged[]): Markdown {
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
      escape(row.metric),
      valueOf(row, "base"),
      valueOf(row, "head"),
      changeText(row.change),
      verdict(row),
      escape(row.detail),
    ]),
  );
}

function verdict({ metric, judgement, within, change }: Judged): Markdown {
  if (judgement !== "same" && judgement !== "cannot tell") return md`**${escape(judgement)}**`;
  if (within === undefined) return escape(judgement);
  if (within === 0) return md`the same`;
  if (metric === "loss curve") return md`the same up to rounding`;
  return change.kind === "ratio" ? md`same within ${+(100 * within).toFixed(1)}%` : md`same within ${within} points`;
}

function valueOf({ unit, ...row }: Judged, side: "base" | "head"): Markdown {
  const value = row[side];
  switch (unit) {
    case "%":
      return md`${trusted(value.toFixed(2))}%`;
    case "loss":
      return md`${trusted(value.toPrecision(4))}`;
    case "ms":
      return md`${measure(value)} ms`;
    case "bytes":
      return md`${integer(value)} B`;
    case "trials":
      return md`${value}`;
  }
}

function changeText({ kind, value, interval: { low, high } }: Change): Markdown {
  if (kind === "ratio") {
    return md`${trusted(value.toFixed(3))} (${trusted(low.toFixed(3))} to ${trusted(high.toFixed(3))})`;
  }
  return md`${signed(value)} (${signed(low)} to ${signed(high)})`;
}

function notJudgedLine({ subject, metric, found, reason }: NotJudged): Markdown {
  const what = metric === undefined ? escape(subject) : md`${escape(subject)}, ${escape(metric)}`;
  return md`${what}: ${escape(found)}${reason === "" ? "" : md`: ${escape(reason)}`}`;
}

function howJudged({ ratio, errorPct }: Thresholds): Markdown {
  return folded(
    "How rows are judged",
    bullets([
      md`Error rates: base and head with the same seeds on the same test images; a t test of the mean difference on these
        images, whose spread over the seeds is moderated by that of all committed runs; regressed if p is below 5% after
        Holm's correction over all rows and the difference is at least ${errorPct} percentage points. One seed judges
        nothing. "could have shown" is the difference, in points, that this comparison alone finds in 80% of cases.`,
      md`Loss curves: the first that differs of the losses of the first 20 steps and the mean losses of the epochs, of the
        same seeds. The same bytes are the same training; up to a ten-thousandth of a step's loss, or 0.002% of an
        epoch's, is what another order of sums makes; more is another training, for better or worse.`,
      md`Training loss: the mean loss of the last epoch, a paired t test of its logarithm over the seeds; regressed if p is
        below 5% after Holm's correction and the loss is at least 1% higher.`,
      md`CPU, GPU and wall time per step: both sides train alternately in slices of a tenth of a second, in rounds with
        fresh processes, on one CPU if the adapter is software; the trimmed mean of the rounds, looked at ${LOOKS} times. Regressed if the change is over half of ${
        100 * ratio
      }% (wall time: ${
        100 * WALL_THRESHOLDS * ratio
      }%), so that one of that size is found, and more than chance explains, at a level of ${
        100 * ALARM_LEVEL
      }% for all times of the comparison together.`,
      md`Times of stored runs: the median over the rounds of head's median over base's, with a bootstrap interval;
        regressed if the ratio is over ${1 + ratio} and the interval excludes 1, over two rounds or more. The columns
        "base" and "head" are medians over all samples, so their ratio may differ from the change.`,
      md`Memory: of all tensors at the end of a training step's forward pass; regressed if the ratio is over ${
        1 + ratio
      }.`,
      md`Failed trials: seeds that fail in head and not in base.`,
    ]),
  );
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
