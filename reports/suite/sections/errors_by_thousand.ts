/**
 * Where in MNIST's test set the errors are.
 *
 * @module
 */
import { max, mean, min, sum } from "simple-statistics";
import { type Interval, wilsonInterval } from "../../../results/statistics/intervals.ts";
import { integer } from "../../page/format.ts";
import { escape, left, md, right, table, trusted } from "../../page/markdown.ts";
import { drawPanels } from "../../page/panel_chart.ts";
import type { ReportData, ReportRow } from "../rows.ts";
import type { Picture, Section } from "./section.ts";

const TEST_IMAGES = 10_000;
const THOUSANDS = 10;
/** A row has learned if it makes at most this share of errors; what has not errs everywhere alike. */
const LEARNED_PCT = 10;
/**
 * In per cent: the shares in the first 5,000 images that raise no doubt. 204 committed trials that learned made 61 to
 * 83% of their errors there, the most in small counts, and 69% all together.
 */
const USUAL: Interval = { low: 60, high: 80 };

const BY_THOUSAND: Picture = {
  file: md`errors_by_thousand.svg`,
  description: md`Share of the errors in each thousand of the test images`,
  draw: sharePicture,
};

/** The errors in each thousand of MNIST's test images, in the order of the published file. */
export const ERRORS_BY_THOUSAND: Section = {
  heading: md`Errors by test image`,
  pictures: [BY_THOUSAND],
  paragraphs({ rows }, show) {
    const placed = placedRows(rows);
    if (placed.length === 0) return [];
    const columns = [
      left("network"),
      left("recipe"),
      ...Array.from({ length: THOUSANDS }, (_, i) => right(md`${i + 1}`)),
      right("in the first 5,000, %"),
    ];
    return [
      md`Mean errors per trial in each thousand of the test images, in the order of the published file, and the share
        of all errors that are in the first half. Networks that learned make about twice as many there as in the second
        half; with at most ${LEARNED_PCT}% errors, a share whose 95% Wilson interval (of one trial's errors) is
        outside ${USUAL.low} to ${USUAL.high}% is worth a notice above.`,
      show(BY_THOUSAND),
      md`Lines are means over the rows of a recipe, bars show their range.`,
      table(
        columns,
        placed.map(({ row, byThousand, sharePct, interval: { low, high } }) => [
          escape(row.name),
          escape(row.series),
          ...byThousand.map((errors) => trusted(errors.toFixed(1))),
          md`${integer(sharePct)} (${integer(low)} to ${integer(high)})`,
        ]),
      ),
    ];
  },
};

/** For each row that learned, but has an unusual share of its errors in the first half, a sentence that says so. */
export function unusualShares(rows: readonly ReportRow[]): string[] {
  return placedRows(rows).filter(({ errorPct, interval: { low, high } }) =>
    errorPct <= LEARNED_PCT && (low > USUAL.high || high < USUAL.low)
  ).map(({ row, sharePct }) =>
    `${row.name}, ${row.series}: ${sharePct.toFixed(0)}% of its errors are among the first 5,000 test images, where ` +
    `networks that learned make ${USUAL.low} to ${USUAL.high}%. Check how it was tested.`
  );
}

/** A row that was tested on all of MNIST's test images, and where its errors are. */
interface PlacedRow {
  readonly row: ReportRow;
  readonly errorPct: number;
  /** Mean errors per trial in each thousand. */
  readonly byThousand: readonly number[];
  /** The share of the errors that are in the first half. */
  readonly sharePct: number;
  /** Of that share, in per cent, from as many errors as one trial makes: trials share their images. */
  readonly interval: Interval;
}

function placedRows(rows: readonly ReportRow[]): PlacedRow[] {
  return rows.flatMap((row): PlacedRow[] => {
    const { errors, summary } = row;
    const isWhole = summary?.dataset === "mnist" && summary.judgedOn === "test" && summary.testedImages === TEST_IMAGES;
    if (!isWhole || errors.length === 0) return [];
    const perTrial = (isCounted: (index: number) => boolean) =>
      errors.filter(({ test_index }) => isCounted(test_index)).length / summary.n;
    const inFirstHalf = perTrial((index) => index < TEST_IMAGES / 2);
    const { low, high } = wilsonInterval(inFirstHalf, errors.length / summary.n);
    return [{
      row,
      errorPct: summary.meanPct,
      byThousand: Array.from({ length: THOUSANDS }, (_, i) => perTrial((index) => Math.floor(index / 1000) === i)),
      sharePct: 100 * inFirstHalf * summary.n / errors.length,
      interval: { low: 100 * low, high: 100 * high },
    }];
  });
}

/** One line per recipe, the mean over its rows; undefined if no row has errors on MNIST. */
async function sharePicture({ rows }: ReportData): Promise<string | undefined> {
  const placed = placedRows(rows);
  if (placed.length === 0) return undefined;
  const points = [...Map.groupBy(placed, ({ row }) => row.series)].flatMap(([arm, ofArm]) =>
    Array.from({ length: THOUSANDS }, (_, i) => {
      const shares = ofArm.map(({ byThousand }) => 100 * byThousand[i]! / sum([...byThousand]));
      return { arm, x: i + 1, value: mean(shares), low: min(shares), high: max(shares) };
    })
  );
  const panel = { title: "", axis: "thousand of the test images", points };
  return await drawPanels([panel], { columns: 1, axis: "share of the errors, %", scale: "percent" });
}
