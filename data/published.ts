/**
 * The project's table of published numbers, `data/published.csv`.
 *
 * @module
 */
import { z } from "zod";
import { type Columns, decodeRows, type SchemaOf } from "../base/csv/csv.ts";
import { UserError } from "../base/errors.ts";
import csv from "./published.csv" with { type: "text" };

const text = z.string().max(1000);

/** One published number: a row of `data/published.csv`. */
export type Published = {
  /** Unique in the file: words joined by dots. */
  readonly id: string;
  /** Network or method. */
  readonly system: string;
  /** The data set; empty if the number needs none. */
  readonly dataset: "" | "mnist" | "mnist-16x16" | "usps" | "usps+printed" | "cifar10" | "imagenet";
  /**
   * What the number is, e.g. `test_error_pct`, `param_count`; errors of single runs unless `protocol` says otherwise.
   */
  readonly metric: string;
  /** The number, in `unit`. */
  readonly value: number;
  /** Unit of `value`. */
  readonly unit: string;
  /** Number of different training images, without distorted copies; empty if there are none or it is not stated. */
  readonly train_images: number | null;
  /** Size of the test set; empty if there is none. */
  readonly test_images: number | null;
  /** Paper and table, figure or page. */
  readonly source: string;
  /** How it was trained, and what contradicts the number; `exact=` if a printed count was rounded. */
  readonly protocol: string;
  /**
   * How we know: read in the `paper`, on the `mnist-page`, in a `repository`, or on a `slide`; `digitised` from a
   * figure; `counted` or `computed` from what the paper prints; `secondary` if the original could not be read;
   * `measured` by ourselves on the public files, if a paper gives no number or a wrong one.
   */
  readonly evidence:
    | "paper"
    | "mnist-page"
    | "repository"
    | "slide"
    | "digitised"
    | "counted"
    | "computed"
    | "measured"
    | "secondary";
};

/** Checks {@linkcode Published}. */
export const publishedRow: SchemaOf<Published> = z.strictObject(
  {
    id: z.string().regex(/^[a-z0-9]+([._+-][A-Za-z0-9_+-]+)*$/, "words of letters and digits, joined by dots"),
    system: text.min(1),
    dataset: z.enum(["", "mnist", "mnist-16x16", "usps", "usps+printed", "cifar10", "imagenet"]),
    metric: text.regex(/^[a-z0-9_]+(->\d)?$/, "lower case, digits and _"),
    value: z.number(),
    unit: text.min(1),
    train_images: z.int().positive().nullable(),
    test_images: z.int().positive().nullable(),
    source: text.min(1),
    protocol: text,
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
  } satisfies Columns<Published>,
);

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
