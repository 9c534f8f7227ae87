/**
 * What else the papers and slides say about a network, found in `data/published.csv` by its own columns.
 *
 * @module
 */
import type { Published } from "../../data/published.ts";
import type { VariantRow } from "../../results/rows/variants.ts";

/**
 * Published parameter counts of a variant's network: of the system with its title, of the result that the variant is
 * compared with, and figures whose note has this exact count; none that this project computed.
 */
export function parameterFigures(variant: VariantRow, published: readonly Published[]): readonly Published[] {
  return published.filter((row) =>
    row.metric === "param_count" && row.evidence !== "computed" &&
    (row.system === variant.model_title || row.id === `${variant.published}.params` ||
      exactCount(row) === variant.parameters)
  );
}

/** The count that a note calls exact, as in `exact=471666`. */
function exactCount(row: Published): number | undefined {
  const digits = /\bexact=(\d+)/.exec(row.protocol)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** One point of a published learning curve. */
export interface PublishedPoint {
  readonly measured: "training" | "held out";
  readonly epoch: number;
  readonly row: Published;
}

/** The learning curve published for a system, by epoch; empty if there is none. */
export function publishedCurve(system: string, published: readonly Published[]): readonly PublishedPoint[] {
  return published.filter((row) => row.system === system).flatMap((row): PublishedPoint[] => {
    const match = /^(train|test)_error_pct_\w+_pass_(\d+)$/.exec(row.metric);
    if (match === null) return [];
    return [{ measured: match[1] === "train" ? "training" : "held out", epoch: Number(match[2]), row }];
  }).toSorted((a, b) => a.epoch - b.epoch);
}

/** The errors published for a system on several numbers of training images, named `SYSTEM, N training images`. */
export function publishedSizes(system: string, published: readonly Published[]): readonly Published[] {
  return published.filter((row) =>
    row.system.startsWith(`${system}, `) && row.system.endsWith(" training images") && row.train_images !== null
  );
}

/** How often a published system mistook one digit for another. */
export interface PublishedPair {
  readonly trueLabel: number;
  readonly predicted: number;
  readonly count: number;
  readonly row: Published;
}

/** The confusions published for a system, most frequent first, ties by digit. */
export function publishedPairs(system: string, published: readonly Published[]): readonly PublishedPair[] {
  return published.filter((row) => row.system === system).flatMap((row): PublishedPair[] => {
    const match = /^misclassified_count_(\d)->(\d)$/.exec(row.metric);
    return match === null ? [] : [{ trueLabel: Number(match[1]), predicted: Number(match[2]), count: row.value, row }];
  }).toSorted((a, b) => b.count - a.count || a.trueLabel - b.trueLabel || a.predicted - b.predicted);
}
