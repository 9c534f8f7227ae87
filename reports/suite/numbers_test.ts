import fc from "fast-check";
import type { z } from "zod";
import type { RowSchema } from "../../base/csv/csv.ts";
import { UserError } from "../../base/errors.ts";
import { epochRow } from "../../results/rows/epochs.ts";
import { errorRow } from "../../results/rows/errors.ts";
import { gradientRow } from "../../results/rows/gradients.ts";
import { sampleRow } from "../../results/rows/samples.ts";
import { sweepRow } from "../../results/rows/sweeps.ts";
import { trialRow } from "../../results/rows/trials.ts";
import { variantRow } from "../../results/rows/variants.ts";
import { fakePublished, fakeRun } from "../../results/testing.ts";
import { renderReport } from "./report.ts";

/** Numbers at which counts, ratios, logarithms and axes fail. */
const NUMBERS = [0, 1, -1, 2, 0.5, 100, 1e-300, 1e300, 2 ** 31, Number.MAX_SAFE_INTEGER, null];

const RUN = fakeRun({
  arms: [
    { variant: { variant: "base", published: "paper.small" }, testErrors: [120, 121, null] },
    { variant: { variant: "arm", title: "Other", baseline: "base", augmentation: "shift" }, testErrors: [110, 112] },
  ],
  environment: { reach_train_error_pct: 5 },
});

/** Replaces about one number in `rarity` of the rows, as far as their schema lets it. */
function changed<S extends RowSchema>(
  schema: S,
  rows: readonly z.infer<S>[],
  { draw, rarity }: { readonly draw: (below: number) => number; readonly rarity: number },
): z.infer<S>[] {
  return rows.map((row) =>
    Object.entries(row).reduce((changed, [column, value]) => {
      if (column === "schema" || typeof value === "string" || draw(rarity) > 0) return changed;
      const tried = schema.safeParse({ ...changed, [column]: NUMBERS[draw(NUMBERS.length)] });
      return tried.success ? tried.data : changed;
    }, row)
  );
}

Deno.test("renderReport() reports on any numbers in the files, or says why not", async () => {
  const published = [fakePublished({ id: "paper.small", value: 12 })];
  await fc.assert(
    fc.asyncProperty(fc.gen(), fc.constantFrom(2, 10, 100, 1000), async (generate, rarity) => {
      const draw = (below: number) => generate(fc.nat, { max: below - 1 });
      const rows = <S extends RowSchema>(schema: S, of: readonly z.infer<S>[]) => changed(schema, of, { draw, rarity });
      try {
        await renderReport([{
          ...RUN,
          variants: rows(variantRow, RUN.variants),
          trials: rows(trialRow, RUN.trials),
          epochs: rows(epochRow, RUN.epochs),
          errors: rows(errorRow, RUN.errors.slice(0, 50)),
          sweeps: rows(sweepRow, RUN.sweeps),
          gradients: rows(gradientRow, RUN.gradients),
          samples: rows(sampleRow, RUN.samples),
        }], published);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
      }
    }),
    // To find a smaller example would take hours.
    { seed: 5, numRuns: 120, endOnFailure: true },
  );
});
