/**
 * A contact sheet: the same training digits as each arm sees them.
 *
 * @module
 */
import type { SampleRow } from "../../../results/rows/samples.ts";
import { md, oneLine } from "../../page/markdown.ts";
import { families, type Family } from "../families.ts";
import type { ReportData } from "../rows.ts";
import type { Picture, Section } from "../sections/section.ts";

const CONTACT_SHEET: Picture = {
  file: md`training_images.svg`,
  description: md`The same training digits under every arm`,
  draw: samplePicture,
};

/** Training digits as the variants see them. */
export const TRAINING_IMAGES: Section = {
  heading: md`Training images`,
  pictures: [CONTACT_SHEET],
  paragraphs: (_data, show) => show(CONTACT_SHEET) === "" ? [] : [SAMPLES, show(CONTACT_SHEET)],
};

const SAMPLES = md`The same digits as the arms see them, in one epoch; arms that treat them alike are shown once.`;

/** One line of the sheet. */
export interface SampleLine {
  readonly name: string;
  /** At least one. */
  readonly samples: readonly SampleRow[];
}

/** Steps of grey besides white: enough for the eye, and few enough for a small file. */
const GREYS = 6;

/** Digits per line. */
const DIGITS = 8;

/** Size of a pixel, room around a digit, and the sheet's margins, in units of the picture. */
const LAYOUT = { pixel: 2, gap: 6, margin: 12, label: 12, character: 6.6 } as const;

/**
 * One line per arm; arms that treat the images alike are shown once, however many networks they train. Empty if no
 * samples were recorded.
 */
export function sampleLines({ runs, rows }: ReportData): readonly SampleLine[] {
  const all = runs.flatMap((run) => [...Map.groupBy(run.samples, (sample) => sample.variant)]);
  const byVariant = new Map(all.toReversed());
  const arms = families(rows).flatMap(({ arms }: Family) =>
    arms.flatMap(({ name, row: { variant } }) => {
      const samples = byVariant.get(variant.variant)?.toSorted((a, b) => a.sample - b.sample).slice(0, DIGITS) ?? [];
      return samples.length === 0 ? [] : [{ name, samples, treatment: `${variant.augmentation}|${variant.data}` }];
    })
  );
  const first = [...Map.groupBy(arms, ({ treatment }) => treatment).values()].flatMap((group) => group.slice(0, 1));
  return first.map(({ name, samples }) => ({ name, samples }));
}

/** The sheet as SVG: ink dark on white, one path per line and grey. Undefined if all arms see the same. */
export function samplePicture(data: ReportData): string | undefined {
  const lines = sampleLines(data);
  if (lines.length < 2) return undefined;
  const all = lines.flatMap(({ samples }) => samples);
  const side = LAYOUT.pixel * Math.max(...all.flatMap(({ height, width }) => [height, width])) + LAYOUT.gap;
  const labels = LAYOUT.character * Math.max(...lines.map(({ name }) => name.length)) + LAYOUT.gap;
  const width = Math.ceil(2 * LAYOUT.margin + labels + side * Math.max(...lines.map(({ samples }) => samples.length)));
  const height = 2 * LAYOUT.margin + side * lines.length;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    ...lines.map(({ name, samples }, index) => {
      const top = LAYOUT.margin + side * index;
      return `<text x="${LAYOUT.margin}" y="${top + side / 2}" font-family="Helvetica, Arial, sans-serif" ` +
        `font-size="${LAYOUT.label}" fill="#333333">${escapeXml(name)}</text>\n` +
        `<g transform="translate(${LAYOUT.margin + labels} ${top}) scale(${LAYOUT.pixel})" fill="none" ` +
        `shape-rendering="crispEdges">${frames(samples, side / LAYOUT.pixel)}${inks(samples, side / LAYOUT.pixel)}</g>`;
    }),
    "</svg>\n",
  ].join("\n");
}

/** The edges of the images, which make a shift visible. */
function frames(samples: readonly SampleRow[], side: number): string {
  const edges = samples.map(({ height, width }, index) => `M${index * side} 0h${width}v${height}h-${width}z`);
  return `<path stroke="#dddddd" stroke-width="0.5" d="${edges.join("")}"/>`;
}

/** The digits of a line side by side, one path of horizontal strokes per grey; white is the background. */
function inks(samples: readonly SampleRow[], side: number): string {
  return Array.from({ length: GREYS }, (_, index) => index + 1).map((ink) => {
    const path = samples.map((sample, index) => strokes(sample, { ink, left: index * side })).join("");
    const grey = Math.round(255 * (1 - ink / GREYS)).toString(16).padStart(2, "0");
    return path === "" ? "" : `<path stroke="#${grey.repeat(3)}" d="${path}"/>`;
  }).join("");
}

/** Runs of pixels with this much ink, as SVG path commands. */
function strokes(
  { pixels, height, width }: SampleRow,
  { ink, left }: { readonly ink: number; readonly left: number },
): string {
  const inkOf = (index: number) => Math.round(parseInt(pixels.slice(2 * index, 2 * index + 2), 16) / 255 * GREYS);
  const runs: string[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const start = x;
      while (x < width && inkOf(y * width + x) === ink) x++;
      if (x > start) runs.push(`M${left + start} ${y + 0.5}h${x - start}`);
    }
  }
  return runs.join("");
}

function escapeXml(text: string): string {
  return oneLine(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
