/**
 * The report's learning curves.
 *
 * @module
 */
import { integer, names } from "../../page/format.ts";
import { escape, folded, joined, type Markdown, md } from "../../page/markdown.ts";
import { curveSources, errorCurves, isOfArms, lossCurves } from "../charts/pictures.ts";
import type { ReportData, ReportRow } from "../rows.ts";
import type { Picture, Section } from "./section.ts";

const ERRORS: Picture = {
  file: md`learning_curves.svg`,
  description: md`Error by epoch, one panel per network`,
  draw: errorCurves,
};

const LOSSES: Picture = {
  file: md`loss_curves.svg`,
  description: md`Training loss by epoch, one panel per network`,
  draw: lossCurves,
};

/** Error and loss by epoch. */
export const LEARNING_CURVES: Section = {
  heading: md`Learning curves`,
  pictures: [ERRORS, LOSSES],
  paragraphs(data, show) {
    const sources = curveSources(data).map(escape);
    return [
      show(ERRORS),
      show(ERRORS) === "" ? "" : legend(data),
      sources.length === 0 ? "" : md`Published curves: ${names(sources)}.`,
      ...data.rows.filter(isBoosted).map(boosted),
      show(LOSSES) === "" ? "" : folded("Training loss", md`${show(LOSSES)}\n\n${OF_LOSSES}`),
    ];
  },
};

/** How the curves are read. */
function legend(data: ReportData): Markdown {
  const training = md`Training error is measured on the fly: each ${unitOf(data)} before its update.`;
  const [lines, least] = isOfArms(data)
    ? [md`Lines are means over the seeds.`, md`Values below a millionth of the largest are drawn at that millionth.`]
    : [
      md`Thick lines are means over the seeds, thin ones single seeds.`,
      md`Values under 0.01% are drawn at 0.01%.`,
    ];
  return joined([training, lines, heldOut(data), least].filter((sentence) => sentence !== ""), " ");
}

/** What is trained on between two updates. */
function unitOf({ rows }: ReportData): Markdown {
  const units = [
    ...rows.some(({ variant }) => variant.batch === 1) ? [md`pattern`] : [],
    ...rows.some(({ variant }) => variant.batch > 1) ? [md`batch`] : [],
  ];
  return joined(units, " or ");
}

/** Which images the dashed lines are about. */
function heldOut(data: ReportData): Markdown {
  const epochs = data.rows.flatMap((row) => row.epochs);
  const isTested = epochs.some(({ test_error_pct }) => test_error_pct !== null);
  const isValidated = epochs.some((row) => row.test_error_pct === null && row.validation_error_pct !== null);
  const published = curveSources(data).length > 0 ? md`, and test images in a published curve` : "";
  if (isTested) {
    const others = isValidated ? md`, validation images for trials without them` : "";
    return md`Held out: test images, of the trials that were tested after every epoch${others}${published}; these errors
      are only drawn, and nothing was chosen by them.`;
  }
  if (isValidated) return md`Held out: validation images here${published}.`;
  return published === "" ? "" : md`Held out: no images here; test images in a published curve.`;
}

/** Whether a row's trials train one network after the other. */
function isBoosted({ epochs }: ReportRow): boolean {
  return epochs.some(({ network }) => network > 1);
}

/** How a boosted row's curves are read, and how many patterns its later networks had. */
function boosted({ name, epochs }: ReportRow): Markdown {
  const found = [...Map.groupBy(epochs, ({ network }) => network)].flatMap(([network, own]) => {
    const counts = own.flatMap(({ filtered_patterns }) => filtered_patterns ?? []);
    if (counts.length === 0) return [];
    const [least, most] = [Math.min(...counts), Math.max(...counts)];
    const range = least === most ? integer(least) : md`${integer(least)} to ${integer(most)}`;
    return [md`${range} different patterns for network ${integer(network)}`];
  });
  return md`${
    escape(name)
  }: the epochs of each network follow those of the one before. Training errors are its own, on the
    patterns filtered for it; held-out errors are those of all networks so far. The filters found ${names(found)}.`;
}

const OF_LOSSES = md`Losses of different recipes are different quantities: compare shapes, not heights.`;
