/**
 * The picture of what parameters buy: error against the number of parameters, a point a network.
 *
 * @module
 */
import { TICK_FORMAT } from "./chart_style.ts";
import type { ReportData, ReportRow } from "./rows.ts";
import { renderSvg } from "./svg.ts";

/** Fewer networks are as well read in the table. */
const LEAST_NETWORKS = 4;

interface Point {
  readonly network: string;
  readonly parameters: number;
  readonly error: number;
  readonly low: number;
  readonly high: number;
}

/** Error against parameters of networks trained alike; undefined where these are few. */
export async function complexityPicture({ rows }: ReportData): Promise<string | undefined> {
  const groups = [...Map.groupBy(rows.filter(isPlain), ({ series, profile }) => JSON.stringify([series, profile]))];
  const [largest = []] = groups.map(([, group]) => pointsOf(group)).toSorted((a, b) => b.length - a.length);
  const sizes = new Set(largest.map(({ parameters }) => parameters));
  return sizes.size < LEAST_NETWORKS ? undefined : await draw(largest);
}

/** A network as it is: no arm that distorts or treats its images. */
function isPlain({ variant }: ReportRow): boolean {
  return variant.augmentation === "" && variant.data === "";
}

function pointsOf(rows: readonly ReportRow[]): Point[] {
  return rows.flatMap(({ name, variant, summary }) =>
    summary === undefined
      ? []
      : [{ network: name, parameters: variant.parameters, error: summary.meanPct, ...summary.interval }]
  );
}

function draw(points: readonly Point[]): Promise<string> {
  const parameters = points.map((point) => point.parameters);
  const scale = {
    type: "log",
    // Names stand at the right of their points.
    domain: [Math.min(...parameters) * 0.7, Math.max(...parameters) * 6] as number[],
    nice: false,
  } as const;
  const x = { field: "parameters", type: "quantitative", scale, axis: { title: "parameters", format: "~s" } } as const;
  const y = {
    type: "quantitative",
    scale: { type: "log", nice: false, domain: [least(points) * 0.85, most(points) * 1.3] as number[] },
    axis: { title: "error, % (95% interval)", format: TICK_FORMAT },
  } as const;
  return renderSvg({
    // A logarithm has no zero: an interval that reaches there ends at the axis.
    data: { values: points.map((point) => ({ ...point, low: Math.max(point.low, least(points) * 0.85) })) },
    width: 560,
    height: 320,
    layer: [
      { mark: { type: "rule", strokeWidth: 1.5 }, encoding: { x, y: { field: "low", ...y }, y2: { field: "high" } } },
      { mark: { type: "point", filled: true, size: 60, opacity: 1 }, encoding: { x, y: { field: "error", ...y } } },
      {
        // Aslant, so that the names of neighbours stand apart.
        mark: { type: "text", align: "left", dx: 8, fontSize: 10, angle: 335 },
        encoding: { x, y: { field: "error", ...y }, text: { field: "network" } },
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
