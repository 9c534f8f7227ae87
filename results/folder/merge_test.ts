import assert from "node:assert/strict";
import fc from "fast-check";
import { UserError } from "../../base/errors.ts";
import { withFolder } from "../../base/testing.ts";
import { TABLES } from "../rows/list.ts";
import { createTable } from "../rows/table.ts";
import type { TrialRow } from "../rows/trials.ts";
import { fakeRun, fakeTiming } from "../testing.ts";
import { mergeRuns, readShard, type RunFolder } from "./merge.ts";
import type { Run } from "./store.ts";
import { writeRun } from "./write_run.ts";

const COMMAND = "deno task bench fake --profile paper --seeds 3 --epochs 3";
const OPTIONS = { profile: "paper", seeds: 3, epochs: 3, dataset: "mnist" };
const WHOLE = fakeRun({
  arms: [
    { variant: { variant: "b" }, testErrors: [3, null, 4] },
    { variant: { variant: "a" }, testErrors: [5, 6, 7] },
  ],
  environment: { command: `${COMMAND} --dataset mnist`, plan: { seeds: [1, 2, 3], shard: null, options: OPTIONS } },
});

/** As `--shard` names it in the command; `trials` are those of the shard. */
function shard(
  number: number,
  { trials, environment = {} }: { trials: Run["trials"]; environment?: Partial<Run["environment"]> },
): RunFolder {
  const ids = new Set(trials.map(({ trial }) => trial));
  const its = <Row extends { readonly trial: string }>(rows: readonly Row[]) =>
    rows.filter(({ trial }) => ids.has(trial));
  return {
    directory: `shard-${number}`,
    run: {
      ...WHOLE,
      environment: {
        ...WHOLE.environment,
        command: `${COMMAND} --shard ${number}/3 --dataset mnist`,
        plan: { seeds: [1, 2, 3], shard: { number, of: 3 }, options: OPTIONS },
        ...environment,
      },
      trials,
      epochs: its(WHOLE.epochs),
      errors: its(WHOLE.errors),
      sweeps: its(WHOLE.sweeps),
      gradients: its(WHOLE.gradients),
    },
  };
}

function refusal(folders: [RunFolder, ...RunFolder[]]): string {
  try {
    mergeRuns(folders);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return "";
}

/** Seed by seed, the variants as they were planned. */
const ORDERED = ["fake/b/1", "fake/a/1", "fake/b/2", "fake/a/2", "fake/b/3", "fake/a/3"];

Deno.test("mergeRuns() builds the same run however trials are spread over folders, in any order of these", () => {
  const anySpread = fc.array(fc.nat(2), { minLength: ORDERED.length, maxLength: ORDERED.length });
  fc.assert(fc.property(anySpread, fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), (spread, order) => {
    const folders = [0, 1, 2].map((part) =>
      shard(part + 1, { trials: WHOLE.trials.filter((_, index) => spread[index] === part) })
    );
    const { run, notices } = mergeRuns(order.map((part) => folders[part]!) as [RunFolder, ...RunFolder[]]);
    assert.deepEqual(run.trials.map(({ trial }) => trial), ORDERED);
    for (const table of ["trials", "epochs", "errors", "sweeps", "gradients"] as const) {
      const byTrial = (rows: readonly { readonly trial: string }[]) =>
        rows.toSorted((a, b) => ORDERED.indexOf(a.trial) - ORDERED.indexOf(b.trial));
      assert.deepEqual(run[table], byTrial(WHOLE[table]), table);
    }
    assert.deepEqual(run.environment, WHOLE.environment);
    assert.deepEqual([run.variants, run.samples], [WHOLE.variants, WHOLE.samples]);
    assert.deepEqual(notices, []);
  }));
});

Deno.test("mergeRuns() takes the earliest start", () => {
  const at = (started: string) => ({ trials: [], environment: { started } });
  const { run } = mergeRuns([
    shard(1, at("2024-01-02T03:04:05.5Z")),
    shard(2, at("2024-01-02T03:04:05Z")),
    shard(3, at("2024-01-02T03:04:06Z")),
  ]);
  assert.equal(run.environment.started, "2024-01-02T03:04:05Z");
});

