/**
 * What the arms of a suite change: the error, the length of training, and the accuracy on distorted images, in one
 * sentence each. A sentence is empty if its rows are missing, and is about the fullest profile that was run.
 *
 * @module
 */
import { POWER } from "../../../results/statistics/power.ts";
import type { Compared } from "../../../results/verdict/against_baselines.ts";
import { distinct } from "../../page/chart_style.ts";
import { counted, integer, interval, listed, percent, signed } from "../../page/format.ts";
import { escape, joined, type Markdown, md, trusted } from "../../page/markdown.ts";
import { families, placeOf, readFamilies } from "../families.ts";
import type { ReportData, ReportRow } from "../rows.ts";
import { summariseSweeps, sweepTitles } from "./distorted_images.ts";
import { ratioText, type Reach, reaches, reachTarget } from "./training_length.ts";

type Effect = Compared<ReportRow>;

/** Up to this many arms are named if all have the same baseline; with several baselines only the strongest is. */
const NAMED = 4;

/** With more baselines than this, their comparisons are counted together. */
const BASELINES = 4;

/** With which arms the error falls or rises, and for which no difference is shown. */
export function effectSentence(data: ReportData): Markdown {
  const effects = leading(data);
  const groups = [...Map.groupBy(effects, ({ baseline }) => baseline)];
  const all = families(data.rows);
  const label = (row: ReportRow) => escape(placeOf(row, all).arm);
  if (groups.length === 0) return "";
  if (groups.length > BASELINES) {
    const against = ({ arm, baseline }: Effect) =>
      md`${escape(placeOf(arm, all).family)}, ${label(arm)} against ${label(baseline)}`;
    return md`Of ${counted(effects.length, "arm")}, each against its baseline, ${
      outcomes(effects, { named: 1, nameOf: against })
    } (Holm, 5%).`;
  }
  const named = groups.length === 1 ? NAMED : 1;
  const severalFamilies = distinct(effects.map(({ arm }) => placeOf(arm, all).family)).length > 1;
  const baselines = distinct(groups.map(([baseline]) => label(baseline)));
  const clauses = groups.map(([baseline, group]) => {
    const { family, arm: name } = placeOf(baseline, all);
    // A baseline that is the network itself is named once.
    const where = severalFamilies && family !== name ? md`on ${escape(family)} ` : "";
    const against = baselines.length > 1 ? md`against ${label(baseline)} ` : "";
    return md`${where}${against}${outcomes(group, { named, nameOf: ({ arm }) => label(arm) })}`;
  });
  const [only] = baselines;
  const text = baselines.length === 1 ? md`against ${only ?? ""}, ${joined(clauses, "; ")}` : joined(clauses, "; ");
  return md`${capitalised(text)} (Holm, 5%).`;
}

/** The smallest difference that the seeds could have shown. */
export function detectableSentence(data: ReportData): Markdown {
  const effects = leading(data);
  if (effects.length === 0) return "";
  const seeds = range(effects.map(({ effect }) => effect.n), integer);
  const alone = range(effects.map(({ detectablePct }) => detectablePct.alone), percent);
  const amongAll = range(effects.map(({ detectablePct }) => detectablePct.amongAll), percent);
  const among = effects.length === 1
    ? ""
    : md` in one comparison alone and ${amongAll} points among all ${integer(effects.length)}`;
  return md`The smallest difference that n = ${seeds} ${seeds === "1" ? md`seed` : md`seeds`} could show is
    ${alone} points${among} (power ${integer(100 * POWER)}%).`;
}

/** Which arms reach the stated training error in the fewest and in the most epochs. */
export function reachSentence(data: ReportData): Markdown {
  const measured = reaches({ ...data, rows: leadingRows(data) });
  const groups = [...Map.groupBy(measured, ({ family }) => family)];
  const isReached = measured.some(({ epochs }) => [...epochs.values()].some((epoch) => epoch !== null));
  if (measured.length > 0 && !isReached) return md`No arm reaches ${reachTarget(data) ?? ""}% training error.`;
  if (groups.length > BASELINES) {
    const clause = reachClause(measured.map((each) => ({ ...each, name: `${each.family}, ${each.name}` })));
    return clause === "" ? "" : md`To ${reachTarget(data) ?? ""}% training error ${clause}.`;
  }
  const clauses = groups.flatMap(([family, arms]) => {
    const clause = reachClause(arms);
    return clause === "" ? [] : [groups.length > 1 ? md`on ${escape(family)} ${clause}` : clause];
  });
  if (clauses.length === 0) return soonest(measured, reachTarget(data));
  return md`To ${reachTarget(data) ?? ""}% training error ${joined(clauses, "; ")}.`;
}

/** If no arm reaches the target together with its baseline: which arm is first, and how many never do. */
function soonest(measured: readonly Reach[], target: number | undefined): Markdown {
  const there = measured.flatMap(({ name, epochs }) => {
    const reached = [...epochs.values()].filter((epoch) => epoch !== null);
    return reached.length === 0 ? [] : [{ name, epoch: Math.min(...reached) }];
  }).toSorted((a, b) => a.epoch - b.epoch);
  const [first] = there;
  if (first === undefined) return "";
  const never = measured.length - there.length;
  const others = never === 0
    ? ""
    : md`, and ${counted(never, "arm")} never ${never === 1 ? md`reaches` : md`reach`} it`;
  return md`To ${target ?? ""}% training error ${escape(first.name)} takes ${counted(first.epoch, "epoch")},
    the fewest${others}.`;
}

