import assert from "node:assert/strict";
import { UserError } from "../../base/errors.ts";
import type { Run } from "../../results/folder/store.ts";
import type { TrialRow } from "../../results/rows/trials.ts";
import { fakePublished, fakeRun } from "../../results/testing.ts";
import { collect } from "./rows.ts";

const CONV = { variant: "conv-modern", title: "Conv, modern", model: "conv", model_title: "conv 6" };

function refusal(runs: readonly Run[]): string {
  try {
    collect(runs, []);
  } catch (error) {
    assert.ok(error instanceof UserError);
    return error.message;
  }
  throw new Error("Was not refused");
}

Deno.test("collect() pools the trials of a variant and profile over folders, by seed", () => {
  const first = fakeRun({ arms: [{ testErrors: [100, 110] }], firstSeed: 3 });
  const second = fakeRun({ arms: [{ testErrors: [120, 130] }], environment: { started: "2024-02-01T00:00:00Z" } });
  const { rows } = collect([first, second], []);
  assert.equal(rows.length, 1);
  assert.deepEqual(rows[0]?.trials.map((trial) => trial.seed), [1, 2, 3, 4]);
  assert.equal(rows[0]?.summary?.n, 4);
  assert.equal(rows[0]?.summary?.meanPct, 1.15);
  assert.equal(rows[0]?.errors.length, 460);
});

Deno.test("collect() refuses to pool trials through two graphics APIs, unless one is not recorded", () => {
  const seed = (firstSeed: number, api: TrialRow["api"]) =>
    fakeRun({ arms: [{ testErrors: [100] }], firstSeed, trial: { api }, environment: { api } });
  const [old, vulkan, openGl] = [seed(1, ""), seed(2, "Vulkan"), seed(3, "OpenGL")];
  assert.equal(collect([old, vulkan], []).rows[0]?.summary?.n, 2);
  assert.match(refusal([vulkan, openGl]), /^Cannot pool .*: api is "Vulkan" in one and "OpenGL" in another/);
  assert.match(refusal([old, vulkan, openGl]), /api is "Vulkan" in one and "OpenGL"/);
});

Deno.test("collect() does not depend on the order of folders", () => {
  const paper = fakeRun();
  const quick = fakeRun({
    arms: [{ variant: CONV, testErrors: [200] }],
    environment: { profile: "quick", started: "2024-01-01T00:00:00Z" },
  });
  assert.deepEqual(collect([paper, quick], []), collect([quick, paper], []));
});

Deno.test("collect() has two rows for one variant at two profiles, and series that say which", () => {
  const { rows } = collect([fakeRun(), fakeRun({ environment: { profile: "quick" } })], []);
  assert.deepEqual(rows.map((row) => row.series), ["modern (paper)", "modern (quick)"]);
});

Deno.test("collect() has two rows for one variant at two learning rates, and series that say which", () => {
  const slow = fakeRun({ arms: [{ variant: { learning_rate: 0.05 }, testErrors: [null, null] }] });
  const { rows } = collect([slow, fakeRun({ environment: { started: "2024-02-01T00:00:00Z" } })], []);
  assert.deepEqual(rows.map((row) => row.series), ["modern, rate 0.05", "modern, rate 0.1"]);
  assert.deepEqual(rows.map((row) => row.name), ["784-10", "784-10"]);
  assert.deepEqual(rows.map((row) => row.summary === undefined), [true, false]);
});

Deno.test("collect() refuses a trial that belongs to no variant", () => {
  const run = fakeRun();
  const trials = run.trials.map((trial) => ({ ...trial, learning_rate: 0.7 }));
  assert.match(refusal([{ ...run, trials }]), /^Trial ".*" has learning rate "0\.7", which no variants\.csv/);
});

Deno.test("collect() keeps the rows of one network together", () => {
  const arms = [
    { testErrors: [1] },
    { variant: CONV, testErrors: [2] },
    { variant: { variant: "small-lecun", recipe: "lecun" }, testErrors: [3] },
  ];
  const { rows } = collect([fakeRun({ arms })], []);
  assert.deepEqual(rows.map((row) => row.variant.variant), ["small-modern", "small-lecun", "conv-modern"]);
  assert.deepEqual(rows.map((row) => row.name), ["784-10", "784-10", "conv 6"]);
});

Deno.test("collect() names variants by title if network and recipe don't tell them apart", () => {
  const arms = [
    { variant: { variant: "slow", title: "rate 0.01", learning_rate: 0.01 }, testErrors: [1] },
    { variant: { variant: "fast", title: "rate 0.1" }, testErrors: [2] },
  ];
  assert.deepEqual(collect([fakeRun({ arms })], []).rows.map((row) => row.name), ["rate 0.01", "rate 0.1"]);
});

Deno.test("collect() names variants by id if titles don't tell them apart either", () => {
  const arms = ["slow", "fast"].map((variant) => ({ variant: { variant, title: "784-10" }, testErrors: [1] }));
  assert.deepEqual(collect([fakeRun({ arms })], []).rows.map((row) => row.name), ["slow", "fast"]);
});

Deno.test("collect() names a variant without a trial, and has a row for one without a finished trial", () => {
  const arms = [{ testErrors: [null] }, { variant: CONV, testErrors: [] }];
  const { rows, untried } = collect([fakeRun({ arms })], []);
  assert.equal(rows.length, 1);
  assert.equal(rows[0]?.summary, undefined);
  assert.deepEqual(untried.map(({ name, variant }) => [name, variant.variant]), [["conv 6", "conv-modern"]]);
});

Deno.test("collect() refuses folders that don't belong together, with the reason", () => {
  const later = { started: "2024-02-01T00:00:00Z" };
  assert.match(refusal([fakeRun(), fakeRun({ environment: { suite: "other" } })]), /suites "fake", "other"/);
  assert.match(refusal([fakeRun(), fakeRun({ environment: later })]), /seed "1" was run twice/);
  const changed = (byte: string, firstSeed: number, started: string) =>
    fakeRun({ trial: { variant_sha256: byte.repeat(32) }, firstSeed, environment: { started } });
  const [one, two] = [changed("01", 20, "2024-03-01T00:00:00Z"), changed("02", 30, "2024-04-01T00:00:00Z")];
  assert.match(refusal([fakeRun(), one, two]), /"small-modern".* record was changed between them/);
  assert.equal(collect([fakeRun(), one], []).rows[0]?.trials.length, 6, "the first schema version tells nothing");
  const shorter = fakeRun({ trial: { epochs: 2 }, firstSeed: 9, environment: later });
  assert.match(refusal([fakeRun(), shorter]), /epochs is "3" in one and "2" in another/);
});

Deno.test("collect() accepts a failed trial that was run again with its seed", () => {
  const again = fakeRun({ arms: [{ testErrors: [100] }], environment: { started: "2024-02-01T00:00:00Z" } });
  const { rows } = collect([fakeRun({ arms: [{ testErrors: [null] }] }), again], []);
  assert.deepEqual(rows[0]?.trials.map((trial) => trial.status), ["failed", "done"]);
  assert.equal(rows[0]?.summary?.n, 1);
});

Deno.test("collect() refuses an unknown published id", () => {
  const run = fakeRun({ arms: [{ variant: { published: "nobody.net" }, testErrors: [100] }] });
  assert.match(refusal([run]), /"nobody.net", which data\/published.csv does not contain/);
  assert.equal(collect([run], [fakePublished({ id: "nobody.net", value: 1 })]).rows[0]?.published?.value, 1);
});
