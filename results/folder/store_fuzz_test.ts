import { decodeRows, encodeHeader, encodeRows, type RowSchema } from "../../base/csv/csv.ts";
import { fuzzText } from "../../base/fuzz.ts";
import { epochRow } from "../rows/epochs.ts";
import { errorRow } from "../rows/errors.ts";
import { gpuTimingRow } from "../rows/gpu_timings.ts";
import { gradientRow } from "../rows/gradients.ts";
import { sampleRow } from "../rows/samples.ts";
import { sweepRow } from "../rows/sweeps.ts";
import { timingRow } from "../rows/timings.ts";
import { trialRow } from "../rows/trials.ts";
import { variantRow } from "../rows/variants.ts";
import { fakeGpuTiming, fakeRun, fakeTiming } from "../testing.ts";
import { decodeEnvironment } from "./store.ts";

const run = fakeRun({ arms: [{ testErrors: [1, null] }] });
const rounds = [1.5, 2];

/** How every file of rows refuses damage, from the outside inwards. */
const REFUSALS = [
  /has no header line/,
  /column ".*" is missing/,
  /column ".*" is unknown/,
  /the columns are not in the order/,
  /this program reads schema versions? \d/,
  /line \d+ has \d+ cells instead of/,
  /quote/i,
  /not a number/,
];

/** A file's rows, few of them, and what else its reader has to refuse. */
interface Damaged {
  readonly name: string;
  readonly schema: RowSchema;
  readonly rows: readonly Record<string, unknown>[];
  readonly reaches: readonly RegExp[];
  /** A change that few mutations make. */
  readonly change?: (text: string) => string;
}

const FILES: readonly Damaged[] = [
  {
    name: "trials.csv",
    schema: trialRow,
    rows: run.trials.slice(0, 1),
    reaches: [/"weights_sha256" holds/, /more than test_images/, /"finished" holds/, /"learning_rate" holds/],
    // Errors without test images.
    change: (text) => text.replace(/,10000,/, ",0,"),
  },
  { name: "variants.csv", schema: variantRow, rows: run.variants, reaches: [/"batch" holds/] },
  { name: "epochs.csv", schema: epochRow, rows: run.epochs.slice(0, 2), reaches: [/"train_error_pct" holds/] },
  { name: "errors.csv", schema: errorRow, rows: run.errors, reaches: [/"predicted" holds/] },
  { name: "sweeps.csv", schema: sweepRow, rows: run.sweeps.slice(0, 2), reaches: [/"sweep" holds/] },
  { name: "gradients.csv", schema: gradientRow, rows: run.gradients.slice(0, 2), reaches: [/"moment" holds/] },
  { name: "samples.csv", schema: sampleRow, rows: run.samples, reaches: [/as many bytes as height times width/] },
  { name: "timings.csv", schema: timingRow, rows: [fakeTiming({ rounds })], reaches: [/"rounds_ms" holds/] },
  { name: "gpu_timings.csv", schema: gpuTimingRow, rows: [fakeGpuTiming({ rounds })], reaches: [/"rounds_ms" holds/] },
];
for (const { name, schema, rows, reaches, change } of FILES) {
  Deno.test(`decodeRows() reads or refuses a damaged ${name}`, () => {
    const valid = encodeHeader(schema) + encodeRows(schema, rows);
    fuzzText({
      name,
      valid: [valid],
      ...(change && { examples: [change(valid)] }),
      parse: (text) => decodeRows(schema, { name, text }),
      reaches: [...REFUSALS, ...reaches],
    });
  });
}

Deno.test("decodeEnvironment() reads or refuses a damaged environment.json", () => {
  const name = "environment.json";
  const empty = { ...run.environment, features: [], limits: {} };
  fuzzText({
    name,
    valid: [JSON.stringify(run.environment), JSON.stringify(empty, null, 1)],
    parse: (text) => decodeEnvironment({ name, text }),
    reaches: [/not valid JSON/, /"limits/, /"features/, /"cpu_threads"/, /Unrecognized key/],
  });
});
