/**
 * The report's first sentences: the findings, computed from the rows.
 *
 * @module
 */
import { adapterWords } from "../../base/graphics_api.ts";
import { incompletenessOf } from "../../results/folder/completeness.ts";
import type { Verdict } from "../../results/verdict/against_published.ts";
import { compareOrder, type Pair } from "../../results/verdict/published_order.ts";
import { counted, integer, interval, listed, names, percent } from "../page/format.ts";
import { escape, joined, type Markdown, md } from "../page/markdown.ts";
import { detectableSentence, effectSentence, reachSentence, sweepSentence } from "./measures/effect_sentences.ts";
import { isJudged, type JudgedRow, type ReportData, type ReportRow } from "./rows.ts";
import { choiceSentence } from "./sections/best_learning_rate.ts";

/** Outcomes of a row, in the order that interests readers. */
const OUTCOMES: readonly (Verdict["kind"] | "failed")[] = [
  "reproduced",
  "better",
  "worse",
  "inconclusive",
  "not comparable",
  "failed",
];

/** A report's opening. */
export interface Answer {
  /** What is missing, if anything is, and two sentences: the main findings. */
  readonly lead: Markdown;
  /** Further findings, and what everything was measured on. */
  readonly basis: Markdown;
}

type Sentence = (data: ReportData) => Markdown;

/** Answers to the question of a suite: the first that its rows allow opens the report. */
const FINDINGS: readonly Sentence[] = [
  effectSentence,
  ({ rows }) => choiceSentence(rows),
  ({ rows }) => verdicts(rows),
];

/** What goes with it: the first that the rows allow is the second sentence. */
const COMPANIONS: readonly Sentence[] = [
  reachSentence,
  sweepSentence,
  detectableSentence,
  (data) => orderSentence(networksOf(data)),
  ({ rows }) => best(rows),
];

/** The answer; findings and companions that are not in its lead open its basis. */
export function answer(data: ReportData): Answer {
  const told = (sentences: readonly Sentence[]) => sentences.map((tell) => tell(data)).filter((text) => text !== "");
  const [finding = md`No row has a published error rate next to it.`, ...findings] = told(FINDINGS);
  const [companion = md`No trial was finished.`, ...companions] = told(COMPANIONS);
  const details = orders(networksOf(data));
  return {
    lead: joined([incompleteness(data), finding, companion].filter((text) => text !== ""), " "),
    basis: joined([...findings, ...companions, ...details, basis(data)], " "),
  };
}

/** What is missing, before anything is said of what is there; empty if nothing is. */
function incompleteness({ runs }: ReportData): Markdown {
  const { planned, missing, torn } = incompletenessOf(runs);
  const parts = [
    ...(missing.length === 0 ? [] : [
      md`${integer(missing.length)} of ${counted(planned, "planned trial")} ${
        missing.length === 1 ? md`has` : md`have`
      } no result`,
    ]),
    ...(torn.length === 0 ? [] : [md`rows of finished trials are missing in ${counted(torn.length, "place")}`]),
  ];
  return parts.length === 0 ? "" : md`**${listed(parts)}.**`;
}

/** Rows whose order can be compared with the papers': not the arms of one network. */
function networksOf({ rows, comparisons }: ReportData): JudgedRow[] {
  return comparisons.compared.length > 0 ? [] : rows.filter(isJudged);
}

function verdicts(rows: readonly ReportRow[]): Markdown {
  const compared = rows.filter((row) => row.published !== undefined);
  if (compared.length === 0) return "";
  const counts = OUTCOMES.flatMap((outcome) => {
    const count = compared.filter((row) => (row.verdict?.kind ?? "failed") === outcome).length;
    return count === 0 ? [] : [md`${integer(count)} ${escape(outcome)}`];
  });
  return md`Of ${counted(compared.length, "row")} with a published error rate: **${listed(counts)}**.`;
}

