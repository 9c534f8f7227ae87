/**
 * Whether rows are of the same variant's record, or of records that would train different weights.
 *
 * Checksums by the first rule cover titles, sources and departures too, so rewording a recipe changes them; they are 64
 * hexadecimal digits. Those by the second rule cover only what changes weights, and begin with `2:`. Checksums by
 * different rules can't be compared, and rows of the first schema version have none: such rows are compared by
 * {@linkcode WITHOUT_CHECKSUM}.
 *
 * @module
 */
import type { TrialRow } from "../rows/trials.ts";

const WITHOUT_CHECKSUM = ["model", "recipe", "parameters", "batch", "learning_rate"] as const;

/** The columns that {@linkcode differenceOfVariants} reads. */
export type VariantColumns = Pick<TrialRow, "variant_sha256" | typeof WITHOUT_CHECKSUM[number]>;

/** Whether two trials differ in `column`. A graphics API that is not recorded is taken to be the other's. */
export function differIn(column: keyof TrialRow, one: TrialRow, other: TrialRow): boolean {
  const [its, others] = [one[column], other[column]];
  return its !== others && !(column === "api" && (its === "" || others === ""));
}

/** The first column that shows that `rows` are not all of the same record; undefined if none does. */
export function differenceOfVariants(rows: readonly VariantColumns[]): keyof VariantColumns | undefined {
  const byRule = Map.groupBy(rows, ({ variant_sha256 }) => variant_sha256.slice(0, -64));
  const differs = (some: readonly VariantColumns[], column: keyof VariantColumns) =>
    new Set(some.map((row) => row[column])).size > 1;
  const known = rows.every(({ variant_sha256 }) => variant_sha256 !== "");
  for (const same of byRule.values()) {
    if (differs(same.filter(({ variant_sha256 }) => variant_sha256 !== ""), "variant_sha256")) return "variant_sha256";
  }
  return known && byRule.size === 1 ? undefined : WITHOUT_CHECKSUM.find((column) => differs(rows, column));
}
