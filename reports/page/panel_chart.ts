/**
 * Small multiples: lines with bars over the seeds, one panel per family and quantity, one colour per arm.
 *
 * @module
 */
import {
  armStyle,
  distinct,
  LEGEND_COLUMNS,
  logScaling,
  PANEL,
  type Scaling,
  TICK_FORMAT,
  TITLE_LIMIT,
} from "./chart_style.ts";
import { renderSvg } from "./svg.ts";

/** One point of a line. */
export interface PanelPoint {
  /** The line and its colour. */
  readonly arm: string;
  /** A number, or the name of a layer. */
  readonly x: number | string;
  readonly value: number;
  /** Ends of the bar; left out, none is drawn. */
  readonly low?: number;
  readonly high?: number;
}

/** One panel. */
export interface Panel {
  readonly title: string;
  /** What x is, with its unit. */
  readonly axis: string;
  /** At least one; the points of a line in the order of x. */
  readonly points: readonly PanelPoint[];
}

/**
 * Draws the panels, all with one vertical scale and one legend.
 *
 * @param panels at least one; arms are coloured in order of first appearance
 */
export function drawPanels(
  panels: readonly Panel[],
  { columns, axis, scale }: {
    /** Panels side by side. */
    readonly columns: number;
    /** What the values are, with their unit. */
    readonly axis: string;
    /** `percent` is linear from 0 to the largest value; `log` raises values to at least a millionth of the largest. */
    readonly scale: "percent" | "log";
  },
): Promise<string> {
  const arms = distinct(panels.flatMap(({ points }) => points.map((point) => point.arm)));
  const floor = scale === "log" ? floorOf(panels) : 0;
  const raised = (value: number) => Math.max(value, floor);
  const values = panels.flatMap(({ points }) =>
    points.flatMap(({ value, low = value, high = value }) => [raised(low), raised(high)])
  );
  const vertical: Scaling = scale === "log" ? logScaling(values) : {
    scale: { type: "linear", domain: [0, Math.min(100, Math.max(...values, 1) * 1.05)], nice: false },
    ticks: { format: TICK_FORMAT },
  };
  const { colours, dashes } = armStyle(arms);
  const legend = {
    title: null,
    orient: "top",
    symbolType: "stroke",
    symbolOpacity: 1,
    symbolSize: 250,
    columns: LEGEND_COLUMNS,
  } as const;
  return renderSvg({
    columns,
    align: "none",
    bounds: "flush",
    spacing: PANEL.gap,
    concat: panels.map((panel, index) => {
      const numeric = panel.points.every(({ x }) => typeof x === "number");
      const whole = panel.points.every(({ x }) => Number.isInteger(x));
      const x = {
        field: "x",
        type: numeric ? "quantitative" : "ordinal",
        sort: null,
        scale: numeric ? { zero: false, nice: false, padding: 8 } : {},
        axis: {
          title: panel.axis,
          grid: numeric,
          labelAngle: 0,
          ...(numeric && { format: TICK_FORMAT }),
          ...(whole && { tickMinStep: 1 }),
        },
      } as const;
      const y = {
        type: "quantitative",
        scale: vertical.scale,
        axis: { title: index % columns === 0 ? axis : null, ...vertical.ticks },
      } as const;
      const color = { field: "arm", type: "nominal", scale: { domain: arms, range: colours }, legend } as const;
      const strokeDash = { field: "arm", type: "nominal", scale: { domain: arms, range: dashes }, legend } as const;
      const points = panel.points.map((point) => ({ ...point, value: raised(point.value) }));
      const bars = points.flatMap(({ low, high, ...point }) =>
        low === undefined || high === undefined ? [] : [{ ...point, low: raised(low), high: raised(high) }]
      );
      return {
        title: { text: panel.title, frame: "group", fontSize: 11, limit: TITLE_LIMIT },
        width: PANEL.width,
        height: PANEL.height,
        data: { values: points },
        encoding: { x, color },
        layer: [
          { mark: { type: "line", size: 1.5 }, encoding: { y: { ...y, field: "value" }, strokeDash } },
          {
            data: { values: bars },
            mark: { type: "rule", size: 1.5, opacity: 0.7 },
            encoding: { y: { ...y, field: "low" }, y2: { field: "high" } },
          },
        ],
      };
    }),
  });
}

/** A gradient of zero has no logarithm. */
function floorOf(panels: readonly Panel[]): number {
  const most = Math.max(...panels.flatMap(({ points }) => points.map(({ value, high = value }) => high)));
  return most > 0 ? most * 1e-6 : 1e-12;
}
