/**
 * The report's comparisons of arms with their baselines: tables, and how to read them.
 *
 * @module
 */
import { POWER } from "../../../results/statistics/power.ts";
import type { Compared } from "../../../results/verdict/against_baselines.ts";
import { distinct } from "../../page/chart_style.ts";
import { counted, integer, names, percent, probability, signed, signedInterval } from "../../page/format.ts";
import { bullets, escape, folded, left, type Markdown, md, right, table } from "../../page/markdown.ts";
import { effectPicture } from "../charts/pictures.ts";
import { families, type Family, placeOf } from "../families.ts";
import type { ReportData, ReportRow } from "../rows.ts";
import type { Picture, Section } from "../sections/section.ts";

const DIFFERENCES: Picture = {
  file: md`comparisons.svg`,
  description: md`Differences of error from the baselines with 95% intervals`,
  draw: effectPicture,
};

/** Variants against their baselines. */
export const COMPARISONS: Section = {
  heading: md`Comparisons`,
  pictures: [DIFFERENCES],
  paragraphs: (data, show) => effectParagraphs(data, show(DIFFERENCES)),
};

/** Published changes of error against measured ones. */
export const PUBLISHED_EFFECTS: Section = { heading: md`Published effects`, paragraphs: publishedEffectParagraphs };

/** Every arm next to its baseline; empty if the suite names no baselines. */
function effectParagraphs(data: ReportData, picture: Markdown): Markdown[] {
  const { compared, notCompared } = data.comparisons;
  const all = families(data.rows);
  const columns = [
    left("network"),
    left("arm"),
    left("baseline"),
    right("error, %"),
    right("baseline's error, %"),
    right("difference, points (95%)"),
    right("p"),
    right("p, Holm"),
    left("outcome"),
    right("could have shown, points: alone"),
    right("among all"),
    right("shared seeds"),
  ];
  const omitted = [...Map.groupBy(notCompared, ({ reason }) => reason)].map(([reason, group]) =>
    md`${escape(reason)} (${names(group.map(({ arm }) => escape(fullName(arm, all))))})`
  );
  return [
    table(
      columns,
      compared.map((each) => [
        escape(placeOf(each.arm, all).family),
        escape(placeOf(each.arm, all).arm),
        escape(placeOf(each.baseline, all).arm),
        errorCell(each.arm),
        errorCell(each.baseline),
        md`${signed(each.effect.differencePct)} (${signedInterval(each.effect.interval)})`,
        probability(each.effect.p),
        probability(each.adjustedP),
        each.outcome === "no difference shown" ? escape(each.outcome) : md`**${escape(each.outcome)}**`,
        percent(each.detectablePct.alone),
        percent(each.detectablePct.amongAll),
        integer(each.effect.n),
      ]),
    ),
    picture,
    omitted.length === 0
      ? ""
      : md`Not compared with their baselines, ${counted(notCompared.length, "arm")}: ${names(omitted)}.`,
    compared.length === 0 ? "" : folded("How arms are compared", bullets(methods(compared))),
  ];
}

/** A row's family and arm in one text. */
function fullName(row: ReportRow, all: readonly Family[]): string {
  const { family, arm } = placeOf(row, all);
  return `${family}, ${arm}`;
}

function errorCell({ summary }: ReportRow): Markdown {
  return summary === undefined ? md`failed` : percent(summary.meanPct);
}

const TESTS: Readonly<Record<Compared<unknown>["effect"]["method"], Markdown>> = {
  "paired t":
    md`**Two or more shared seeds**: paired t test of the differences seed by seed, arm minus baseline. Their variance is that
      between the seeds plus that between the test images, which all seeds share (degrees of freedom after Welch). The
      result holds for other seeds and other images; on held-out images only for other seeds, since it is not recorded
      which of them are wrong.`,
  "McNemar":
    md`**One shared seed**: McNemar's exact test of the images that only one of the two gets wrong, with Newcombe's
      interval (method 10). The result holds for these two trained networks on other images, not for other seeds.`,
};

/** What the table's words mean, for the tests that were used. */
function methods(compared: readonly Compared<ReportRow>[]): Markdown[] {
  const counts = [...Map.groupBy(compared, ({ arm }) => arm.profile)]
    .map(([profile, { length }]) => md`${integer(length)} (${escape(profile)})`);
  return [
    ...distinct(compared.map(({ effect }) => TESTS[effect.method])),
    md`**p, Holm**: corrected over all comparisons of a profile: ${names(counts)}. **better** and **worse** mean that it
      is below 0.05, so that the chance of even one false alarm among all stays at 5%. The intervals are not corrected.`,
    md`**could have shown**: the true difference that a comparison finds in ${integer(100 * POWER)}% of cases, from
      the spread of its own differences or discordant images: at 5% **alone**, and **among all** at 5% divided by their number, which is the
      most that the correction demands. It is rough with two or three seeds, and large among many arms.`,
  ];
}

/** Published changes from one arm to another next to the measured ones; empty unless both were published. */
function publishedEffectParagraphs(data: ReportData): Markdown[] {
  const all = families(data.rows);
  const both = data.comparisons.compared.flatMap(({ arm, baseline, effect }) => {
    const [own, other] = [arm.published, baseline.published];
    if (own?.metric !== "test_error_pct" || other?.metric !== "test_error_pct") return [];
    return own.dataset !== other.dataset ? [] : [{ arm, baseline, effect, own, other }];
  });
  const columns = [
    left("network"),
    left("arm"),
    left("baseline"),
    right("published, %"),
    right("published change, points"),
    right("measured change, points (95%)"),
    left("interval contains the published change"),
  ];
  const sources = distinct(both.flatMap(({ own, other }) => [other.source, own.source]));
  return both.length === 0 ? [] : [
    table(
      columns,
      both.map(({ arm, baseline, effect, own, other }) => {
        const change = own.value - other.value;
        return [
          escape(placeOf(arm, all).family),
          escape(placeOf(arm, all).arm),
          escape(placeOf(baseline, all).arm),
          md`${percent(other.value)} -> ${percent(own.value)}`,
          signed(change),
          md`${signed(effect.differencePct)} (${signedInterval(effect.interval)})`,
          whyNotComparable(arm, baseline) ??
            (effect.interval.low <= change && change <= effect.interval.high ? md`**yes**` : md`**no**`),
        ];
      }),
    ),
    md`A published change is the difference of two single runs, whose uncertainty the papers don't state.
      Sources: ${names(sources.map(escape))}.`,
  ];
}

/** Why a change can't be compared with the published one; undefined if it can. */
function whyNotComparable(arm: ReportRow, baseline: ReportRow): Markdown | undefined {
  const reason =
    [arm, baseline].flatMap(({ verdict }) => verdict?.kind === "not comparable" ? [verdict.reason] : [])[0];
  return reason === undefined ? undefined : md`not comparable: ${escape(reason)}`;
}
