/**
 * Error by number of training images, as figure 6 of LeCun 1998 shows that of LeNet-5.
 *
 * @module
 */
import { mean } from "simple-statistics";
import type { Published } from "../../../data/published.ts";
import { integer, interval, percent } from "../../page/format.ts";
import { escape, left, type Markdown, md, right, table } from "../../page/markdown.ts";
import { drawPanels, type PanelPoint } from "../../page/panel_chart.ts";
import { publishedSizes } from "../references.ts";
import { isJudged, type JudgedRow, type ReportData } from "../rows.ts";
import type { Picture, Section } from "../sections/section.ts";

const SIZES: Picture = {
  file: md`training_set_sizes.svg`,
  description: md`Error by number of training images, with the published ones`,
  draw: sizesPicture,
};

/** Networks that were trained on several numbers of images, if the papers did so too. */
export const TRAINING_SET_SIZES: Section = {
  heading: md`Error by number of training images`,
  pictures: [SIZES],
  paragraphs: (data, show) => [...sizesTable(data), show(SIZES)],
};

/** A row, and what was published for its network on as many images. */
interface SizeRow {
  readonly row: JudgedRow;
  /** On the training images during the last epoch, mean over the seeds. */
  readonly trainPct: number;
  readonly published: { readonly test: Published | undefined; readonly train: Published | undefined };
}

/** The rows of each network and profile with several sizes, fewest images first; empty if nothing was published. */
function networks({ rows, published }: ReportData): readonly (readonly SizeRow[])[] {
  const groups = Map.groupBy(
    rows.filter(isJudged),
    ({ variant, profile }) => JSON.stringify([variant.model, variant.recipe, variant.augmentation, profile]),
  );
  return [...groups.values()].map((group) => group.flatMap((row) => sized(row, published)))
    .filter((sizes) => new Set(sizes.map(({ row }) => row.summary.trainImages)).size > 1)
    .map((sizes) => sizes.toSorted((a, b) => a.row.summary.trainImages - b.row.summary.trainImages));
}

function sized(row: JudgedRow, published: readonly Published[]): SizeRow[] {
  const points = publishedSizes(row.published.system.split(",")[0]!, published);
  const of = (metric: string) =>
    points.find((point) => point.metric === metric && point.train_images === row.summary.trainImages);
  const errors = row.trials.flatMap(({ status, train_error_pct }) => status === "done" ? train_error_pct ?? [] : []);
  if (points.length === 0 || errors.length === 0) return [];
  return [{ row, trainPct: mean(errors), published: { test: of("test_error_pct"), train: of("train_error_pct") } }];
}

function sizesTable(data: ReportData): Markdown[] {
  const shown = networks(data).flat();
  if (shown.length === 0) return [];
  const columns = [
    left("network"),
    left("recipe"),
    right("training images"),
    right("test error, %"),
    right("published, %"),
    right("training error, %"),
    right("published, %"),
  ];
  const cell = (published: Published | undefined) => published === undefined ? "" : md`${published.value}`;
  const sources = new Set(shown.flatMap(({ published: { test } }) => test === undefined ? [] : [test.source]));
  return [
    table(
      columns,
      shown.map(({ row, trainPct, published }) => [
        escape(row.name),
        escape(row.series),
        integer(row.summary.trainImages),
        md`${percent(row.summary.meanPct)} (${interval(row.summary.interval)})`,
        cell(published.test),
        percent(trainPct),
        cell(published.train),
      ]),
    ),
    md`Training error: during the last epoch, each image before its update. Published: ${
      escape([...sources].join("; "))
    }.`,
  ];
}

/** One panel per network; undefined if none has several sizes. */
async function sizesPicture(data: ReportData): Promise<string | undefined> {
  const panels = networks(data).map((sizes) => ({
    title: `${sizes[0]!.row.variant.model_title}, ${sizes[0]!.row.series}`,
    axis: "training images",
    points: sizes.flatMap(({ row: { summary }, trainPct, published: { test, train } }): PanelPoint[] => [
      { arm: "test", x: summary.trainImages, value: summary.meanPct, ...summary.interval },
      { arm: "training", x: summary.trainImages, value: trainPct },
      ...test === undefined ? [] : [{ arm: "test, published", x: summary.trainImages, value: test.value }],
      ...train === undefined ? [] : [{ arm: "training, published", x: summary.trainImages, value: train.value }],
    ]),
  }));
  return panels.length === 0 ? undefined : await drawPanels(panels, { columns: 2, axis: "error, %", scale: "percent" });
}
