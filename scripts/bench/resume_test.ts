import assert from "node:assert/strict";
import { parse } from "@optique/core";
import { withFolder } from "../../base/testing.ts";
import type { Environment } from "../../results/folder/environment.ts";
import { createRun } from "../../results/folder/store.ts";
import { fakeRun } from "../../results/testing.ts";
import { type BenchOptions, benchOptions } from "./options.ts";
import { resumeCommand, resumedOptions } from "./resume.ts";

type Asked = NonNullable<Environment["plan"]["options"]>;

const ASKED: Asked = {
  profile: "smoke",
  seeds: 3,
  firstSeed: 4,
  epochs: 2,
  trainImages: 80,
  validationImages: 0,
  testImages: 20,
  filter: '-a "b", c',
  transpose: true,
  dataset: "mnist",
  backend: "webgpu",
  kernels: "tuned",
};

/** A run in `folder` that was started with the options `asked`. */
function started(folder: string, asked: Asked | null = ASKED, suite = "lenet300"): string {
  const run = fakeRun({ arms: [{ testErrors: [1] }] });
  const command = asked === null ? "runSuite of suite x" : `deno task bench ${suite} --profile ${asked.profile}`;
  const plan = { seeds: [], shard: null, options: asked };
  createRun(folder, { ...run, environment: { ...run.environment, suite, command, plan } });
  return folder;
}

function optionsOf(...args: string[]): BenchOptions {
  const parsed = parse(benchOptions, args);
  assert.ok(parsed.success);
  return parsed.value;
}

/** What `deno task bench --resume run ...args` would run. */
const resumed = (run: string, ...args: string[]) =>
  resumedOptions({ ...optionsOf("--resume", run, ...args), resume: run }, ["--resume", run, ...args]);

Deno.test("resumedOptions() reads the options that the run was started with, quotes included", () =>
  withFolder((parent) => {
    const run = started(`${parent}/run`);
    const { suite, profile, seeds, firstSeed, epochs, filter, dataset, kernels, resume, out } = resumed(run);
    assert.deepEqual([suite, profile, seeds, firstSeed, epochs, filter], ["lenet300", "smoke", 3, 4, 2, '-a "b", c']);
    assert.deepEqual([dataset, kernels, resume, out], ["mnist", "tuned", run, undefined]);
    const { trainImages, validationImages, testImages, transpose } = resumed(run);
    assert.deepEqual([trainImages, validationImages, testImages, transpose], [80, 0, 20, true]);
  }));

Deno.test("resumedOptions() accepts the same options again, and those that change no result", () =>
  withFolder((parent) => {
    const run = started(`${parent}/run`);
    resumed(run, "lenet300", "-p", "smoke", "--first-seed", "4", "--backend", "webgpu", "--seeds", "3");
    const { dataDir, retryFailed, checkpointSeconds } = resumed(
      run,
      ...["--data-dir", "data", "--retry-failed", "--checkpoint-seconds", "0"],
    );
    assert.deepEqual([dataDir, retryFailed, checkpointSeconds], ["data", true, 0]);
  }));

Deno.test("resumedOptions() refuses what contradicts the run, a typed default too", () =>
  withFolder((parent) => {
    const run = started(`${parent}/run`);
    const cases = [
      ["pooling"],
      ["--profile", "quick"],
      ["--profile=quick"],
      ["-p", "paper"],
      ["--seeds", "4"],
      ["--train-images", "81"],
      ["--test-images", "10"],
      ["--first-seed", "1"],
      ["--backend", "cpu"],
      ["--kernels", "stock"],
      ["--out", "elsewhere"],
      ["--dry-run"],
    ];
    for (const args of cases) {
      assert.throws(
        () => resumed(run, ...args),
        {
          name: "UserError",
          message: /^Cannot resume ".*" with (suite|--[a-z-]+) ".*": it was started by "deno task bench lenet300 /,
        },
        args.join(" "),
      );
    }
  }));

Deno.test("resumedOptions() names a refused option as it is typed", () =>
  withFolder((parent) => {
    const run = started(`${parent}/run`);
    assert.throws(() => resumed(run, "--first-seed", "1"), /run" with --first-seed "1": it was started by/);
    assert.throws(() => resumed(run, "-p", "quick"), /run" with --profile "quick": /);
    assert.throws(() => resumed(run, "--shard", "1/2"), /run" with --shard "1\/2": /);
  }));

Deno.test("resumedOptions() accepts --dataset auto again, though the run's command names the data it found", () =>
  withFolder((parent) => {
    for (const found of ["mnist", "usps", "synthetic"]) {
      const run = started(`${parent}/${found}`, { profile: "quick", dataset: found });
      assert.equal(resumed(run, "lenet300", "--dataset", "auto").dataset, found);
    }
    const run = started(`${parent}/run`);
    assert.throws(() => resumed(run, "--dataset", "synthetic"), /with --dataset "synthetic"/);
    assert.throws(() => resumed(run, "--filter", "auto"), /with --filter "auto"/);
  }));

Deno.test("resumedOptions() needs the folder of another data set typed again", () =>
  withFolder((parent) => {
    const run = started(`${parent}/run`, { profile: "smoke" });
    assert.equal(resumed(run).dataDir, undefined);
    assert.equal(resumed(run, "--data-dir", "mine").dataDir, "mine");
  }));

Deno.test("resumedOptions() refuses another program's run and a folder without a run, and names the remedy", () =>
  withFolder((parent) => {
    const library = started(`${parent}/library/run`, null);
    assert.throws(() => resumed(library), /written by "runSuite of suite x", which is not a command of this program/);
    assert.throws(() => resumed(`${parent}/nothing`), /^UserError: Cannot read run ".*nothing"/);
  }));

Deno.test("resumedOptions() of several suites reads what they have in common from the first", () =>
  withFolder((parent) => {
    const all = `${parent}/all`;
    started(`${all}/pooling`, { profile: "quick", seeds: 9, dataset: "mnist" }, "pooling");
    started(`${all}/augmentation`, { profile: "smoke", seeds: 2, dataset: "synthetic" }, "augmentation");
    const { suite, profile, seeds, dataset, resume, checkpointSeconds } = resumed(all, "--checkpoint-seconds", "5");
    assert.deepEqual([suite, profile, seeds, dataset], [undefined, "smoke", undefined, "synthetic"]);
    assert.deepEqual([resume, checkpointSeconds], [all, 5]);
    assert.throws(() => resumed(all, "--profile", "quick"), /all\/augmentation" with --profile "quick": /);
    assert.throws(
      () => resumed(all, "pooling"),
      /all" with suite "pooling": it contains a run for each of several suites\. .* e\.g\. ".*--resume .*all\/augmentation"/,
    );
  }));

Deno.test("resumeCommand() survives a shell", () => {
  assert.equal(
    resumeCommand("results/runs/a-b", { dataDir: undefined }),
    "deno task bench --resume results/runs/a-b",
  );
  assert.equal(
    resumeCommand("my run", { dataDir: "it's", dataStore: "store" }),
    `deno task bench --resume 'my run' --data-dir 'it'\\''s' --data-store store`,
  );
});
