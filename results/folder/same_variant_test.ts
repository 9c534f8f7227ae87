import assert from "node:assert/strict";
import { differenceOfVariants, type VariantColumns } from "./same_variant.ts";

const ROW: VariantColumns = {
  variant_sha256: "",
  model: "fc-784-10",
  recipe: "modern",
  parameters: 7850,
  batch: 128,
  learning_rate: 0.1,
};
const first = (byte: string, columns: Partial<VariantColumns> = {}): VariantColumns => ({
  ...ROW,
  variant_sha256: byte.repeat(32),
  ...columns,
});
const second = (byte: string, columns: Partial<VariantColumns> = {}): VariantColumns => ({
  ...ROW,
  variant_sha256: `2:${byte.repeat(32)}`,
  ...columns,
});

Deno.test("differenceOfVariants() compares checksums made by the same rule", () => {
  assert.equal(differenceOfVariants([]), undefined);
  assert.equal(differenceOfVariants([first("ab"), first("ab")]), undefined);
  assert.equal(differenceOfVariants([first("ab"), first("cd")]), "variant_sha256");
  assert.equal(differenceOfVariants([second("ab"), second("cd")]), "variant_sha256");
  assert.equal(differenceOfVariants([first("ab"), second("cd"), first("ef")]), "variant_sha256");
  assert.equal(differenceOfVariants([ROW, first("ab"), first("ef")]), "variant_sha256");
});

Deno.test("differenceOfVariants() lets a network or recipe be renamed when the checksums agree", () => {
  assert.equal(differenceOfVariants([second("ab"), second("ab", { model: "renamed" })]), undefined);
});

Deno.test("differenceOfVariants() compares columns if checksums can't be compared", () => {
  const other: readonly [keyof VariantColumns, string | number][] = [
    ["model", "other"],
    ["recipe", "other"],
    ["parameters", 1],
    ["batch", 1],
    ["learning_rate", 1],
  ];
  for (const before of [ROW, first("ab")]) {
    assert.equal(differenceOfVariants([before, second("cd")]), undefined);
    for (const [column, value] of other) {
      assert.equal(differenceOfVariants([before, second("cd", { [column]: value })]), column);
    }
  }
});
