/**
 * What the charts share: series and their colours, panels, and axes.
 *
 * @module
 */

/** Name of the series that papers' values belong to. */
export const PUBLISHED = "published";

/** Okabe and Ito's colours, which colour-blind readers can distinguish too (Color Universal Design, 2008). */
export const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"] as const;
const SHAPES = ["circle", "square", "triangle-up", "cross", "triangle-down", "triangle-right"] as const;

/** Solid, dashed, dotted. */
const DASHES = [[1, 0], [6, 3], [2, 2]] as const;

/** Entries of a legend side by side: more would make the picture wider than its panels. */
export const LEGEND_COLUMNS = 3;

/** Panels of learning curves side by side. */
export const COLUMNS = 3;

/** Size of a panel's frame, and room between frames for axes and titles, in pixels. */
export const PANEL = { width: 240, height: 170, gap: { row: 70, column: 60 } } as const;

/**
 * Longer titles are cut, since they would run into the next. Vega estimates a width as 1.4 times that of Helvetica.
 */
export const TITLE_LIMIT = 1.4 * (PANEL.width + PANEL.gap.column);

/** Each text once, in order of first appearance. */
export function distinct<T extends string>(texts: readonly T[]): T[] {
  return [...new Set(texts)];
}

/** Series in order of first appearance, the papers' last. */
export function seriesOf(marks: readonly { readonly series: string }[]): string[] {
  const all = distinct(marks.map((mark) => mark.series));
  return [...all.filter((name) => name !== PUBLISHED), ...all.filter((name) => name === PUBLISHED)];
}

/** One colour per series, black for the papers. */
export function colours(series: readonly string[]) {
  const range = series.map((name, index) => name === PUBLISHED ? "black" : COLOURS[index % COLOURS.length] ?? "black");
  return { domain: [...series], range };
}

/** Colour and dashes of each arm: solid lines first, then the same colours dashed, then dotted. */
export function armStyle(arms: readonly string[]) {
  const cycle = (index: number) => Math.floor(index / COLOURS.length) % DASHES.length;
  return {
    colours: arms.map((_, index) => COLOURS[index % COLOURS.length] ?? "black"),
    dashes: arms.map((_, index) => [...DASHES[cycle(index)] ?? DASHES[0]]),
  };
}

/** A shape per series, a diamond for the papers; when the colours repeat, the shapes are shifted by one. */
export function shapes(series: readonly string[]) {
  const range = series.map((name, index) =>
    name === PUBLISHED ? "diamond" : SHAPES[(index + Math.floor(index / SHAPES.length)) % SHAPES.length] ?? "diamond"
  );
  return { domain: [...series], range };
}

/** Decimals without power of ten or trailing zeros (d3-format). */
export const TICK_FORMAT = "~r";

/** How an axis maps values, and where its ticks are, unless Vega decides. */
export interface Scaling {
  readonly scale: { readonly type: "log" | "linear"; readonly domain: number[]; readonly nice: false };
  readonly ticks: { readonly values?: number[]; readonly format: string };
}

/** A logarithmic axis around positive values, with ticks at 1, 2 and 5, or only at powers of ten if it is long. */
export function logScaling(values: readonly number[]): Scaling {
  const low = Math.min(...values) * 0.8;
  const high = Math.max(...values) * 1.25;
  const steps = high / low > 200 ? [1] : [1, 2, 5];
  const powers = Array.from({ length: 19 }, (_, index) => index - 12);
  const ticks = powers.flatMap((power) => steps.map((step) => Number(`${step}e${power}`)))
    .filter((tick) => low <= tick && tick <= high);
  return {
    scale: { type: "log", domain: [low, high], nice: false },
    // Numbers with many zeros would run into the next panel.
    ticks: { format: low < 1e-4 ? ".0e" : TICK_FORMAT, ...(ticks.length > 1 && { values: ticks }) },
  };
}
