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
} from "../../results/regression/judgement.ts";
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

/** In the order that interests readers. */
const JUDGEMENTS: readonly Judgement[] = ["regressed", "improved", "cannot tell", "same"];

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

/** The outcome in one sentence, e.g. `**1 row regressed, and head lacks 1 of 2 variants.** 2 improved, 3 the same.` */
export function summary({ judged, notJudged, lacking }: RegressionReport): Markdown {
  const count = (judgement: Judgement) => judged.filter((row) => row.judgement === judgement).length;
  const regressed = count("regressed");
  const rest = [
    [count("improved"), "improved"],
    [count("same"), "the same"],
    [count("cannot tell"), "that can't be told"],
    [notJudged.length, "not judged"],
  ] as const;
  const others = rest.filter(([n]) => n > 0).map(([n, what]) => md`${n} ${escape(what)}`);
  const isOpen = lacking.length > 0 || count("cannot tell") > 0 ||
    notJudged.some(({ found }) => found !== "only in head");
  const none = isOpen ? md`No regression shown` : md`Nothing regressed`;
  const first = regressed === 0 ? none : md`${counted(regressed, "row")} regressed`;
  const lost = lacking.length === 0
    ? ""
    : md`, ${regressed === 0 ? md`but` : md`and`} ${listed(lacking.slice(0, MOST_NAMED).map(escape))}${
      lacking.length > MOST_NAMED ? md`, and ${integer(lacking.length - MOST_NAMED)} more` : ""
    }`;
  return md`**${first}${lost}.**${others.length === 0 ? "" : md` ${listed(others)}.`}`;
}

/** How much that is missing the first sentence names. */
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

function verdict({ judgement, within, change }: Judged): Markdown {
  if (judgement === "regressed" || judgement === "improved") return md`**${escape(judgement)}**`;
  if (within === undefined) return escape(judgement);
  if (within === 0) return md`the same`;
  return change.kind === "ratio" ? md`same within ${+(100 * within).toFixed(1)}%` : md`same within ${within} points`;
}

function valueOf({ unit, ...row }: Judged, side: "base" | "head"): Markdown {
  const value = row[side];
  switch (unit) {
    case "%":
      return md`${trusted(value.toFixed(2))}%`;
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
      md`Error rates: base and head with the same seeds on the same test images, a paired t test over several seeds or
        McNemar's exact test of one; regressed if p is below 5% after Holm's correction over all rows and the
        difference is at least ${errorPct} percentage points, over two seeds or more. "could have shown" is the difference, in points, that this
        comparison alone finds in 80% of cases.`,
      md`Times: the median over the rounds of head's median over base's, with a bootstrap interval; regressed if the
        ratio is over ${1 + ratio}, the interval excludes 1, and both halves of the rounds agree. The columns "base"
        and "head" are medians over all samples, so their ratio may differ from the change.`,
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
