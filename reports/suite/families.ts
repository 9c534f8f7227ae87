/**
 * Which arms of a suite belong together: a baseline, the arms that name it, and the arms that name those.
 *
 * @module
 */
import { distinct } from "../page/chart_style.ts";
import { oneLine } from "../page/markdown.ts";
import type { ReportRow } from "./rows.ts";

/** An arm, with a name that is unique in its family. */
export interface FamilyArm {
  readonly name: string;
  readonly row: ReportRow;
}

/** Arms that are shown in one panel or block of a table. */
export interface Family {
  /** The network, or what the names of all networks begin with; else the baseline's title. */
  readonly title: string;
  readonly arms: readonly FamilyArm[];
}

/** The families of a report, in the order of its rows; arms without a baseline are grouped by network and profile. */
export function families(rows: readonly ReportRow[]): readonly Family[] {
  const groups = Map.groupBy(rows, (row) => JSON.stringify([row.profile, ...origin(row, rows)]));
  const severalProfiles = distinct(rows.map((row) => row.profile)).length > 1;
  const titles = [...groups.values()].map((group) => ({ network: titleOf(group, rows), profile: group[0]?.profile }));
  return [...groups.values()].map((group): Family => {
    const profile = group[0]?.profile;
    const network = titleOf(group, rows);
    const names = armNames(group, network);
    // One network in several families: each is named after its baseline too.
    const isShared = titles.filter((each) => each.network === network && each.profile === profile).length > 1;
    const title = isShared ? `${network}: ${names[0] ?? ""}` : network;
    return {
      title: severalProfiles ? `${title} (${group[0]?.profile})` : title,
      arms: group.map((row, index) => ({ row, name: names[index] ?? row.name })),
    };
  });
}

/**
 * Families with what `read` returns for their arms, without arms for which it returns undefined.
 */
export function readFamilies<T>(
  rows: readonly ReportRow[],
  read: (row: ReportRow) => T | undefined,
): readonly { readonly title: string; readonly arms: readonly (FamilyArm & { readonly value: T })[] }[] {
  return families(rows).map(({ title, arms }) => ({
    title,
    arms: arms.flatMap((arm) => {
      const value = read(arm.row);
      return value === undefined ? [] : [{ ...arm, value }];
    }),
  })).filter(({ arms }) => arms.length > 0);
}

/** The family that a row belongs to and its name there. */
export function placeOf(row: ReportRow, all: readonly Family[]): { readonly family: string; readonly arm: string } {
  const family = all.find(({ arms }) => arms.some((arm) => arm.row === row));
  const arm = family?.arms.find((each) => each.row === row);
  return { family: family?.title ?? row.variant.model_title, arm: arm?.name ?? row.name };
}

/** The baseline at the end of a row's chain of baselines, or its network if there is no baseline. */
function origin(row: ReportRow, rows: readonly ReportRow[]): readonly [kind: "baseline" | "network", id: string] {
  const seen = new Set([row.variant.variant]);
  let { variant, baseline } = row.variant;
  while (baseline !== "" && !seen.has(baseline)) {
    seen.add(baseline);
    variant = baseline;
    baseline = rows.find((each) => each.variant.variant === variant)?.variant.baseline ?? "";
  }
  const isBaseline = rows.some((each) => each.variant.baseline === variant);
  return isBaseline ? ["baseline", variant] : ["network", row.variant.model];
}

/** The network, or the common part before the comma in the names of all networks, or the baseline's title. */
function titleOf(group: readonly ReportRow[], rows: readonly ReportRow[]): string {
  const [first] = group;
  if (first === undefined) return "";
  const networks = distinct(group.map((row) => row.variant.model_title));
  const [network, ...others] = networks.length === 1
    ? networks
    : distinct(networks.map((name) => name.split(",")[0] ?? ""));
  if (network !== undefined && network !== "" && others.length === 0) return oneLine(network);
  const [, root] = origin(first, rows);
  return oneLine(group.find((row) => row.variant.variant === root)?.variant.title ?? first.variant.title);
}

/**
 * The shortest kind of name that is unique: the title without the family's, the recipe, the title, title and recipe, or
 * the id.
 */
function armNames(group: readonly ReportRow[], family: string): readonly string[] {
  const isShared = group.every(({ variant }) => variant.title.startsWith(family));
  const kinds: readonly ((row: ReportRow) => string)[] = [
    ({ variant }) => isShared ? withoutFamily(variant.title, family) : variant.title,
    ({ series }) => series,
    ({ variant }) => variant.title,
    ({ variant, series }) =>
      [isShared ? withoutFamily(variant.title, family) : variant.title, series]
        .filter((part) => part !== "").join(", "),
    ({ variant, series }) => `${variant.variant}, ${series}`,
  ];
  const candidates = kinds.map((kind) => group.map((row) => oneLine(kind(row))));
  const tellApart = candidates.find((names) => names.every((name) => name !== "") && isDistinct(names));
  return tellApart ?? candidates.at(-1) ?? [];
}

/** `784-300-10, elastic` as `elastic`. */
function withoutFamily(title: string, family: string): string {
  return title.slice(family.length).replace(/^[\s,:;-]+/, "");
}

function isDistinct(texts: readonly string[]): boolean {
  return distinct(texts).length === texts.length;
}
