/**
 * Every arm of a suite against the baseline that it names: better, worse or no difference shown.
 *
 * @module
 */
import type { Environment } from "../folder/environment.ts";
import type { VariantRow } from "../rows/variants.ts";
import { holm } from "../statistics/holm.ts";
import { CONFIDENCE } from "../statistics/intervals.ts";
import { type Arm, compareArms, type Comparison, detectablePct, type Effect } from "./paired.ts";

/** An arm at a profile and what it is to be compared with. */
export interface ComparableRow extends Arm {
  readonly variant: Pick<VariantRow, "variant" | "baseline">;
  readonly profile: Environment["profile"];
}

/** An arm and its baseline. */
export interface Compared<Row> {
  readonly arm: Row;
  readonly baseline: Row;
  readonly effect: Effect;
  /** The effect's p value with Holm's correction over all comparisons at the profile. */
  readonly adjustedP: number;
  /** The difference, in percentage points, that would have been found in 80% of cases. */
  readonly detectablePct: {
    /** By this comparison alone. */
    readonly alone: number;
    /**
     * With the 5% of false alarms shared evenly among all comparisons at the profile: Holm's correction demands no
     * more.
     */
    readonly amongAll: number;
  };
  /** `better` or `worse` if `adjustedP` is below 5%. */
  readonly outcome: "better" | "worse" | "no difference shown";
}

/** An arm that could not be compared. */
export interface NotCompared<Row> {
  readonly arm: Row;
  readonly reason: string;
}

/** The outcome for every arm that names a baseline, in the order of the rows. */
export interface Comparisons<Row> {
  readonly compared: readonly Compared<Row>[];
  readonly notCompared: readonly NotCompared<Row>[];
}

/** Compares the arms of one suite with their baselines, each profile on its own. */
export function compareRows<Row extends ComparableRow>(
  rows: readonly Row[],
  options: { readonly judgedOn?: Environment["judged_on"] } = {},
): Comparisons<Row> {
  const pairs = rows.filter((arm) => arm.variant.baseline !== "").map((arm) => {
    const [baseline, another] = rows.filter((row) =>
      row.variant.variant === arm.variant.baseline && row.profile === arm.profile
    );
    if (baseline === undefined) return { arm, reason: `its baseline "${arm.variant.baseline}" was not run` };
    if (another !== undefined) return { arm, reason: "its baseline was run at several learning rates" };
    return { arm, baseline, comparison: compareArms(arm, baseline, options) };
  });
  return {
    compared: [...Map.groupBy(pairs.flatMap(effectOf), ({ arm }) => arm.profile).values()].flatMap(judge),
    notCompared: pairs.flatMap(({ arm, reason, comparison }) => {
      const why = reason ?? (comparison.method === "none" ? comparison.reason : undefined);
      return why === undefined ? [] : [{ arm, reason: why }];
    }),
  };
}

function effectOf<Row>(pair: { readonly arm: Row; readonly baseline?: Row; readonly comparison?: Comparison }) {
  const { arm, baseline, comparison } = pair;
  if (baseline === undefined || comparison === undefined || comparison.method === "none") return [];
  return [{ arm, baseline, effect: comparison }];
}

function judge<Row>(family: readonly Pick<Compared<Row>, "arm" | "baseline" | "effect">[]): Compared<Row>[] {
  const adjusted = holm(family.map(({ effect }) => effect.p));
  return family.map((each, index) => {
    const adjustedP = adjusted[index] ?? 1;
    const shown = adjustedP < 1 - CONFIDENCE;
    const outcome = !shown ? "no difference shown" : each.effect.differencePct < 0 ? "better" : "worse";
    const detectable = {
      alone: detectablePct(each.effect),
      amongAll: detectablePct(each.effect, { comparisons: family.length }),
    };
    return { ...each, adjustedP, detectablePct: detectable, outcome };
  });
}
