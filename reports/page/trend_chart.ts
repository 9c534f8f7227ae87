/**
 * Small multiples of series in the order in which they were measured: one panel per quantity, each on its own scale.
 *
 * @module
 */
import { COLOURS, PANEL, TICK_FORMAT, TITLE_LIMIT } from "./chart_style.ts";
import { renderSvg } from "./svg.ts";

/** One measured value. */
export interface TrendPoint {
  readonly x: number;
  readonly value: number;
  /** Ends of the bar; left out, none is drawn. */
  readonly low?: number;
  readonly high?: number;
}

/** A place where the series jumps: a line between two points. */
export interface TrendStep {
  readonly x: number;
  readonly kind: "worse" | "better";
}

/** One panel. */
export interface Trend {
  readonly title: string;
  readonly subtitle?: string;
  /** What x and the values are, with their units. */
  readonly axes: { readonly x: string; readonly value: string };
  /** At least one, with rising x. */
  readonly points: readonly TrendPoint[];
  readonly steps?: readonly TrendStep[];
}

const COLUMNS = 2;

/** A line with more points is drawn without dots. */
const MOST_DOTS = 60;

const STEP_COLOURS = { worse: COLOURS[1], better: COLOURS[2] } as const;

/**
 * Draws the panels: a line through the points, bars for their intervals, and dashed lines at the steps.
 *
 * @param trends at least one
 */
export function drawTrends(trends: readonly Trend[]): Promise<string> {
  return renderSvg({
    columns: COLUMNS,
    align: "none",
    bounds: "flush",
    // Room for subtitles and long numbers.
    spacing: { row: PANEL.gap.row + 12, column: PANEL.gap.column + 20 },
    concat: trends.map(({ title, subtitle = "", axes, points, steps = [] }) => ({
      title: { text: title, subtitle, frame: "group", fontSize: 11, subtitleFontSize: 9, limit: TITLE_LIMIT },
      width: PANEL.width,
      height: PANEL.height,
      layer: [
        {
          data: { values: steps.map(({ x, kind }) => ({ x, colour: STEP_COLOURS[kind] })) },
          mark: { type: "rule", strokeDash: [4, 3], size: 1.5 },
          encoding: {
            x: { field: "x", type: "quantitative" },
            color: { field: "colour", type: "nominal", scale: null },
          },
        },
        {
          data: { values: points.filter(({ low, high }) => low !== undefined && high !== undefined) },
          mark: { type: "rule", color: COLOURS[0], opacity: 0.5 },
          encoding: {
            x: { field: "x", type: "quantitative" },
            y: { field: "low", type: "quantitative" },
            y2: { field: "high" },
          },
        },
        {
          data: { values: [...points] },
          mark: {
            type: "line",
            color: COLOURS[0],
            size: 1.2,
            ...(points.length <= MOST_DOTS && { point: { color: COLOURS[0], size: 18 } }),
          },
          encoding: {
            x: {
              field: "x",
              type: "quantitative",
              scale: { zero: false, nice: false, padding: 8 },
              axis: { title: axes.x, format: "d", tickMinStep: 1 },
            },
            y: {
              field: "value",
              type: "quantitative",
              scale: { zero: false },
              axis: { title: axes.value, format: TICK_FORMAT },
            },
          },
        },
      ],
    })),
  });
}
