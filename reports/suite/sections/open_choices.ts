/**
 * Where the published rates are missed: by how much, and which choice that the papers leave open changes the error
 * most.
 *
 * @module
 */
import { differenceInterval } from "../../../results/statistics/intervals.ts";
import { counted, integer, listed, percent, signed, signedInterval } from "../../page/format.ts";
import { bullets, escape, joined, type Markdown, md } from "../../page/markdown.ts";
import { isJudged, type JudgedRow, type ReportData, type ReportRow } from "../rows.ts";
import type { Section } from "./section.ts";

/** What the committed runs of suite `open_choices` say about rows whose published rate is not reproduced. */
export const OPEN_CHOICES: Section = {
  heading: md`Where the published rate is not reproduced`,
  paragraphs: openChoiceParagraphs,
};

const SOURCE = md`What the papers leave open is tried by suite \`open_choices\`, on training images that are held out.
  Changes are from the arm that is trained as here, with 95% intervals from those of the two arms as if they were
  independent (Zou and Donner 2008). A choice that changes the error there may change the rate above, and
  none was made by looking at the test set.`;

/** One bullet per row that has a verdict other than reproduced; empty if no arm is the base of open choices. */
function openChoiceParagraphs({ rows, openChoices }: ReportData): Markdown[] {
  const recipes = new Set(
    openChoices.filter(({ variant }) => variant.baseline === "").map(({ variant }) => variant.recipe),
  );
  const missed = rows.filter(isJudged).filter(({ variant, verdict }) =>
    recipes.has(variant.recipe) && verdict.kind !== "reproduced" && verdict.kind !== "not comparable"
  );
  return missed.length === 0 ? [] : [SOURCE, bullets(missed.map((row) => missedText(row, openChoices)))];
}

function missedText(row: JudgedRow, openChoices: readonly ReportRow[]): Markdown {
  const { name, series, summary, published, verdict } = row;
  const difference = verdict.kind === "not comparable"
    ? ""
    : md` (${signed(verdict.differencePct)} points, ${signedInterval(verdict.interval)})`;
  return md`${escape(name)}, ${escape(series)}: ${percent(summary.meanPct)}% against the published
    ${percent(published.value)}%${difference}. ${movers(row, openChoices)}`;
}

/** A row of `open_choices` and what it changes, in percentage points. */
interface Change {
  readonly row: ReportRow;
  readonly points: number;
}

/** Which choice changes the error of a row's network most, which most in the other direction, and which fail. */
function movers(row: ReportRow, openChoices: readonly ReportRow[]): Markdown {
  const ofNetwork = openChoices.filter(({ variant, trials }) =>
    variant.model === row.variant.model && trials[0]?.dataset_sha256 === row.trials[0]?.dataset_sha256
  );
  const base = ofNetwork.find(({ variant, summary }) => summary !== undefined && isTrainedAs(variant, row.variant)) ??
    ofNetwork.find(({ variant, summary }) => summary !== undefined && variant.baseline === "");
  if (base?.summary === undefined) return md`No other choice was tried with this network.`;
  const others = ofNetwork.filter((other) => other !== base && other.profile === base.profile);
  const { meanPct, trainImages, n } = base.summary;
  const changes = others.flatMap((other): Change[] =>
    other.summary === undefined || hasFailed(other) ? [] : [{ row: other, points: other.summary.meanPct - meanPct }]
  ).toSorted((a, b) => Math.abs(b.points) - Math.abs(a.points));
  const [most] = changes;
  const opposite = most && changes.find(({ points }) => Math.sign(points) === -Math.sign(most.points));
  const failed = others.filter(hasFailed).map((other) => choiceName(other, base));
  const tried = md`Of ${counted(others.length, "other choice")} (${escape(base.profile)}: ${integer(trainImages)}
    images, ${counted(base.trials[0]?.epochs ?? 0, "epoch")}, ${counted(n, "seed")})`;
  const clauses = [
    most === undefined
      ? md`none was finished`
      : md`the largest change is with ${choiceName(most.row, base)}: from ${percent(meanPct)} to ${change(most, base)}`,
    opposite &&
    md`the largest in the other direction is with ${choiceName(opposite.row, base)}: to ${change(opposite, base)}`,
    failed.length === 0 ? undefined : md`trials fail with ${listed(failed)}`,
  ].filter((clause) => clause !== undefined);
  return md`${tried}, ${joined(clauses, "; ")}.`;
}

function isTrainedAs(one: ReportRow["variant"], other: ReportRow["variant"]): boolean {
  return one.recipe === other.recipe && one.learning_rate === other.learning_rate;
}

function hasFailed({ trials }: ReportRow): boolean {
  return trials.some(({ status }) => status === "failed");
}

function change({ row, points }: Change, base: ReportRow): Markdown {
  const [its, bases] = [row, base].map(({ summary }) => ({ value: summary!.meanPct, interval: summary!.interval }));
  return md`${percent(its!.value)}% (${signed(points)} points, ${signedInterval(differenceInterval(its!, bases!))})`;
}

/** The recipe if that is another, with the step size if that is another, else the arm's title. */
function choiceName({ variant }: ReportRow, base: ReportRow): Markdown {
  const parts = [
    variant.recipe === base.variant.recipe ? [] : [variant.recipe_title],
    variant.learning_rate === base.variant.learning_rate ? [] : [`step size ${variant.learning_rate}`],
  ].flat();
  return md`"${escape(parts.length === 0 ? variant.title : parts.join(", "))}"`;
}
