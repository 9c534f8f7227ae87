import assert from "node:assert/strict";
import { syntheticDataset } from "../../data/synthetic/digits.ts";
import { type Backend, DeviceFault } from "../../device/backend.ts";
import { cpuTest } from "../../device/testing.ts";
import { MODERN } from "../../recipes/modern.ts";
import { readRun } from "../../results/folder/store.ts";
import type { Profile, Suite } from "../../suites/suite.ts";
import { tinyVariant } from "../testing.ts";
import { plan } from "./plan.ts";
import { type RunOptions, runPlan } from "./run.ts";

const profile: Profile = {
  trainImages: 40,
  validationImages: 10,
  testImages: 20,
  epochs: 2,
  seeds: 3,
  dataset: "synthetic",
};
const suite: Suite = {
  id: "tiny",
  title: "Tiny",
  question: "Does it run?",
  judgedOn: "test",
  variants: [tinyVariant()],
  profiles: { smoke: profile, quick: profile, paper: profile },
};

async function run(backend: Backend, options: Partial<RunOptions> = {}) {
  const folder = await Deno.makeTempDir();
  const summary = await runPlan({
    plan: plan(suite, { profile: "smoke" }),
    dataset: syntheticDataset({ train: 50, test: 20 }),
    backend,
    directory: `${folder}/run`,
    command: "a test",
    ...options,
  });
  const stored = readRun(`${folder}/run`);
  await Deno.remove(folder, { recursive: true });
  return { summary, stored };
}

cpuTest("runPlan() stores every trial of the plan, and counts down its progress", async (backend) => {
  const left: number[] = [];
  const { summary, stored } = await run(backend, { onProgress: ({ secondsLeft }) => left.push(secondsLeft) });
  assert.deepEqual(summary, { done: 3, failed: 0, interrupted: false });
  assert.deepEqual(stored.trials.map(({ seed }) => seed), [1, 2, 3]);
  assert.deepEqual(
    stored.trials.map(({ train_images, validation_images, test_images }) => [
      train_images,
      validation_images,
      test_images,
    ]),
    Array(3).fill([40, 10, 20]),
  );
  assert.equal(stored.epochs.length, 6);
  assert.ok(left.every((seconds) => seconds >= 0 && Number.isFinite(seconds)));
  assert.equal(left.at(-1), 0);
});

cpuTest("runPlan() trains an arm as long as its paper, and names another length as a departure", async (backend) => {
  const variants = [tinyVariant(), { ...tinyVariant(), id: "long", published: "lecun98.linear", paperEpochs: 3 }];
  const stored = async (epochs?: number) => {
    const options = { profile: "paper", seeds: 1, ...(epochs && { epochs }) } as const;
    const { trials, epochs: rows, variants: arms } =
      (await run(backend, { plan: plan({ ...suite, variants }, options) })).stored;
    return { lengths: trials.map((trial) => trial.epochs), rows: rows.length, departures: arms[1]!.departures };
  };
  const { departures } = MODERN;
  assert.deepEqual(await stored(), { lengths: [2, 3], rows: 5, departures });
  const otherLength = "4 passes in place of the profile's 3";
  assert.deepEqual(await stored(4), { lengths: [4, 4], rows: 8, departures: [otherLength, ...departures] });
});

/** A backend whose check throws `fault` in the second trial: from then on where it is lost, else once. */
function faulty(backend: Backend, fault: DeviceFault): Backend {
  let checks = 0;
  // Each trial asks after either epoch, after the training and after the evaluation; the run asks once between trials.
  return {
    ...backend,
    check() {
      checks++;
      if (checks === 7 || (checks > 7 && fault.lost)) throw fault;
    },
  };
}

cpuTest("runPlan() fails only the trial that a fault of the device strikes", async (backend) => {
  const { summary, stored } = await run(faulty(backend, new DeviceFault("A shader is wrong")));
  assert.deepEqual(summary, { done: 2, failed: 1, interrupted: false });
  assert.deepEqual(stored.trials.map(({ reason }) => reason), ["", "A shader is wrong", ""]);
});

cpuTest("runPlan() stops when the device is lost, and does not record its trial", async (backend) => {
  const { summary, stored } = await run(faulty(backend, new DeviceFault("The device is gone", true)));
  assert.deepEqual(summary, { done: 1, failed: 0, interrupted: false, lost: "The device is gone" });
  assert.deepEqual(stored.trials.map(({ seed, status }) => [seed, status]), [[1, "done"]]);
});

cpuTest("runPlan() keeps the finished trials after an abort and drops the current one", async (backend) => {
  const controller = new AbortController();
  const { summary, stored } = await run(backend, {
    signal: controller.signal,
    onTrial: () => controller.abort(new Error("enough")),
  });
  assert.deepEqual(summary, { done: 1, failed: 0, interrupted: true });
  assert.equal(stored.trials.length, 1);
});
