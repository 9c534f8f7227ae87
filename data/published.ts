/**
 * The project's table of published numbers, `data/published.csv`.
 *
 * @module
 */
import { z } from "zod";
import { decodeRows } from "../base/csv.ts";
import { UserError } from "../base/errors.ts";
import csv from "./published.csv" with { type: "text" };

const text = z.string().max(1000);

/** A row of `data/published.csv`. */
export const publishedRow = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+([._+-][A-Za-z0-9_+-]+)*$/, "words of letters and digits, joined by dots"),
  system: text.min(1),
  /** `mnist`, `usps`, `usps+printed`, `cifar10`, `imagenet`; empty where a number needs no data. */
  dataset: z.enum(["", "mnist", "mnist-16x16", "usps", "usps+printed", "cifar10", "imagenet"]),
  /**
   * What the number is, e.g. `test_error_pct`, `param_count`; errors of single runs unless `protocol` says otherwise.
   */
  metric: text.regex(/^[a-z0-9_]+(->\d)?$/, "lower case, digits and _"),
  value: z.number(),
  unit: text.min(1),
  /** Different training images, distorted copies not counted; empty if none or not stated. */
  train_images: z.int().positive().nullable(),
  /** Size of the test set; empty if there is none. */
  test_images: z.int().positive().nullable(),
  /** Paper and table, figure or page. */
  source: text.min(1),
  /** How it was trained, and what contradicts the number; `exact=` where a printed count was rounded. */
  protocol: text,
  /**
   * How we know: read in the `paper`, on the `mnist-page`, in a `repository`, on a `slide`; `digitised` from a figure;
   * `counted` or `computed` from what the paper prints; `secondary` if the original could not be read;
   * `measured` by ourselves on the public files, where a paper gives no number or a wrong one.
   */
  evidence: z.enum([
    "paper",
    "mnist-page",
    "repository",
    "slide",
    "digitised",
    "counted",
    "computed",
    "measured",
    "secondary",
  ]),
});

/** One published number: a row of `data/published.csv`, whose columns {@linkcode publishedRow} explains. */
export type Published = z.infer<typeof publishedRow>;

/** All rows, in file order. */
export function readPublished(): readonly Published[] {
  const { rows, notices } = decodeRows(publishedRow, { name: "data/published.csv", text: csv });
  if (notices.length > 0) throw new UserError(`${notices.join(" ")} Restore the file from the repository.`);
  return rows;
}

/**
 * The row with this id.
 *
 * @throws {RangeError} There is none.
 */
export function publishedById(id: string): Published {
  const row = readPublished().find((candidate) => candidate.id === id);
  if (!row) throw new RangeError(`No row "${id}" in data/published.csv`);
  return row;
}
