/**
 * `epochs.csv`: learning curves, one row per epoch.
 *
 * @module
 */
import { z } from "zod";
import type { Columns, SchemaOf } from "../../base/csv/csv.ts";
import { count, id, percent, seconds } from "./columns.ts";
import type { Table } from "./table.ts";

const VERSION = 5;

/** Numbers separated by single spaces, or nothing. */
const LOSSES = /^(-?\d+(\.\d+)?(e[+-]\d+)?( (?!$)|$))*$/;

/** A row of `epochs.csv`. */
export type EpochRow = {
  /** Version of the columns. */
  readonly schema: 5;
  /** `suite/variant/seed`, unique in a run. */
  readonly trial: string;
  /** Id of the suite. */
  readonly suite: string;
  /** Id of the variant. */
  readonly variant: string;
  /** The trial's seed. */
  readonly seed: number;
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /** Step size of the epoch's last step, as the schedule sets it. */
  readonly learning_rate: number;
  /** Mean loss over the epoch, each batch measured before its update. */
  readonly train_loss: number;
  /** Training images misclassified, in per cent; each batch is measured before its update. */
  readonly train_error_pct: number;
  /** Held-out images misclassified after the epoch, in per cent; empty if no images are held out. */
  readonly validation_error_pct: number | null;
  /** Seconds spent training in the epoch, without evaluations. */
  readonly seconds: number;
  /** Test images misclassified after the epoch, in per cent; empty unless the suite measures it. For reports alone. */
  readonly test_error_pct: number | null;
  /** Which of the trial's networks the epoch trained, from 1. */
  readonly network: number;
  /**
   * Different patterns that were found for the epoch's network, if boosting filters them by the answers of the networks
   * before it; empty if it doesn't.
   */
  readonly filtered_patterns: number | null;
  /**
   * Losses of the network's first 20 steps, each measured before its update, with the nine digits of a 32-bit number,
   * separated by spaces. Empty in later epochs, and before version 5.
   */
  readonly first_losses: string;
};

/** Checks {@linkcode EpochRow}. */
export const epochRow: SchemaOf<EpochRow> = z.strictObject(
  {
    schema: z.literal(VERSION),
    trial: id,
    suite: id,
    variant: id,
    seed: z.int().nonnegative(),
    epoch: z.int().positive(),
    learning_rate: z.number().nonnegative(),
    train_loss: z.number(),
    train_error_pct: percent,
    validation_error_pct: percent.nullable(),
    seconds,
    test_error_pct: percent.nullable(),
    network: z.int().positive(),
    filtered_patterns: count.nullable(),
    first_losses: z.string().regex(LOSSES, "numbers separated by single spaces"),
  } satisfies Columns<EpochRow>,
);

/** The column `first_losses` of 32-bit numbers. */
export function lossesText(losses: readonly number[]): string {
  return losses.map((loss) => Number(loss.toPrecision(9))).join(" ");
}

/** The numbers in the column `first_losses`. */
export function lossesOf({ first_losses: text }: Pick<EpochRow, "first_losses">): number[] {
  return text === "" ? [] : text.split(" ").map(Number);
}

/**
 * How many rows a finished trial has: as many as planned, for each network of a boosted one, or as many as there are if
 * early stopping may have ended it.
 *
 * @param curve Its rows.
 */
export function epochsOf(
  { epochs, best_epoch }: { readonly epochs: number; readonly best_epoch: number | null },
  curve: readonly Pick<EpochRow, "epoch" | "network">[],
): number {
  return best_epoch === null
    ? epochs * Math.max(1, ...curve.map(({ network }) => network))
    : Math.max(0, ...curve.map(({ epoch }) => epoch));
}

/** `epochs.csv`. */
export const EPOCHS = {
  file: "epochs.csv",
  version: VERSION,
  row: epochRow,
  per: "trial",
  older: { oldest: 2, defaults: { test_error_pct: null, network: 1, filtered_patterns: null, first_losses: "" } },
} as const satisfies Table;
