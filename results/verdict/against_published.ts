/**
 * Measured error against published error: reproduced, better, worse, inconclusive or not comparable.
 *
 * Both were measured on the same test images, so the luck of the test set is shared, and cancels. What is left is the
 * luck of the runs: the mean of n seeds and one published run of the same procedure differ by the variance
 *
 *     s^2 / n  +  s^2
 *
 * where s^2 is that of single runs, {@linkcode moderated} by what is known of like variants, since one to five seeds
 * say little of it; the quantiles are Student's t with its degrees of freedom. The binomial variance p (1 - p) / N in
 * place of the second term, as for independent test images, is about twice too large: most of a run's errors are on
 * images that the other runs get wrong, too. The rounding of a published rate, at most 0.03 points, is left out.
 *
 * @module
 */
import { mean, sampleStandardDeviation } from "simple-statistics";
import { UserError } from "../../base/errors.ts";
import type { Published } from "../../data/published.ts";
import type { TrialRow } from "../rows/trials.ts";
import { errorRateInterval } from "../statistics/error_rate.ts";
import { CONFIDENCE, type Interval, wilsonInterval } from "../statistics/intervals.ts";
import { binomialVariance, moderated } from "../statistics/seed_spread.ts";
import { studentTQuantile } from "../statistics/student_t.ts";

/** The error of one variant over its finished trials. */
export interface Summary {
  /** Finished trials (seeds). */
  readonly n: number;
  /** Trials that failed; they are not in the mean. */
  readonly failed: number;
  readonly meanPct: number;
  /** 95%, in per cent: see {@linkcode errorRateInterval}. */
  readonly interval: Interval;
  /** Sample standard deviation over seeds, per cent; null with one seed. */
  readonly sdPct: number | null;
  readonly judgedOn: "test" | "validation";
  readonly dataset: string;
  readonly trainImages: number;
  readonly testedImages: number;
}

/** The outcome of comparing measured with published. */
export type Verdict =
  | { readonly kind: "not comparable"; readonly reason: string }
  | {
    readonly kind: "reproduced" | "better" | "worse" | "inconclusive";
    /** Measured minus published; percentage points. */
    readonly differencePct: number;
    /** 95% interval of the difference. */
    readonly interval: Interval;
    /** Differences smaller than this count as none; percentage points. */
    readonly marginPct: number;
  };

/**
 * The margin in standard errors of the published run: 1.96 sqrt(2), the least difference that two single runs on
 * independent test sets of that size could show at 95% (Fisher's least significant difference). Small enough to keep
 * apart the paper's own rows that differ significantly; large enough for many seeds to confirm a true reproduction at
 * every rate. A flat margin, or a flat share of the rate, fails one or the other somewhere between 0.4 and 12%.
 */
const MARGIN_STANDARD_ERRORS = 1.96 * Math.SQRT2;

/** The rule of {@linkcode equivalenceMargin} in words. */
export const MARGIN_RULE =
  `${MARGIN_STANDARD_ERRORS.toFixed(2)} standard errors of the published rate on its test set: ` +
  "the least difference that two single runs on independent test sets of that size could have shown at 95%";

/**
 * The error of one variant over its seeds.
 *
 * @param trials All trials of one variant.
 * @returns undefined when no trial finished.
 * @throws {UserError} The trials don't share data set, training and test images.
 */
export function summarise(
  trials: readonly TrialRow[],
  judgedOn: "test" | "validation" = "test",
): Summary | undefined {
  const results = trials.flatMap((trial) => {
    const wrong = judgedOn === "test" ? trial.test_errors : trial.validation_errors;
    const tested = judgedOn === "test" ? trial.test_images : trial.validation_images;
    return trial.status === "done" && wrong !== null ? [{ trial, wrong, tested }] : [];
  });
  const [first] = results;
  if (!first) return undefined;
  const data = ({ trial, tested }: typeof first) =>
    `${tested} images of ${trial.dataset} ${trial.dataset_sha256} after ${trial.train_images}`;
  const other = results.find((result) => data(result) !== data(first));
  if (other) {
    throw new UserError(
      `Cannot average "${first.trial.trial}" and "${other.trial.trial}": they differ in data set or number of images. ` +
        `Keep them in separate runs.`,
    );
  }
  const errors = results.map(({ wrong, tested }) => 100 * wrong / tested);
  return {
    n: results.length,
    failed: trials.filter(({ status }) => status === "failed").length,
    meanPct: mean(errors),
    interval: errorRateInterval(errors, first.tested),
    sdPct: errors.length > 1 ? sampleStandardDeviation(errors) : null,
    judgedOn,
    dataset: first.trial.dataset,
    trainImages: first.trial.train_images,
    testedImages: first.tested,
  };
}