function reachClause(arms: readonly Reach[]): Markdown {
  const compared = arms.flatMap(({ name, baseline, ratio }) =>
    baseline === undefined || ratio === undefined ? [] : [{ name, baseline, ratio }]
  ).toSorted((a, b) => a.ratio.value - b.ratio.value);
  const [fewest, most] = [compared[0], compared.at(-1)];
  if (fewest === undefined || most === undefined) return "";
  const ratio = ({ ratio, baseline }: typeof fewest) => md`${ratioText(ratio)} times the epochs of ${escape(baseline)}`;
  const never = arms.filter(({ epochs }) => [...epochs.values()].every((epoch) => epoch === null)).length;
  const extreme = (which: Markdown) => compared.length > 2 ? md`, the ${which}` : "";
  return joined([
    md`${escape(fewest.name)} takes ${ratio(fewest)}`,
    most === fewest ? "" : md`${extreme(md`fewest`)}, and ${escape(most.name)} ${ratio(most)}${extreme(md`most`)}`,
    never === 0 ? "" : md`, while ${counted(never, "arm")} never ${never === 1 ? md`reaches` : md`reach`} it`,
  ], "");
}

/** Which arm keeps the most accuracy on distorted test images, and which the least. */
export function sweepSentence(data: ReportData): Markdown {
  const rows = leadingRows(data);
  const measured = readFamilies(rows, summariseSweeps).filter(({ arms }) => arms.length > 1);
  const clauses = measured.flatMap(({ title, arms }) => {
    const rising = arms.toSorted((a, b) => a.value.meanPct - b.value.meanPct);
    const [most, least] = [rising[0], rising.at(-1)];
    if (most === undefined || least === undefined) return [];
    const error = ({ value }: typeof most) => md`${percent(value.meanPct)}% (${interval(value.interval)})`;
    const where = measured.length > 1 ? md`on ${escape(title)} ` : "";
    if (error(most) === error(least)) return [md`${where}all arms make equally many errors, ${error(most)} on average`];
    return [
      md`${where}${escape(most.name)} keeps the most accuracy,
        with a mean error of ${error(most)}, and ${escape(least.name)} the least, with ${error(least)}`,
    ];
  });
  return clauses.length === 0
    ? ""
    : md`On test images distorted by ${listed(sweepTitles(rows))}, ${joined(clauses, "; ")}.`;
}

/** Comparisons of the fullest profile that has any. */
function leading({ comparisons: { compared }, runs }: ReportData): readonly Effect[] {
  const profile = runs.map((run) => run.environment.profile).find((each) =>
    compared.some(({ arm }) => arm.profile === each)
  );
  return compared.filter(({ arm }) => arm.profile === profile);
}

/** Measured rows of the fullest profile that has any. */
function leadingRows({ rows, runs }: ReportData): readonly ReportRow[] {
  const measured = rows.filter((row) => row.summary !== undefined);
  const profile = runs.map((run) => run.environment.profile).find((each) =>
    measured.some((row) => row.profile === each)
  );
  return measured.filter((row) => row.profile === profile);
}

/** `the error falls with A (-0.40 points), rises with B (+0.10 points), and no difference is shown for C`. */
function outcomes(
  effects: readonly Effect[],
  { named, nameOf }: { readonly named: number; readonly nameOf: (effect: Effect) => Markdown },
): Markdown {
  const by = (outcome: Effect["outcome"]) =>
    effects.filter((each) => each.outcome === outcome)
      .toSorted((a, b) => Math.abs(b.effect.differencePct) - Math.abs(a.effect.differencePct));
  const points = (each: Effect) => md`${nameOf(each)} (${signed(each.effect.differencePct)} points)`;
  const changed = (verb: Markdown, list: readonly Effect[]) => {
    const [strongest] = list;
    if (strongest === undefined) return [];
    return list.length <= named
      ? [md`**${verb}** with ${listed(list.map(points))}`]
      : [md`**${verb}** with ${counted(list.length, "arm")}, most with ${points(strongest)}`];
  };
  const changes = [...changed(md`falls`, by("better")), ...changed(md`rises`, by("worse"))];
  const unshown = by("no difference shown");
  const none = unshown.length === 0
    ? []
    : changes.length === 0 && unshown.length > 1
    ? [md`no difference is shown for any of ${counted(unshown.length, "arm")}`]
    : [
      md`no difference is shown for ${
        unshown.length <= named ? listed(unshown.map(nameOf)) : counted(unshown.length, "arm")
      }`,
    ];
  return joined([changes.length === 0 ? "" : md`the error ${joined(changes, " and ")}`, ...none], ", and ");
}

/** `3`, or `2 to 3`. */
function range(values: readonly number[], text: (value: number) => Markdown): Markdown {
  const [least, most] = [text(Math.min(...values)), text(Math.max(...values))] as const;
  return least === most ? least : md`${least} to ${most}`;
}

function capitalised(sentence: Markdown): Markdown {
  return trusted(sentence.charAt(0).toUpperCase() + sentence.slice(1));
}
