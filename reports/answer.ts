/**
 * The report's first sentences: what came out, computed from the rows.
 *
 * @module
 */
import type { Verdict } from "../results/compare.ts";
import { compareOrder, type Pair } from "../results/order.ts";
import { counted, integer, interval, listed, percent } from "./format.ts";
import { escape } from "./markdown.ts";
import { isJudged, type JudgedRow, type ReportData, type ReportRow } from "./rows.ts";

/** What can become of a row, in the order in which a reader asks. */
const OUTCOMES: readonly (Verdict["kind"] | "failed")[] = [
  "reproduced",
  "better",
  "worse",
  "inconclusive",
  "not comparable",
  "failed",
];

/** Two to four sentences: the verdicts, the order of the networks, the best row, and on what all of it was measured. */
export function answer(data: ReportData): string {
  return [verdicts(data.rows), ...orders(data.rows.filter(isJudged)), best(data.rows), basis(data)]
    .filter((sentence) => sentence !== "").join(" ");
}

function verdicts(rows: readonly ReportRow[]): string {
  const compared = rows.filter((row) => row.published !== undefined);
  if (compared.length === 0) return "No row has a published error rate beside it.";
  const counts = OUTCOMES.flatMap((outcome) => {
    const count = compared.filter((row) => (row.verdict?.kind ?? "failed") === outcome).length;
    return count === 0 ? [] : [`${integer(count)} ${outcome}`];
  });
  return `Of ${counted(compared.length, "row")} with a published error rate: **${listed(counts)}**.`;
}

/** A sentence a series of two or more networks: does their order agree with the published one? */
function orders(rows: readonly JudgedRow[]): string[] {
  const rated = rows.filter((row) => row.published.metric === "test_error_pct");
  return [...Map.groupBy(rated, (row) => row.series)].filter(([, group]) => group.length > 1).map(([series, group]) => {
    const { same, inverted, unclear } = compareOrder(
      group.map((row) => ({ id: row.name, measured: row.summary, publishedPct: row.published.value })),
    );
    const networks = `the measured order of the ${counted(group.length, "network")}`;
    const order = same
      ? `${networks} is the published one`
      : `${networks} is not the published one: ${pairs(inverted)} stand the other way round`;
    const doubt = unclear.length === 0 ? "" : ` (too close to call, their intervals overlap: ${pairs(unclear)})`;
    return `With ${escape(series)}, ${order}${doubt}.`;
  });
}

/** Few pairs by name, many by number. */
function pairs(list: readonly Pair[]): string {
  return list.length > 3
    ? counted(list.length, "pair")
    : listed(list.map(([worse, better]) => `"${escape(worse)}" and "${escape(better)}"`));
}

/** The row of least error; empty where nothing was measured. */
export function bestRow(rows: readonly ReportRow[]): ReportRow | undefined {
  return rows.reduce<ReportRow | undefined>(
    (least, row) => (row.summary?.meanPct ?? Infinity) < (least?.summary?.meanPct ?? Infinity) ? row : least,
    undefined,
  );
}

function best(rows: readonly ReportRow[]): string {
  const row = bestRow(rows);
  if (row?.summary === undefined) return "No trial was finished.";
  const { meanPct, interval: range } = row.summary;
  return `The least error is ${percent(meanPct)}% (${interval(range)}): ${escape(row.name)}, ${escape(row.series)}.`;
}

function basis({ runs, rows }: ReportData): string {
  const seeds = rows.flatMap((row) => row.summary?.n ?? []);
  if (seeds.length === 0) return "";
  const [least, most] = [Math.min(...seeds), Math.max(...seeds)];
  const environments = runs.map((run) => run.environment);
  const each = (texts: readonly string[]) => listed([...new Set(texts)].map(escape));
  return `Measured on ${each(environments.map((e) => e.dataset_title))}, ` +
    `n = ${least === most ? counted(most, "seed") : `${least} to ${counted(most, "seed")}`} a row, ` +
    `profile ${each(rows.map((row) => row.profile))}, ` +
    `adapter ${each(environments.map((e) => `${e.adapter || "none"} (${e.backend}, ${e.adapter_kind})`))}, ` +
    `kernels ${each(environments.map((e) => e.kernels))}.`;
}