/** Whether the networks, or arms, are in the published order. */
function orderSentence(rows: readonly JudgedRow[]): Markdown {
  const ordered = orderings(rows);
  const where = (same: boolean) =>
    listed(ordered.filter((each) => each.same === same).map(({ series }) => escape(series)));
  const [published, other] = [where(true), where(false)];
  if (ordered.length === 0) return "";
  return published === ""
    ? md`The order of the rows by error is not the published one with ${other}.`
    : md`The order of the rows by error is the published one with ${published}${
      other === "" ? "" : md`, but not with ${other}`
    }.`;
}

/** Every series of two or more networks on the published data, and how its order compares. */
function orderings(rows: readonly JudgedRow[]) {
  const rated = rows.filter(({ published, summary }) =>
    published.metric === "test_error_pct" && published.dataset === summary.dataset
  );
  return [...Map.groupBy(rated, (row) => row.series)].filter(([, group]) => group.length > 1).map((
    [series, group],
  ) => ({
    series,
    group,
    ...compareOrder(group.map((row) => ({ id: row.name, measured: row.summary, publishedPct: row.published.value }))),
  }));
}

/** Which pairs are in another order, and which are too close to call: a few sentences per series. */
function orders(rows: readonly JudgedRow[]): Markdown[] {
  return orderings(rows).map(({ series, group, same, inverted, unclear }) => {
    const isNetworks = new Set(group.map(({ variant }) => variant.model)).size === group.length;
    const order = md`the measured order of the ${
      counted(group.length, isNetworks ? "network" : "arm")
    }, least error first,`;
    const outcome = same
      ? md`is the published one`
      : md`is not the published one. Inverted: ${pairs(inverted, "before")}`;
    const doubt = unclear.length === 0
      ? ""
      : md` Too close to call, since their intervals overlap: ${pairs(unclear, "and")}.`;
    return md`With ${escape(series)}${subset(group)}, ${order} ${outcome}.${doubt}`;
  });
}

/** Says if rows were trained on fewer images than the paper's. */
function subset(rows: readonly JudgedRow[]): Markdown {
  const shares = rows.flatMap(({ published, summary }) =>
    published.train_images !== null && summary.trainImages < published.train_images
      ? [md`${integer(summary.trainImages)} of ${integer(published.train_images)}`]
      : []
  );
  return shares.length === 0 ? "" : md` (trained on ${listed([...new Set(shares)])} images)`;
}

/** Few pairs by name, many as a count. */
function pairs(list: readonly Pair[], between: "before" | "and"): Markdown {
  return list.length > 3
    ? counted(list.length, "pair")
    : names(list.map(([worse, better]) => md`"${escape(worse)}" ${escape(between)} "${escape(better)}"`));
}

/** The row with the least error; undefined if nothing was measured. */
export function bestRow(rows: readonly ReportRow[]): ReportRow | undefined {
  return rows.reduce<ReportRow | undefined>(
    (least, row) => (row.summary?.meanPct ?? Infinity) < (least?.summary?.meanPct ?? Infinity) ? row : least,
    undefined,
  );
}

function best(rows: readonly ReportRow[]): Markdown {
  const row = bestRow(rows);
  if (row?.summary === undefined) return "";
  const { meanPct, interval: range } = row.summary;
  return md`The least error is ${percent(meanPct)}% (${interval(range)}): ${escape(row.name)}, ${escape(row.series)}.`;
}

function basis({ runs, rows }: ReportData): Markdown {
  const seeds = rows.flatMap((row) => row.summary?.n ?? []);
  if (seeds.length === 0) return "";
  const [least, most] = [Math.min(...seeds), Math.max(...seeds)];
  const environments = runs.map((run) => run.environment);
  const each = (texts: readonly string[]) => listed([...new Set(texts)].map(escape));
  return md`Measured on ${each(environments.map((e) => e.dataset_title))},
    n = ${least === most ? counted(most, "seed") : md`${least} to ${counted(most, "seed")}`} per row,
    profile ${each(rows.map((row) => row.profile))},
    adapter ${each(environments.map((e) => `${adapterWords(e) || "none"} (${e.backend}, ${e.adapter_kind})`))},
    kernels ${each(environments.map((e) => e.kernels))}.`;
}
