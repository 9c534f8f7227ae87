import assert from "node:assert/strict";
import { formatMessage, parse } from "@optique/core";
import fc from "fast-check";
import { UserError } from "../../base/errors.ts";
import { FUZZ_INPUTS } from "../../base/fuzz.ts";
import { benchOptions, refuseContradictions, typedOptions } from "./options.ts";

/** What is typed, right and wrong, in any order. */
const WORDS = [
  ...["lenet300", "pooling", "smoke", "cpu", "stock", "tuned", "synthetic", "mnist", "usps"],
  ...[
    "-p",
    "--profile",
    "--dataset",
    "--data-dir",
    "--seeds",
    "--first-seed",
    "--epochs",
    "--train-images",
    "--test-images",
    "--transpose",
    "--data-store",
    "-f",
    "--filter",
    "--rounds",
  ],
  ...["--backend", "--kernels", "-o", "--out", "--list", "--dry-run", "--", "-", "--seeds=3", "--out=", "--seeds=-1"],
  ...["0", "1", "-1", "1e3", "0x10", "99999999999999999999", "NaN", "", " ", "..", "/", "__proto__", "constructor"],
];

Deno.test("benchOptions read anything that is typed, or refuse it with a reason", () => {
  const word = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...WORDS) },
    fc.string({ unit: "binary", maxLength: 8 }),
  );
  let [runs, read, refused, contradictory] = [0, 0, 0, 0];
  fc.assert(
    fc.property(fc.array(word, { maxLength: 5 }), (args) => {
      runs++;
      const result = parse(benchOptions, args);
      if (!result.success) {
        refused++;
        assert.notEqual(formatMessage(result.error), "");
        return;
      }
      read++;
      const { seeds = 1, firstSeed, epochs = 1 } = result.value;
      for (const number of [seeds, firstSeed, epochs]) assert.ok(Number.isInteger(number) && number > 0, `${number}`);
      typedOptions(result.value);
      try {
        refuseContradictions(result.value);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        contradictory++;
      }
    }),
    { seed: 4, numRuns: FUZZ_INPUTS },
  );
  assert.equal(runs, FUZZ_INPUTS);
  assert.ok(
    read > FUZZ_INPUTS / 100 && refused > FUZZ_INPUTS / 100 && contradictory > FUZZ_INPUTS / 10_000,
    [read, refused, contradictory].join(),
  );
});
