/**
 * Vega-Lite specifications to SVG text, the same bytes on every machine.
 *
 * @module
 */
import { parse, resetSVGDefIds, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";

/** The look of all pictures: a white background, because reports are read on dark pages too, and quiet axes. */
const STYLE = {
  background: "white",
  padding: 12,
  config: {
    aria: false,
    font: "Helvetica, Arial, sans-serif",
    view: { stroke: "#dddddd" },
    axis: { gridColor: "#ececec", labelColor: "#333333", titleColor: "#333333", titleFontWeight: "normal" },
    legend: { labelColor: "#333333", titleColor: "#333333", labelLimit: 0, labelFontSize: 11 },
    title: { color: "#111111", anchor: "start", fontSize: 12 },
  },
} as const;

/** Attributes with coordinates; only these are rounded, never text. */
const COORDINATES = / (?:transform|d|x|y|x1|y1|x2|y2|width|height|viewBox)="[^"]*"/g;

/** What XML can't contain, and what would reverse the text around it; Vega escapes the rest. */
const UNPRINTABLE = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}\uFFFE\uFFFF]/gu;

/**
 * Draws a specification without a DOM or a canvas.
 *
 * Text is measured by Vega's own estimate (no `canvas` package is installed), and coordinates are rounded to
 * hundredths of a pixel: a logarithm's last digit may differ from one processor to another.
 */
export async function renderSvg(spec: TopLevelSpec): Promise<string> {
  const styled = { ...spec, ...STYLE };
  const view = new View(parse(compile(styled).spec), { renderer: "none" });
  // Vega numbers clip paths and gradients from a counter that lives as long as the process.
  resetSVGDefIds();
  const svg = await view.toSVG();
  view.finalize();
  const printable = svg.replace(UNPRINTABLE, " ");
  return printable.replace(COORDINATES, (attribute) => attribute.replace(/-?\d+\.\d{3,}(?:e-?\d+)?/g, rounded)) + "\n";
}

function rounded(number: string): string {
  return String(Math.round(Number(number) * 100) / 100);
}
