import assert from "node:assert/strict";
import { withFolder } from "../../base/testing.ts";
import { fakeRun } from "../testing.ts";
import { contradictionIn } from "./contradictions.ts";
import { readRun, readRunToContinue, type Run } from "./store.ts";
import { writeRun } from "./write_run.ts";

const RUN = fakeRun({
  arms: [{ testErrors: [90, null, 100] }, { variant: { variant: "other" }, testErrors: [80] }],
  trial: { validation_images: 640, validation_errors: 17 },
});
const ID = "fake/small-modern/1";
const AT_1 = `its trial "${ID}"`;

/** `RUN` with changes in the first row of a table. */
function changed<Name extends "variants" | "trials" | "epochs" | "errors" | "sweeps" | "gradients" | "samples">(
  name: Name,
  change: Partial<Run[Name][number]>,
): Run {
  const [first, ...others] = RUN[name];
  return { ...RUN, [name]: [{ ...first!, ...change }, ...others] };
}

function withKeptEpoch(change: Partial<Run["epochs"][number]>): Run {
  return { ...RUN, epochs: RUN.epochs.map((row) => row.epoch === 3 ? { ...row, ...change } : row) };
}

const CONSISTENT = withKeptEpoch({ validation_error_pct: 2.65625 });

Deno.test("contradictionIn() finds none in a run as it was written", () => {
  assert.equal(contradictionIn(CONSISTENT), undefined);
  assert.equal(
    contradictionIn({ ...CONSISTENT, trials: [], epochs: [], errors: [], sweeps: [], gradients: [] }),
    undefined,
  );
});

Deno.test("contradictionIn() compares each trial with the run's description", () => {
  const [environment, variants] = ['"environment.json"', '"variants.csv"'];
  const cases: readonly [Partial<Run["trials"][number]>, string][] = [
    [{ commit: "1.23E+45" }, `${AT_1} has commit "1.23E+45", and ${environment} "0123abc"`],
    [{ deno: "2009-06-02" }, `${AT_1} has deno "2009-06-02", and ${environment} "2.9.6"`],
    [{ profile: "quick" }, `${AT_1} has profile "quick", and ${environment} "paper"`],
    [{ learning_rate: 0.11 }, `${AT_1} has learning_rate "0.11", and ${variants} "0.1"`],
    [{ model: "big" }, `${AT_1} has model "big", and ${variants} "small"`],
    [{ seed: 4 }, `${AT_1} is called "fake/small-modern/4" by its suite, variant and seed`],
    [{ suite: "real" }, `${AT_1} is called "real/small-modern/1" by its suite, variant and seed`],
  ];
  for (const [change, expected] of cases) assert.equal(contradictionIn(changed("trials", change)), expected);
  const stray = { trial: "fake/none/1", variant: "none" };
  assert.equal(contradictionIn(changed("trials", stray)), 'its trial "fake/none/1" is of no variant that it planned');
  assert.equal(
    contradictionIn(changed("trials", { epochs: 4 })),
    'its trial "fake/small-modern/2" has epochs "3", and trial "fake/small-modern/1" "4"',
  );
});

Deno.test("contradictionIn() compares variants and samples with the run's suite", () => {
  const all = { ...RUN, variants: [...RUN.variants, RUN.variants[0]!] };
  assert.equal(contradictionIn(all), '"variants.csv" lists variant "small-modern" twice');
  assert.match(contradictionIn(changed("variants", { suite: "real" }))!, /is of suite "real", and the run of "fake"$/);
  assert.match(
    contradictionIn(changed("samples", { variant: "none" }))!,
    /^a row of "samples\.csv" is of variant "none"/,
  );
});

Deno.test("contradictionIn() compares a trial's details with the trial, table by table", () => {
  for (const name of ["epochs", "errors", "sweeps", "gradients"] as const) {
    assert.equal(
      contradictionIn(changed(name, { seed: 7 })),
      `${AT_1} in "${name}.csv" has seed "7", and "trials.csv" "1"`,
    );
  }
});

Deno.test("contradictionIn() compares epochs with the images and with the trial", () => {
  const epoch = (number: number) => `${AT_1} in epoch ${number} of "epochs.csv"`;
  assert.equal(
    contradictionIn(changed("epochs", { validation_error_pct: 2.66 })),
    `${epoch(1)} has validation_error_pct "2.66", which is no whole number of 640 images`,
  );
  assert.equal(contradictionIn(changed("epochs", { test_error_pct: 1.23, train_loss: 3 })), contradictionIn(RUN));
  assert.equal(
    contradictionIn(withKeptEpoch({ validation_error_pct: 2.65625, train_loss: 0.21 })),
    `${epoch(3)} has train_loss "0.21", and "trials.csv" "0.2"`,
  );
  assert.equal(
    contradictionIn(RUN),
    `${epoch(3)} has validation_error_pct "null", and "trials.csv" "2.65625"`,
  );
  const torn = { ...CONSISTENT, epochs: CONSISTENT.epochs.filter(({ trial, epoch }) => trial !== ID || epoch < 3) };
  assert.equal(contradictionIn(torn), undefined, "reported as incomplete");
});

Deno.test("readRun() and readRunToContinue() refuse a run whose files disagree", () =>
  withFolder((folder) => {
    writeRun(`${folder}/run`, changed("trials", { commit: "1.23E+45" }));
    for (const read of [readRun, readRunToContinue]) {
      assert.throws(() => read(`${folder}/run`), {
        name: "UserError",
        message: `Cannot read run "${folder}/run": ${AT_1} has commit "1.23E+45", and "environment.json" "0123abc". ` +
          "Restore its files as they were written, or make the run again.",
      });
    }
  }));
