/**
 * What all trials of one folder must share, and where two differ.
 *
 * @module
 */
import type { TrialRow } from "../rows/trials.ts";
import type { VariantRow } from "../rows/variants.ts";
import type { Environment } from "./environment.ts";

/** Fields of a run's environment that decide its results. */
export const DECISIVE = [
  "suite",
  "profile",
  "judged_on",
  "dataset",
  "dataset_sha256",
  "backend",
  "adapter",
  "adapter_kind",
  "api",
  "kernels",
  "program",
  "commit",
  "deno",
  "v8",
  "tfjs",
] as const satisfies readonly (keyof Environment)[];

/** Those of {@linkcode DECISIVE} that every trial's row has too. */
export const DECISIVE_OF_TRIALS = [
  "suite",
  "profile",
  "dataset",
  "dataset_sha256",
  "backend",
  "adapter",
  "adapter_kind",
  "api",
  "kernels",
  "commit",
  "deno",
  "tfjs",
] as const satisfies readonly (typeof DECISIVE[number] & keyof TrialRow)[];

/** Columns in which all trials of a variant agree. */
export const ONE_A_VARIANT = [
  "variant_sha256",
  "epochs",
  "train_images",
  "validation_images",
  "test_images",
  "batch",
  "learning_rate",
] as const satisfies readonly (keyof TrialRow)[];

/** Fields that decide a run's speed and, with a software adapter, perhaps the last bits of its weights. */
export const MACHINE = ["os", "cpu", "cpu_threads"] as const satisfies readonly (keyof Environment)[];

/** Values by the names of their fields. */
export type Fields = Readonly<Record<string, unknown>>;

/** A field in which two records differ. */
export interface Difference {
  readonly field: string;
  readonly its: unknown;
  readonly others: unknown;
}

/** The first field of `its` with another value in `others`. */
export function firstDifference(its: Fields, others: Fields): Difference | undefined {
  const field = Object.keys(its).find((field) => its[field] !== others[field]);
  return field === undefined ? undefined : { field, its: its[field], others: others[field] };
}

/** The fields `names` of `record`. */
export function fieldsOf<Name extends string>(record: Readonly<Record<Name, unknown>>, names: readonly Name[]): Fields {
  return Object.fromEntries(names.map((name) => [name, record[name]]));
}

/** All variants of a run, column by column. */
export function fieldsOfVariants(variants: readonly VariantRow[]): Fields {
  return Object.fromEntries([
    ["list of variants", variants.map(({ variant }) => variant).join(", ")],
    ...variants.flatMap((row) =>
      Object.entries(row).map(([column, value]) => [`${column} of variant "${row.variant}"`, textOf(value)])
    ),
  ]);
}

/** Lists as their JSON, so that they can be compared. */
function textOf(value: unknown): unknown {
  return Array.isArray(value) ? JSON.stringify(value) : value;
}

/** A notice if the commit is not known, and so not whether all trials are of the same program. */
export function unknownCommitNotice({ commit }: Pick<Environment, "commit">): string[] {
  if (commit !== "unknown") return [];
  return ["The program's commit is not known: nothing here can tell whether it was the same for all trials."];
}