/**
 * Wilson interval, in per cent, of a published single run; undefined if the row is not a test error or has no test set.
 */
export function publishedInterval({ metric, value, test_images }: Published): Interval | undefined {
  if (metric !== "test_error_pct" || test_images === null) return undefined;
  return inPercent(wilsonInterval(value / 100 * test_images, test_images));
}

/**
 * The largest difference, in percentage points, that still counts as reproduced; see {@linkcode MARGIN_RULE}.
 * On 10,000 images: 0.90 at 12%, 0.59 at 4.7%, 0.48 at 3.05%, 0.36 at 1.7%, 0.27 at 0.95%.
 */
export function equivalenceMargin(published: { readonly value: number; readonly test_images: number }): number {
  return MARGIN_STANDARD_ERRORS * Math.sqrt(binomialVariance(published.value, published.test_images));
}

/**
 * Whether the measurement reproduces the published rate.
 *
 * - `not comparable` if metric, data or number of images differ.
 * - `reproduced` if the 90% interval of the difference lies inside +-margin: two one-sided tests at 5% (Schuirmann
 *   1987, J. Pharmacokinet. Biopharm. 15, 657-680).
 * - `better` or `worse` otherwise, if the 95% interval excludes 0.
 * - `inconclusive` otherwise.
 *
 * In simulations with runs that spread as those of the committed variants do, the same procedure is called better or
 * worse in 5% of comparisons with one to five seeds and 4% with ten, and reproduced in 54, 77, 80 and 82% with one,
 * three, five and ten; one that is off by the margin is called reproduced in 4 to 5%. These are averages: with three
 * seeds the same procedure is called better or worse in 0.2% if runs spread by half of the binomial standard deviation,
 * in 8% if by all of it, and in 14% if by three times as much, as one variant of the reference runs does.
 */
export function verdict(measured: Summary, published: Published): Verdict {
  const { value, test_images } = published;
  const reason = whyNotComparable(measured, published);
  if (reason !== undefined) return { kind: "not comparable", reason };
  if (test_images === null) return { kind: "not comparable", reason: "published without the size of its test set" };

  const { n, meanPct, sdPct } = measured;
  // Were it the same procedure, all n + 1 runs would have one rate.
  const commonPct = (n * meanPct + value) / (n + 1);
  const { variance, degrees } = moderated({ n, own: (sdPct ?? 0) ** 2 }, binomialVariance(commonPct, test_images));
  const differencePct = meanPct - value;
  const around = (probability: number): Interval => {
    const spread = studentTQuantile(probability, degrees) * Math.sqrt(variance * (1 + 1 / n));
    return { low: differencePct - spread, high: differencePct + spread };
  };

  const marginPct = equivalenceMargin({ value, test_images });
  const oneSided = around(CONFIDENCE);
  const interval = around((1 + CONFIDENCE) / 2);
  const kind = -marginPct <= oneSided.low && oneSided.high <= marginPct
    ? "reproduced"
    : interval.high < 0
    ? "better"
    : interval.low > 0
    ? "worse"
    : "inconclusive";
  return { kind, differencePct, interval, marginPct };
}

function whyNotComparable(measured: Summary, published: Published): string | undefined {
  const images = (n: number) => n.toLocaleString("en");
  if (published.metric !== "test_error_pct") return `published is "${published.metric}", not a test error`;
  if (measured.judgedOn !== "test") return "measured on held-out training images, not on the test set";
  if (measured.dataset !== published.dataset) {
    return `measured on "${measured.dataset}", published for "${published.dataset}"`;
  }
  if (published.test_images !== null && measured.testedImages !== published.test_images) {
    return `tested on ${images(measured.testedImages)} images, published on ${images(published.test_images)}`;
  }
  if (published.train_images !== null && measured.trainImages !== published.train_images) {
    return `trained on ${images(measured.trainImages)} images, published with ${images(published.train_images)}`;
  }
}

function inPercent({ low, high }: Interval): Interval {
  return { low: 100 * low, high: 100 * high };
}
