/**
 * A report from run folders: markdown and pictures, made of CSV files and `data/published.csv` alone.
 *
 * The same rows give the same bytes on every machine, so a committed report can be checked by rendering it again.
 *
 * @module
 */
import { join } from "node:path";
import { replaceFile } from "../../base/append.ts";
import { messageOf, UserError } from "../../base/errors.ts";
import { pathIn } from "../../base/files.ts";
import type { Published } from "../../data/published.ts";
import type { Run } from "../../results/folder/store.ts";
import { names } from "../page/format.ts";
import { escape, folded, section } from "../page/markdown.ts";
import { answer } from "./answer.ts";
import { complexityPicture } from "./charts/complexity.ts";
import { curveSources, effectPicture, errorCurves, errorPicture, isOfArms, lossCurves } from "./charts/pictures.ts";
import { choiceParagraphs } from "./choices.ts";
import { confusionParagraphs } from "./confusions.ts";
import { effectParagraphs, publishedEffectParagraphs } from "./measures/effects.ts";
import { gradientParagraphs, gradientPicture } from "./measures/gradients.ts";
import { reachParagraphs, reachTarget, stoppingParagraphs } from "./measures/reach.ts";
import { samplePicture } from "./measures/samples.ts";
import { sweepParagraphs, sweepPicture } from "./measures/sweeps.ts";
import { collect, type ReportData } from "./rows.ts";
import {
  departureParagraphs,
  environmentParagraphs,
  learningRateParagraphs,
  notices,
  readingParagraphs,
} from "./sections.ts";
import { speedParagraphs } from "./speed.ts";
import { complexityTable, resultTable } from "./tables.ts";

/** A report's files by name. */
export type ReportFiles = ReadonlyMap<string, string>;

/**
 * Renders `report.md` and its pictures.
 *
 * @param runs run folders of one suite; a row of the report is a variant at a profile, pooled over the folders
 * @param published rows of `data/published.csv`
 * @throws {UserError} the folders don't belong together, see {@linkcode collect}
 *
 * @example
 * ```ts ignore
 * import { readPublished } from "../../data/published.ts";
 * import { readRun } from "../../results/folder/store.ts";
 *
 * const files = await renderReport([readRun("results/runs/latest")], readPublished());
 * console.log(files.get("report.md"));
 * ```
 */
export async function renderReport(runs: readonly Run[], published: readonly Published[]): Promise<ReportFiles> {
  const data = collect(runs, published);
  const pictures = {
    "error_rates.svg": await errorPicture(data),
    "comparisons.svg": await effectPicture(data),
    "distorted_images.svg": await sweepPicture(data),
    "gradients.svg": await gradientPicture(data),
    "training_images.svg": samplePicture(data),
    "complexity.svg": await complexityPicture(data),
    "learning_curves.svg": await errorCurves(data),
    "loss_curves.svg": await lossCurves(data),
  };
  const drawn = Object.entries(pictures).flatMap(([name, svg]) => svg === undefined ? [] : [[name, svg] as const]);
  return new Map([["report.md", markdown(data, new Set(drawn.map(([name]) => name)))], ...drawn]);
}

/** Writes a report's files into `directory`, which is made if it is missing. */
export function writeReport(files: ReportFiles, directory: string): void {
  Deno.mkdirSync(directory, { recursive: true });
  for (const [name, text] of files) replaceFile({ path: join(directory, name), text });
}

/** Names of the files in `directory` that are missing or differ from a report's by a byte. */
export function differences(files: ReportFiles, directory: string): string[] {
  return [...files].filter(([name, text]) => readIfThere(pathIn(directory, name)) !== text).map(([name]) => name);
}

function readIfThere(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new UserError(`Cannot read "${path}": ${messageOf(error)}`);
  }
}

function markdown(data: ReportData, pictures: ReadonlySet<string>): string {
  const environment = data.runs[0]?.environment;
  const picture = (name: string, description: string) => pictures.has(name) ? `![${description}](${name})` : "";
  const curves = picture("learning_curves.svg", "Error by epoch, a panel a network");
  const comparisons = picture("comparisons.svg", "Differences of error from the baselines with 95% intervals");
  const distorted = picture("distorted_images.svg", "Error by amount of distortion, a panel a network and distortion");
  const gradients = picture("gradients.svg", "Gradient by layer, before and after training, a panel a network");
  const digits = picture("training_images.svg", "The same training digits under every arm");
  const complexity = picture("complexity.svg", "Error against parameters, a point a network trained alike");
  const { lead, basis } = answer(data);
  const loss = picture("loss_curves.svg", "Training loss by epoch, a panel a network");
  const sources = curveSources(data).map(escape);
  return [
    `# ${escape(environment?.suite_title ?? "")}`,
    escape(environment?.question ?? ""),
    notices(data),
    lead,
    basis,
    section("Least error by network and recipe", choiceParagraphs(data.rows)),
    section("Results", [
      ...resultTable(data),
      picture("error_rates.svg", "Error rates with 95% intervals"),
    ]),
    section("Comparisons", effectParagraphs(data, comparisons)),
    section("Published effects", publishedEffectParagraphs(data)),
    section("Distorted test images", sweepParagraphs(data, distorted)),
    section(`Epochs to ${reachTarget(data)}% training error`, reachParagraphs(data)),
    section("Early stopping", stoppingParagraphs(data)),
    section("Learning curves", [
      curves,
      curves === "" ? "" : isOfArms(data) ? ARM_CURVES : CURVES,
      sources.length === 0 ? "" : `Published curves: ${names(sources)}.`,
      loss === "" ? "" : folded("Training loss", `${loss}\n\n${LOSS}`),
    ]),
    section("Gradients", gradientParagraphs(data, gradients)),
    section("Training images", [digits === "" ? "" : SAMPLES, digits]),
    section("Complexity", [...complexityTable(data), complexity]),
    section("Speed", speedParagraphs(data)),
    section("Most confused pairs", confusionParagraphs(data)),
    section("What was not like the papers", departureParagraphs(data)),
    section("Learning rates", learningRateParagraphs(data)),
    section("How to read the verdicts", readingParagraphs(data)),
    section("Environment", environmentParagraphs(data)),
  ].filter((part) => part !== "").join("\n\n") + "\n";
}

const CURVES = "Training error is measured on the fly: each batch before its update. Thick lines are means " +
  "over the seeds, thin ones single seeds. Held out: validation images here, test images in a published curve. " +
  "Values under 0.01% are drawn at 0.01%.";

const SAMPLES =
  "The same digits as the arms get to see them, in one epoch; arms that do the same with them are shown once.";

const ARM_CURVES =
  "Training error is measured on the fly: each batch before its update. Lines are means over the seeds. " +
  "Values below a millionth of the largest are drawn there.";

const LOSS = "Losses of different recipes are different quantities: compare shapes, not heights.";
