/**
 * The test digits that networks got wrong, as figure 8 of LeCun 1998 shows those of LeNet-5.
 *
 * A run's files say which test images these are, but don't contain them: they are drawn from the data set.
 *
 * @module
 */
import { UserError } from "../../base/errors.ts";
import { type Dataset, imageBytes } from "../../data/dataset.ts";
import type { Published } from "../../data/published.ts";
import type { Run } from "../../results/folder/store.ts";
import type { ErrorRow } from "../../results/rows/errors.ts";
import type { TrialRow } from "../../results/rows/trials.ts";
import { counted, integer, names } from "../page/format.ts";
import { escapeXml, type GreyImage, imageLine } from "../page/image_line.ts";
import { escape, joined, type Markdown, md, section } from "../page/markdown.ts";
import type { ReportFiles } from "../page/report_files.ts";
import { collect, type ReportRow } from "./rows.ts";

/** A network with more errors is only named: its picture would be long, and none of its errors remarkable. */
const MOST_ERRORS = 120;

/** Digits per line, size of a pixel, room around a digit and under it for each line of text, and the picture's edge. */
const LAYOUT = { columns: 12, pixel: 2, gap: 8, label: 12, edge: 12 } as const;

const MARGINS = md`The number under an answer is its margin: by how much the answer's output exceeded that of the right
  class. It is in the network's own unit, so it compares digits of one picture: log odds with softmax, the targets'
  units with squared error, squared distance with RBF outputs.`;

/** A row of the report with its first finished trial, and the images that this trial got wrong. */
interface Gallery {
  readonly row: ReportRow;
  readonly trial: TrialRow;
  readonly errors: readonly ErrorRow[];
}

/**
 * Renders `misclassified.md` and its pictures: the digits that each row's first trial got wrong, in the order of the
 * test set, with the right label, the network's answer and, if it was recorded, the answer's margin. Rows with many
 * errors are only named.
 *
 * @param runs Runs of one suite.
 * @param source The data set that they were tested on, and the rows of `data/published.csv`.
 * @throws {UserError} The runs don't belong together, were tested on another data set or on colour images, or name an
 * image that it does not contain.
 */
export function renderMisclassified(
  runs: readonly Run[],
  { dataset, published }: { readonly dataset: Dataset; readonly published: readonly Published[] },
): ReportFiles {
  const galleries = collect(runs, published).rows.flatMap((row): Gallery[] => {
    const trial = row.trials.find(({ status }) => status === "done");
    const errors = row.errors.filter((error) => error.trial === trial?.trial);
    return trial === undefined || errors.length === 0 ? [] : [{ row, trial, errors }];
  });
  const isShown = ({ errors }: Gallery) => errors.length <= MOST_ERRORS;
  const many = galleries.filter((gallery) => !isShown(gallery));
  const pictures = galleries.filter(isShown).map((gallery, index) => ({
    gallery,
    file: md`misclassified_${index + 1}.svg`,
    svg: drawErrors(gallery, dataset),
  }));
  const page = joined([
    md`# Misclassified digits`,
    md`${escape(runs[0]?.environment.suite_title ?? "")}, on ${escape(dataset.title)}. For each row the errors of its
      first trial, in the order of the test set: the right label -> the network's answer.`,
    pictures.some(({ gallery }) => hasMargins(gallery)) ? MARGINS : "",
    ...pictures.map(({ gallery: { row, trial, errors }, file }) =>
      section(nameOf(row), [
        md`Seed ${trial.seed}: ${counted(errors.length, "error")} in ${integer(trial.test_images)} images.`,
        md`![Digits](${file})`,
      ])
    ),
    many.length === 0
      ? ""
      : md`More than ${MOST_ERRORS} errors, and so not shown: ${names(many.map(({ row }) => nameOf(row)))}.`,
  ], "\n\n");
  return new Map([["misclassified.md", `${page}\n`], ...pictures.map(({ file, svg }) => [file, svg] as const)]);
}

function nameOf({ name, series }: ReportRow): Markdown {
  return md`${escape(name)}, ${escape(series)}`;
}

/** Runs of earlier versions did not record them. */
function hasMargins({ errors }: Pick<Gallery, "errors">): boolean {
  return errors.some(({ margin }) => margin !== null);
}

function drawErrors({ trial, errors }: Gallery, dataset: Dataset): string {
  refuseOtherData(trial, dataset);
  const { height, width } = dataset.test;
  const { columns, pixel, gap, label, edge } = LAYOUT;
  const sorted = errors.toSorted((a, b) => a.test_index - b.test_index);
  const lines = Array.from(
    { length: Math.ceil(sorted.length / columns) },
    (_, line) => sorted.slice(line * columns, (line + 1) * columns),
  );
  const side = pixel * width + gap;
  const lineHeight = pixel * height + gap + (hasMargins({ errors }) ? 2 : 1) * label;
  const size = [2 * edge + side * Math.min(columns, sorted.length), 2 * edge + lineHeight * lines.length] as const;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size[0]}" height="${size[1]}" viewBox="0 0 ${size.join(" ")}">`,
    `<rect width="${size[0]}" height="${size[1]}" fill="white"/>`,
    `<g font-family="Helvetica, Arial, sans-serif" font-size="${label}" fill="#333333" text-anchor="middle">`,
    ...lines.flatMap((line, index) => {
      const bottom = edge + index * lineHeight + pixel * height;
      return line.flatMap(({ true_label, predicted, margin }, column) =>
        [`${true_label}->${predicted}`, ...margin === null ? [] : [margin.toPrecision(2)]].map((text, textLine) =>
          `<text x="${edge + column * side + pixel * width / 2}" y="${bottom + (textLine + 1) * label}">` +
          `${escapeXml(text)}</text>`
        )
      );
    }),
    "</g>",
    ...lines.map((line, index) =>
      imageLine(line.map((error) => imageOf(error, dataset)), {
        left: edge,
        top: edge + index * lineHeight,
        pixel,
        side,
      })
    ),
    "</svg>\n",
  ].join("\n");
}

function refuseOtherData({ trial, dataset_sha256 }: TrialRow, { id, sha256, test }: Dataset): void {
  if (dataset_sha256 !== sha256) {
    throw new UserError(
      `Cannot show the errors of trial "${trial}": data set "${id}" is not the one it was tested on, by their ` +
        "checksums. Name the folder of that one.",
    );
  }
  if (test.maps !== 1) throw new UserError(`Cannot show images of "${id}": they are in colour. Leave --digits out.`);
}

function imageOf({ trial, test_index, true_label }: ErrorRow, { id, test }: Dataset): GreyImage {
  if (test.labels[test_index] !== true_label) {
    throw new UserError(
      `Cannot show the errors of trial "${trial}": test image "${test_index}" of data set "${id}" is no ` +
        `"${true_label}". Restore the run folder's files as they were written.`,
    );
  }
  const size = imageBytes(test);
  const pixels = test.pixels.subarray(test_index * size, (test_index + 1) * size);
  return { height: test.height, width: test.width, pixels: Uint8Array.from(pixels).toHex() };
}