Deno.test("mergeRuns() refuses folders that differ, and names the folder, the field and both values", () => {
  const first = shard(1, { trials: [] });
  const fields: Partial<Run["environment"]>[] = [
    { suite: "other" },
    { profile: "quick" },
    { dataset_sha256: "cd".repeat(32) },
    { judged_on: "validation" },
    { backend: "cpu" },
    { adapter: "another" },
    { api: "OpenGL" },
    { kernels: "tuned" },
    { commit: "0123abc-dirty" },
    { deno: "2.9.7" },
    { tfjs: "4.23.0" },
    { program: "0.2.0" },
  ];
  for (const change of fields) {
    const [[field, value]] = Object.entries(change) as [[keyof Run["environment"], string]];
    assert.equal(
      refusal([first, shard(2, { trials: [], environment: change })]),
      `Cannot merge "shard-2" with "shard-1": its ${field} is "${value}", the other's "${
        WHOLE.environment[field]
      }". Merge folders of one run only, made by the same program on the same data and adapter.`,
    );
  }
  const plan = { seeds: [1, 2, 3], shard: { number: 2, of: 3 }, options: { ...OPTIONS, epochs: 4 } };
  assert.match(
    refusal([first, shard(2, { trials: [], environment: { plan } })]),
    /its epochs is "4", the other's "3"/,
  );
  const unknown = (command: string) => ({ command, plan: { ...plan, options: null } });
  const [one, other] = ["deno task bench fake", "deno task bench fake --epochs 4"].map((command, i) =>
    shard(i + 1, { trials: [], environment: unknown(`${command} --shard 2/3`) })
  );
  assert.match(refusal([one!, other!]), /its command is "deno task bench fake --epochs 4", the other's/);
});

Deno.test("mergeRuns() refuses variants that differ in any row", () => {
  const first = shard(1, { trials: [] });
  const [b, a] = WHOLE.variants as [Run["variants"][number], Run["variants"][number]];
  const with_ = (variants: Run["variants"]): RunFolder => ({ directory: "other", run: { ...first.run, variants } });
  assert.match(
    refusal([first, with_([b])]),
    /"other" with "shard-1": its list of variants is "b", the other's "b, a"\./,
  );
  assert.match(refusal([first, with_([a, b])]), /its list of variants is "a, b", the other's "b, a"\./);
  assert.match(
    refusal([first, with_([b, { ...a, learning_rate: 0.2 }])]),
    /its learning_rate of variant "a" is "0.2", the other's "0.1"\./,
  );
});

Deno.test("mergeRuns() refuses trials of one variant that ran in different ways", () => {
  const [first, second] = WHOLE.trials.filter(({ variant }) => variant === "b") as [TrialRow, TrialRow];
  const changes: Partial<TrialRow>[] = [
    { variant_sha256: "cd".repeat(32) },
    { epochs: 4 },
    { train_images: 1000 },
    { validation_images: 5 },
    { test_images: 9999 },
    { batch: 1 },
    { learning_rate: 0.5 },
  ];
  for (const change of changes) {
    const [[field, value]] = Object.entries(change) as [[keyof TrialRow, string | number]];
    assert.equal(
      refusal([shard(1, { trials: [first] }), shard(2, { trials: [{ ...second, ...change }] })]),
      `Cannot merge "shard-2": its trial "fake/b/2" was not made as "fake/b/1" of "shard-1": its ${field} is "${value}", ` +
        `the other's "${
          first[field]
        }". Merge folders of one run only, made by the same program on the same data and adapter.`,
    );
  }
  const [other] = WHOLE.trials.filter(({ variant }) => variant === "a");
  assert.equal(refusal([shard(1, { trials: [first, { ...other!, learning_rate: 0.5 }] })]), "", "another variant's");
});

Deno.test("mergeRuns() takes a trial in two folders once if its rows are the same, and refuses it otherwise", () => {
  const [trial] = WHOLE.trials;
  const first = shard(1, { trials: [trial!] });
  assert.deepEqual(mergeRuns([first, shard(2, { trials: [trial!] })]).run.errors, first.run.errors);
  assert.equal(
    refusal([first, shard(2, { trials: [{ ...trial!, test_errors: 4 }] })]),
    'Cannot merge "shard-2" with "shard-1": both hold trial "fake/b/1", and its test_errors is "4", the other\'s "3". ' +
      "Leave one of the folders out, or remove the trial's rows from one.",
  );
});

Deno.test("mergeRuns() reports other machines, missing trials and what reading left out", () => {
  const [, , ...few] = WHOLE.trials;
  const other = shard(2, { trials: few, environment: { cpu: "Another CPU" } });
  const { notices } = mergeRuns([
    { directory: "shard-1", run: { ...shard(1, { trials: [] }).run, notices: ["Something was cut off."] } },
    other,
  ]);
  assert.deepEqual(notices, [
    'In "shard-1": Something was cut off.',
    '"shard-2" is of another machine than "shard-1": its cpu is "Another CPU", the other\'s "Invented CPU at 2 GHz". ' +
    "Their speeds can't be compared.",
    "No folder holds these planned trials: fake/b/1, fake/b/2.",
  ]);
});

Deno.test("mergeRuns() reports that the program's commit is not known", () => {
  const unknown = shard(1, { trials: WHOLE.trials, environment: { commit: "unknown" } });
  assert.deepEqual(mergeRuns([unknown]).notices, [
    "The program's commit is not known: nothing here can tell whether it was the same for all trials.",
  ]);
});

Deno.test("mergeRuns() names planned trials that no folder has, or none if an old run does not say its plan", () => {
  const from = (seeds: number[]) =>
    mergeRuns([shard(1, { trials: [], environment: { plan: { seeds, shard: null, options: OPTIONS } } })]).notices.join(
      " ",
    );
  assert.match(from([7]), /: fake\/b\/7, fake\/a\/7\.$/);
  assert.equal(from([]), "");
});

Deno.test("readShard() refuses a folder of timings with the reason, and one with a trial of no variant", () =>
  withFolder((folder) => {
    createTable(TABLES.timings, `${folder}/timings`).append(fakeTiming({ rounds: [1] }));
    assert.throws(
      () => readShard(`${folder}/timings`),
      (error) => error instanceof UserError && /"timings.csv" holds what was measured side by/.test(error.message),
    );
    writeRun(`${folder}/stray`, { ...WHOLE, variants: WHOLE.variants.slice(1) });
    assert.throws(
      () => readShard(`${folder}/stray`),
      (error) => error instanceof UserError && /its trial "fake\/b\/1" is of no variant/.test(error.message),
    );
  }));

Deno.test("readShard() refuses a trial of another run, and names the field and both values", () =>
  withFolder((folder) => {
    const changes: Partial<TrialRow>[] = [
      { profile: "quick" },
      { dataset: "usps" },
      { dataset_sha256: "cd".repeat(32) },
      { backend: "cpu" },
      { adapter: "another" },
      { api: "OpenGL" },
      { adapter_kind: "hardware" },
      { kernels: "tuned" },
      { commit: "4567def" },
      { deno: "2.9.7" },
      { tfjs: "4.23.0" },
    ];
    for (const change of changes) {
      const [[field, value]] = Object.entries(change) as [[keyof TrialRow, string]];
      const [first, ...others] = WHOLE.trials;
      writeRun(`${folder}/${field}`, { ...WHOLE, trials: [first!, { ...others[0]!, ...change }, ...others.slice(1)] });
      assert.throws(
        () => readShard(`${folder}/${field}`),
        (error) =>
          error instanceof UserError &&
          error.message.endsWith(
            `its trial "fake/b/2" has ${field} "${value}", and "environment.json" "${
              first![field]
            }". Restore its files ` +
              "as they were written, or make the run again.",
          ),
      );
    }
  }));
