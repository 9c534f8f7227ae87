/**
 * A contact sheet: the same training digits as each arm sees them.
 *
 * @module
 */
import type { SampleRow } from "../../../results/rows/samples.ts";
import { escapeXml, imageLine } from "../../page/image_line.ts";
import { md } from "../../page/markdown.ts";
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
        imageLine(samples, { left: LAYOUT.margin + labels, top, pixel: LAYOUT.pixel, side });
    }),
    "</svg>\n",
  ].join("\n");
}
