/**
 * The report's pictures: error rates next to the published ones, and learning curves.
 *
 * @module
 */
import {
  colours,
  COLUMNS,
  distinct,
  LEGEND_COLUMNS,
  logScaling,
  PANEL,
  type Scaling,
  seriesOf,
  shapes,
  TICK_FORMAT,
  TITLE_LIMIT,
} from "../../page/chart_style.ts";
import { renderSvg } from "../../page/svg.ts";

/** One mark of the error chart: a measured or published error in per cent with its 95% interval. */
export interface ErrorMark {
  /** The line of the chart. */
  readonly name: string;
  /** The colour and shape: a recipe, or `PUBLISHED`. */
  readonly series: string;
  readonly error: number;
  readonly low: number;
  readonly high: number;
}

/** One point of a learning curve. */
export interface CurvePoint {
  /** The panel. */
  readonly name: string;
  /** The colour: a recipe, or `PUBLISHED`. */
  readonly series: string;
  /** The line; the lines of single seeds are drawn thin. */
  readonly line: "mean" | `seed ${number}`;
  readonly measured: "training" | "held out";
  readonly epoch: number;
  readonly value: number;
}

/**
 * Error rates with 95% intervals, one line per name and in it one lane per series.
 *
 * @param marks at least one; names and series are drawn in order of first appearance
 */
export function drawErrors(marks: readonly ErrorMark[]): Promise<string> {
  const series = seriesOf(marks);
  const names = distinct(marks.map((mark) => mark.name));
  const { scale, ticks } = errorScaling(marks);
  // An interval may reach below the axis (that of few seeds even below zero): it is cut there.
  const lanesOf = Map.groupBy(marks, (mark) => mark.name);
  const laneCount = ({ name }: ErrorMark) => seriesOf(lanesOf.get(name) ?? []).length;
  const lanes = Math.max(...marks.map(laneCount));
  const values = marks.map((mark) => ({
    ...mark,
    low: Math.max(mark.low, scale.domain[0] ?? 0),
    // In half lanes, so that a few series are in the middle of their line.
    lane: 2 * seriesOf(lanesOf.get(mark.name) ?? []).indexOf(mark.series) + lanes - laneCount(mark),
  }));
  const legend = { title: null, orient: "top", symbolSize: 80, columns: LEGEND_COLUMNS } as const;
  return renderSvg({
    data: { values },
    width: 560,
    height: { step: Math.max(11, 36 / lanes) / 2 },
    encoding: {
      y: {
        field: "name",
        type: "nominal",
        scale: { domain: names, paddingInner: 0.3, paddingOuter: 0.15 },
        axis: { title: null, labelLimit: 0, labelFontSize: 11, ticks: false, domain: false },
      },
      yOffset: {
        field: "lane",
        type: "ordinal",
        scale: { domain: Array.from({ length: 2 * lanes - 1 }, (_, lane) => lane), paddingInner: 0.2 },
      },
      color: { field: "series", type: "nominal", scale: colours(series), legend },
    },
    layer: [
      {
        mark: { type: "rule", strokeWidth: 2 },
        encoding: {
          x: {
            field: "low",
            type: "quantitative",
            scale,
            axis: { title: "error, % (95% interval)", ...ticks },
          },
          x2: { field: "high" },
        },
      },
      {
        mark: { type: "point", filled: true, size: 70, opacity: 1 },
        encoding: {
          x: { field: "error", type: "quantitative" },
          shape: { field: "series", type: "nominal", scale: shapes(series), legend },
        },
      },
      {
        mark: { type: "text", align: "left", dx: 6, fontSize: 9 },
        encoding: {
          x: { field: "high", type: "quantitative" },
          text: { field: "error", type: "quantitative", format: ".2f" },
        },
      },
    ],
  });
}

/**
 * Learning curves: one panel per name, one colour per series, thick lines for means over the seeds, dashes for held-out
 * images.
 *
 * @param points at least one; panels and series in order of first appearance
 */
export function drawCurves(
  points: readonly CurvePoint[],
  /**
   * `axis`: the vertical axis' title with its unit. `floor`: lower values are drawn here, since zero has no logarithm.
   */
  { axis, floor }: { readonly axis: string; readonly floor: number },
): Promise<string> {
  const series = seriesOf(points);
  const names = distinct(points.map((point) => point.name));
  const values = points.map((point) => ({ ...point, value: Math.max(point.value, floor) }));
  const { scale, ticks } = logScaling(values.map((point) => point.value));
  const measured = ["training", "held out"].filter((kind) => points.some((point) => point.measured === kind));
  const last = Math.max(...points.map((point) => point.epoch));
  const legend = {
    title: null,
    orient: "top",
    symbolType: "stroke",
    symbolOpacity: 1,
    symbolSize: 250,
    columns: LEGEND_COLUMNS,
  } as const;
  return renderSvg({
    columns: COLUMNS,
    // Frames in equal steps: aligned by what surrounds them, their distance would depend on the longest title.
    align: "none",
    bounds: "flush",
    spacing: PANEL.gap,
    concat: names.map((name, panel) => {
      const lines = values.filter((point) => point.name === name);
      return {
        title: { text: name, frame: "group", fontSize: 11, limit: TITLE_LIMIT },
        width: PANEL.width,
        height: PANEL.height,
        encoding: {
          x: {
            field: "epoch",
            type: "quantitative",
            scale: { domain: [0, last], nice: false },
            axis: { title: "epoch", tickMinStep: 1, format: "d" },
          },
          y: {
            field: "value",
            type: "quantitative",
            scale,
            axis: { title: panel % COLUMNS === 0 ? axis : null, ...ticks },
          },
          color: { field: "series", type: "nominal", scale: colours(series), legend },
          strokeDash: {
            field: "measured",
            type: "nominal",
            scale: { domain: measured, range: [[1, 0], [4, 3]] },
            legend,
          },
          detail: { field: "line" },
        },
        layer: [
          { data: { values: lines.filter((p) => p.line !== "mean") }, mark: { type: "line", size: 0.7, opacity: 0.5 } },
          { data: { values: lines.filter((p) => p.line === "mean") }, mark: { type: "line", size: 2 } },
        ],
      };
    }),
  });
}

/** Logarithmic if the errors differ much and none is zero, else linear from zero. */
function errorScaling(marks: readonly ErrorMark[]): Scaling {
  const errors = marks.map((mark) => mark.error);
  const least = Math.min(...errors);
  const top = Math.max(...marks.map((mark) => mark.high));
  const lows = marks.map((mark) => mark.low).filter((low) => low > 0);
  if (least > 0 && top / least > 5) return logScaling([...errors, ...lows, top]);
  return { scale: { type: "linear", domain: [0, top * 1.15 || 1], nice: false }, ticks: { format: TICK_FORMAT } };
}
