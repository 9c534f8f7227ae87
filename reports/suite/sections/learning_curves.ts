/**
 * The report's learning curves.
 *
 * @module
 */
import { names } from "../../page/format.ts";
import { escape, folded, md } from "../../page/markdown.ts";
import { curveSources, errorCurves, isOfArms, lossCurves } from "../charts/pictures.ts";
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
      show(ERRORS) === "" ? "" : isOfArms(data) ? OF_ARMS : OF_NETWORKS,
      sources.length === 0 ? "" : md`Published curves: ${names(sources)}.`,
      show(LOSSES) === "" ? "" : folded("Training loss", md`${show(LOSSES)}\n\n${OF_LOSSES}`),
    ];
  },
};

const OF_NETWORKS = md`Training error is measured on the fly: each batch before its update. Thick lines are means
  over the seeds, thin ones single seeds. Held out: validation images here, test images in a published curve.
  Values under 0.01% are drawn at 0.01%.`;

const OF_ARMS = md`Training error is measured on the fly: each batch before its update. Lines are means over the seeds.
    Values below a millionth of the largest are drawn at that millionth.`;

const OF_LOSSES = md`Losses of different recipes are different quantities: compare shapes, not heights.`;
