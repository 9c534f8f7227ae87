import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import type { z } from "zod";
import { decodeRows, encodeHeader, encodeRows, type RowSchema } from "../../base/csv/csv.ts";
import { publishedRow, readPublished } from "../../data/published.ts";
import { epochRow } from "../rows/epochs.ts";
import { errorRow } from "../rows/errors.ts";
import { gpuTimingRow } from "../rows/gpu_timings.ts";
import { gradientRow } from "../rows/gradients.ts";
import { sampleRow } from "../rows/samples.ts";
import { sweepRow } from "../rows/sweeps.ts";
import { timingRow } from "../rows/timings.ts";
import { trialRow } from "../rows/trials.ts";
import { variantRow } from "../rows/variants.ts";
import { fakeGpuTiming, fakeRun, fakeTiming, withTexts } from "../testing.ts";

/** How a cell begins that a spreadsheet runs (OWASP, "CSV Injection"). */
const FORMULAS = ["=1+1", "+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\uff1d1", '=HYPERLINK("http://evil.test")', "'=1"];

/** Asserts that no text of a file's row starts a formula, and that it reads back as it was. */
function assertNoFormula<S extends RowSchema>(name: string, { schema, row }: { schema: S; row: z.infer<S> }): void {
  for (const formula of FORMULAS) {
    const evil = withTexts(schema, row, { change: (text) => `${formula}${text}` });
    const texts = Object.values(evil).filter((value) => typeof value === "string" && value.startsWith(formula));
    assert.ok(texts.length > 0, `${name} has no free text`);
    const text = encodeHeader(schema) + encodeRows(schema, [evil]);
    const [, cells] = parse(text) as [string[], string[]];
    for (const cell of cells) {
      assert.ok(
        !/^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(cell) || Number.isFinite(Number(cell)),
        `${name}: ${cell}`,
      );
    }
    assert.deepEqual(decodeRows(schema, { name, text }).rows, [evil]);
  }
}

Deno.test("encodeRows() writes no cell of a run that a spreadsheet would run", () => {
  const run = fakeRun();
  assertNoFormula("variants.csv", { schema: variantRow, row: run.variants[0]! });
  assertNoFormula("trials.csv", { schema: trialRow, row: run.trials[0]! });
  assertNoFormula("epochs.csv", { schema: epochRow, row: run.epochs[0]! });
  assertNoFormula("errors.csv", { schema: errorRow, row: run.errors[0]! });
  assertNoFormula("sweeps.csv", { schema: sweepRow, row: run.sweeps[0]! });
  assertNoFormula("gradients.csv", { schema: gradientRow, row: run.gradients[0]! });
  assertNoFormula("samples.csv", { schema: sampleRow, row: run.samples[0]! });
  assertNoFormula("timings.csv", { schema: timingRow, row: fakeTiming({ rounds: [1] }) });
  assertNoFormula("gpu_timings.csv", { schema: gpuTimingRow, row: fakeGpuTiming({ rounds: [1] }) });
  assertNoFormula("published.csv", { schema: publishedRow, row: readPublished()[0]! });
});
