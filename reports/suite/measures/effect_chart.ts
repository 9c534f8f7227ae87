/**
 * The picture of all comparisons: differences with their intervals around a line at zero, one panel per family.
 *
 * @module
 */
import type { Comparisons } from "../../../results/verdict/against_baselines.ts";
import { TICK_FORMAT } from "../../page/chart_style.ts";
import { renderSvg } from "../../page/svg.ts";
import { families, placeOf } from "../families.ts";
import type { ReportRow } from "../rows.ts";

/** One comparison, in percentage points. */
export interface EffectMark {
  /** The panel. */
  readonly family: string;
  readonly arm: string;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly outcome: Outcome;
}

type Outcome = Comparisons<unknown>["compared"][number]["outcome"];

/** Colours, and shapes for readers who can't distinguish the colours. */
const OUTCOMES: readonly { readonly outcome: Outcome; readonly colour: string; readonly shape: string }[] = [
  { outcome: "better", colour: "#0072b2", shape: "circle" },
  { outcome: "worse", colour: "#d55e00", shape: "square" },
  { outcome: "no difference shown", colour: "#888888", shape: "diamond" },
];

const AXIS = "difference of error from the baseline, points (95% interval)";

/** Room for one arm, in pixels. */
const STEP = 18;

/** The marks of all comparisons, with the name of the baseline if a family has several. */
export function effectMarks(rows: readonly ReportRow[], { compared }: Comparisons<ReportRow>): readonly EffectMark[] {
  const all = families(rows);
  const baselines = Map.groupBy(compared, ({ arm }) => placeOf(arm, all).family);
  return compared.map(({ arm, baseline, effect, outcome }) => {
    const { family, arm: name } = placeOf(arm, all);
    const several = new Set(baselines.get(family)?.map((each) => each.baseline)).size > 1;
    const against = placeOf(baseline, all).arm;
    return {
      family: several ? family : `${family}: against ${against}`,
      arm: several ? `${name} (against ${against})` : name,
      difference: effect.differencePct,
      ...effect.interval,
      outcome,
    };
  });
}

/**
 * Differences with 95% intervals, one below the other on one scale.
 *
 * @param marks at least one; panels and arms in order of first appearance
 */
export function drawEffects(marks: readonly EffectMark[]): Promise<string> {
  const domain = domainOf(marks);
  const [least = 0, most = 0] = domain;
  const cut = (value: number) => Math.min(most, Math.max(least, value));
  const panels = [...Map.groupBy(marks, (mark) => mark.family)];
  const used = OUTCOMES.filter(({ outcome }) => marks.some((mark) => mark.outcome === outcome));
  const outcomes = used.map(({ outcome }) => outcome);
  const legend = { title: null, orient: "top", symbolSize: 80 } as const;
  return renderSvg({
    columns: 1,
    align: "none",
    bounds: "flush",
    spacing: 56,
    concat: panels.map(([family, arms], index) => {
      const place = {
        y: {
          field: "arm",
          type: "nominal",
          scale: { domain: arms.map(({ arm }) => arm) },
          axis: { title: null, labelLimit: 0, labelFontSize: 11, ticks: false, domain: false },
        },
        color: {
          field: "outcome",
          type: "nominal",
          scale: { domain: outcomes, range: used.map(({ colour }) => colour) },
          legend,
        },
      } as const;
      const x = {
        type: "quantitative",
        scale: { domain, nice: false },
        axis: { title: index === panels.length - 1 ? AXIS : null, format: TICK_FORMAT },
      } as const;
      const shape = {
        field: "outcome",
        type: "nominal",
        scale: { domain: outcomes, range: used.map((each) => each.shape) },
        legend,
      } as const;
      return {
        title: { text: family, frame: "group", fontSize: 11 },
        width: 480,
        height: STEP * arms.length,
        data: { values: arms.map((mark) => ({ ...mark, low: cut(mark.low), high: cut(mark.high) })) },
        layer: [
          { mark: { type: "rule", color: "#333333" }, encoding: { x: { ...x, datum: 0 } } },
          {
            mark: { type: "rule", strokeWidth: 2 },
            encoding: { ...place, x: { ...x, field: "low" }, x2: { field: "high" } },
          },
          {
            mark: { type: "point", filled: true, size: 60, opacity: 1 },
            encoding: { ...place, x: { ...x, field: "difference" }, shape },
          },
        ],
      };
    }),
  });
}

/** All differences and zero, and the parts of intervals near them: intervals of two seeds would dwarf the rest. */
function domainOf(marks: readonly EffectMark[]): number[] {
  const differences = [0, ...marks.map((mark) => mark.difference)];
  const [low, high] = [Math.min(...differences), Math.max(...differences)];
  const room = Math.max(high - low, 0.1);
  const ends = [...marks.flatMap((mark) => [mark.low, mark.high]), low, high];
  const pad = 0.04 * room;
  return [Math.max(Math.min(...ends), low - room) - pad, Math.min(Math.max(...ends), high + room) + pad];
}
