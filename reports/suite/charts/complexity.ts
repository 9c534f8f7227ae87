/**
 * The picture of what parameters buy: error against the number of parameters, one point per network.
 *
 * @module
 */
import { colours, shapes, TICK_FORMAT } from "../../page/chart_style.ts";
import { renderSvg } from "../../page/svg.ts";
import type { ReportData, ReportRow } from "../rows.ts";

/** Fewer networks are as easy to read in the table. */
const LEAST_NETWORKS = 4;

interface Point {
  readonly model: string;
  readonly network: string;
  readonly parameters: number;
  readonly error: number;
  readonly low: number;
  readonly high: number;
}

/** Error against parameters of networks trained alike; undefined if there are few. */
export async function complexityPicture({ rows }: ReportData): Promise<string | undefined> {
  const groups = [...Map.groupBy(rows.filter(isPlain), ({ series, profile }) => JSON.stringify([series, profile]))];
  const [largest = []] = groups.map(([, group]) => pointsOf(group)).toSorted((a, b) => b.length - a.length);
  const sizes = new Set(largest.map(({ parameters }) => parameters));
  // Several points of one network differ in something else.
  const isEachOnce = new Set(largest.map(({ model }) => model)).size === largest.length;
  return sizes.size < LEAST_NETWORKS || !isEachOnce ? undefined : await draw(largest);
}

/** A network as it is: no arm that distorts or treats its images. */
function isPlain({ variant }: ReportRow): boolean {
  return variant.augmentation === "" && variant.data === "";
}

function pointsOf(rows: readonly ReportRow[]): Point[] {
  return rows.flatMap(({ name, variant, summary }) =>
    summary === undefined ? [] : [{
      model: variant.model,
      network: name,
      parameters: variant.parameters,
      error: summary.meanPct,
      ...summary.interval,
    }]
  );
}

function draw(points: readonly Point[]): Promise<string> {
  const parameters = points.map((point) => point.parameters);
  const bottom = least(points) * 0.85;
  // Zero has no logarithm: an interval that reaches it is cut at the axis.
  const values = points.map((point) => ({ ...point, low: Math.max(point.low, bottom) }));
  const networks = points.map(({ network }) => network);
  const legend = { title: null, orient: "right", symbolSize: 80 } as const;
  const x = {
    field: "parameters",
    type: "quantitative",
    scale: {
      type: "log",
      domain: [Math.min(...parameters) * 0.7, Math.max(...parameters) * 1.4] as number[],
      nice: false,
    },
    axis: { title: "parameters", format: "~s" },
  } as const;
  const y = {
    type: "quantitative",
    scale: { type: "log", nice: false, domain: [bottom, most(points) * 1.15] as number[] },
    axis: { title: "error, % (95% interval)", format: TICK_FORMAT },
  } as const;
  const color = { field: "network", type: "nominal", scale: colours(networks), legend } as const;
  const shape = { field: "network", type: "nominal", scale: shapes(networks), legend } as const;
  return renderSvg({
    data: { values },
    width: 420,
    height: 300,
    layer: [
      {
        mark: { type: "rule", strokeWidth: 1.5 },
        encoding: { x, y: { field: "low", ...y }, y2: { field: "high" }, color },
      },
      {
        mark: { type: "point", filled: true, size: 80, opacity: 1 },
        encoding: { x, y: { field: "error", ...y }, color, shape },
      },
    ],
  });
}

function least(points: readonly Point[]): number {
  return Math.min(...points.map(({ low, error }) => low > 0 ? low : error).filter((value) => value > 0));
}

function most(points: readonly Point[]): number {
  return Math.max(...points.map(({ high }) => high));
}
