/**
 * The report's pictures: error rates beside the published ones, and learning curves.
 *
 * @module
 */
import { renderSvg } from "./svg.ts";

/** One mark of the error chart: a measured or published error in per cent with its 95% interval. */
export interface ErrorMark {
  /** The line of the chart. */
  readonly name: string;
  /** The colour and shape: a recipe, or {@linkcode PUBLISHED}. */
  readonly series: string;
  readonly error: number;
  readonly low: number;
  readonly high: number;
}

/** One point of a learning curve. */
export interface CurvePoint {
  /** The panel. */
  readonly name: string;
  /** The colour: a recipe, or {@linkcode PUBLISHED}. */
  readonly series: string;
  /** The line; the lines of single seeds are drawn thin. */
  readonly line: "mean" | `seed ${number}`;
  readonly measured: "training" | "held out";
  readonly epoch: number;
  readonly value: number;
}

/** Name of the series that papers' values belong to. */
export const PUBLISHED = "published";

/** Okabe and Ito's colours, told apart by colour-blind readers too (Color Universal Design, 2008). */
export const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"] as const;
const SHAPES = ["circle", "square", "triangle-up", "cross", "triangle-down", "triangle-right"] as const;

/** Entries of a legend side by side: more would make the picture wider than its panels. */
const LEGEND_COLUMNS = 3;

/** Panels of learning curves side by side. */
const COLUMNS = 3;

/** Size of a panel's frame and what lies between frames for axes and titles, in pixels. */
const PANEL = { width: 240, height: 170, gap: { row: 70, column: 60 } } as const;

/** Longer titles are cut, for they would run into the next. Vega's estimate of a width is 1.4 times that of Helvetica. */
const TITLE_LIMIT = 1.4 * (PANEL.width + PANEL.gap.column);

/**
 * Error rates with 95% intervals, a line a name and a lane a series.
 *
 * @param marks at least one; names and series are drawn in order of first appearance
 */
export function drawErrors(marks: readonly ErrorMark[]): Promise<string> {
  const series = seriesOf(marks);
  const names = distinct(marks.map((mark) => mark.name));
  const { scale, ticks } = errorScaling(marks);
  // An interval may reach below the axis (that of few seeds even below zero): it is cut there.
  const values = marks.map((mark) => ({ ...mark, low: Math.max(mark.low, scale.domain[0] ?? 0) }));
  const legend = { title: null, orient: "top", symbolSize: 80, columns: LEGEND_COLUMNS } as const;
  return renderSvg({
    data: { values },
    width: 560,
    height: { step: Math.max(9, 30 / series.length) },
    encoding: {
      y: {
        field: "name",
        type: "nominal",
        scale: { domain: names, paddingInner: 0.3, paddingOuter: 0.15 },
        axis: { title: null, labelLimit: 0, labelFontSize: 11, ticks: false, domain: false },
      },
      yOffset: { field: "series", type: "nominal", scale: { domain: series, paddingInner: 0.2 } },
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
 * Learning curves: a panel a name, a colour a series, thick lines for means over the seeds, dashes for held-out images.
 *
 * @param points at least one; panels and series in order of first appearance
 */
export function drawCurves(
  points: readonly CurvePoint[],
  /** `axis`: the vertical axis' title with its unit. `floor`: lower values are drawn here, for a logarithm has no zero. */
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
    // Frames in equal steps: aligned by what surrounds them, they would stand apart by the longest title of a column.
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

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

/** Series in order of first appearance, the papers' last. */
function seriesOf(marks: readonly { readonly series: string }[]): string[] {
  const all = distinct(marks.map((mark) => mark.series));
  return [...all.filter((name) => name !== PUBLISHED), ...all.filter((name) => name === PUBLISHED)];
}

/** A colour a series, black for the papers. */
function colours(series: readonly string[]) {
  const range = series.map((name, index) => name === PUBLISHED ? "black" : COLOURS[index % COLOURS.length] ?? "black");
  return { domain: [...series], range };
}

/** A shape a series, a diamond for the papers. */
function shapes(series: readonly string[]) {
  const range = series.map((name, index) =>
    name === PUBLISHED ? "diamond" : SHAPES[index % SHAPES.length] ?? "diamond"
  );
  return { domain: [...series], range };
}

/** Decimals, with no power of ten and no zeros behind (d3-format). */
const TICK_FORMAT = "~r";

/** How values become places on an axis, and where its ticks are where that is not left to Vega. */
export interface Scaling {
  readonly scale: { readonly type: "log" | "linear"; readonly domain: number[]; readonly nice: false };
  readonly ticks: { readonly values?: number[]; readonly format: string };
}

/** Logarithmic where the errors differ much and none is zero, else linear from zero. */
function errorScaling(marks: readonly ErrorMark[]): Scaling {
  const errors = marks.map((mark) => mark.error);
  const least = Math.min(...errors);
  const top = Math.max(...marks.map((mark) => mark.high));
  const lows = marks.map((mark) => mark.low).filter((low) => low > 0);
  if (least > 0 && top / least > 5) return logScaling([...errors, ...lows, top]);
  return { scale: { type: "linear", domain: [0, top * 1.15 || 1], nice: false }, ticks: { format: TICK_FORMAT } };
}

/** A logarithmic axis around positive values, with ticks at 1, 2 and 5, or at powers of ten where it is long. */
export function logScaling(values: readonly number[]): Scaling {
  const low = Math.min(...values) * 0.8;
  const high = Math.max(...values) * 1.25;
  const steps = high / low > 200 ? [1] : [1, 2, 5];
  const powers = Array.from({ length: 13 }, (_, index) => index - 6);
  const ticks = powers.flatMap((power) => steps.map((step) => Number(`${step}e${power}`)))
    .filter((tick) => low <= tick && tick <= high);
  return {
    scale: { type: "log", domain: [low, high], nice: false },
    ticks: { format: TICK_FORMAT, ...(ticks.length > 1 && { values: ticks }) },
  };
}
