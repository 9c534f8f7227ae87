/**
 * Pictures of the timing suite's report.
 *
 * @module
 */
import { COLOURS, logScaling } from "../page/chart_style.ts";
import { renderSvg } from "../page/svg.ts";

/** A point of a curve by batch size, with its 95% interval. */
export interface BatchPoint {
  /** The panel. */
  readonly name: string;
  /** The colour. */
  readonly series: string;
  readonly batch: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A bar with its 95% interval. */
export interface Bar {
  /** The panel. */
  readonly panel: string;
  /** The line. */
  readonly name: string;
  /** The colour. */
  readonly series: string;
  readonly value: number;
  /** Left out if the value is exact. */
  readonly interval?: { readonly low: number; readonly high: number };
}

/** Panels side by side. */
const COLUMNS = 3;

/** Size of a panel's frame, and room between frames for axes and titles, in pixels. */
const PANEL = { width: 240, height: 150, gap: { row: 70, column: 60 } } as const;

/**
 * Small multiples by batch size, both axes logarithmic: one panel per network, one colour per series.
 *
 * @param points At least one, all values positive.
 * @param axis The vertical axis' title with its unit.
 */
export function drawByBatch(points: readonly BatchPoint[], axis: string): Promise<string> {
  const series = distinct(points.map((point) => point.series));
  const batches = distinct(points.map((point) => point.batch));
  const { scale, ticks } = logScaling(points.flatMap(({ low, high }) => [low, high]));
  const names = distinct(points.map((point) => point.name));
  return renderSvg({
    columns: COLUMNS,
    align: "none",
    bounds: "flush",
    spacing: PANEL.gap,
    concat: names.map((name, panel) => ({
      title: { text: name, frame: "group", fontSize: 11, limit: 1.4 * (PANEL.width + PANEL.gap.column) },
      width: PANEL.width,
      height: PANEL.height,
      data: { values: points.filter((point) => point.name === name) },
      encoding: {
        x: {
          field: "batch",
          type: "quantitative",
          scale: { type: "log", base: 2, domain: [Math.min(...batches), Math.max(...batches)], nice: false },
          axis: { title: "batch", values: batches, format: "d" },
        },
        color: {
          field: "series",
          type: "nominal",
          scale: { domain: series, range: COLOURS.slice(0, series.length) },
          legend: { title: null, orient: "top" },
        },
      },
      layer: [
        {
          mark: { type: "line", size: 1.5 },
          encoding: {
            y: {
              field: "value",
              type: "quantitative",
              scale,
              axis: { title: panel % COLUMNS === 0 ? axis : null, ...ticks },
            },
          },
        },
        {
          mark: { type: "point", filled: true, size: 30, opacity: 1 },
          encoding: { y: { field: "value", type: "quantitative" } },
        },
        {
          mark: { type: "rule", strokeWidth: 1.5 },
          encoding: { y: { field: "low", type: "quantitative" }, y2: { field: "high" } },
        },
      ],
    })),
  });
}

/**
 * Bars one below the other: one panel per network, each with its own scale, and one lane per series.
 *
 * @param bars At least one.
 * @param axis The horizontal axis' title with its unit.
 */
export function drawBars(bars: readonly Bar[], axis: string): Promise<string> {
  const series = distinct(bars.map((bar) => bar.series));
  const panels = distinct(bars.map((bar) => bar.panel));
  return renderSvg({
    columns: 1,
    concat: panels.map((panel) => {
      const values = bars.filter((bar) => bar.panel === panel).map(({ interval, ...bar }) => ({ ...bar, ...interval }));
      return {
        title: { text: panel, frame: "group", fontSize: 11 },
        width: 460,
        height: { step: Math.max(8, 22 / series.length) },
        data: { values },
        encoding: {
          y: {
            field: "name",
            type: "nominal",
            scale: { domain: distinct(values.map(({ name }) => name)), paddingInner: 0.25, paddingOuter: 0.15 },
            axis: { title: null, labelLimit: 0, ticks: false, domain: false },
          },
          yOffset: { field: "series", type: "nominal", scale: { domain: series } },
        },
        layer: [
          {
            mark: { type: "bar" },
            encoding: {
              x: { field: "value", type: "quantitative", axis: { title: axis }, scale: { zero: true } },
              color: {
                field: "series",
                type: "nominal",
                scale: { domain: series, range: COLOURS.slice(0, series.length) },
                legend: { title: null, orient: "top" },
              },
            },
          },
          {
            mark: { type: "rule", strokeWidth: 1.5 },
            encoding: { x: { field: "low", type: "quantitative" }, x2: { field: "high" } },
          },
        ],
      };
    }),
    resolve: { scale: { x: "independent", y: "independent" } },
  });
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
