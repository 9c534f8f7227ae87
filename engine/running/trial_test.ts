import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { Stopwatch } from "../../base/stopwatch.ts";
import { split } from "../../data/split.ts";
import { syntheticDataset } from "../../data/synthetic/digits.ts";
import { type Backend, DeviceFault, startBackend } from "../../device/backend.ts";
import { cpuTest, gpuTest } from "../../device/testing.ts";
import { STOCK_KERNELS, TUNED_KERNELS } from "../../kernels/mod.ts";
import { epochRow } from "../../results/rows/epochs.ts";
import { errorRow } from "../../results/rows/errors.ts";
import { trialRow } from "../../results/rows/trials.ts";
import type { Profile, Suite } from "../../suites/suite.ts";
import { tinyVariant } from "../testing.ts";
import { plan, type Trial } from "./plan.ts";
import { runTrial } from "./trial.ts";
import type { TrialContext } from "./trial_context.ts";

const SIZES = { trainImages: 60, validationImages: 20, testImages: 30 };
const PROFILE: Profile = { ...SIZES, epochs: 2, seeds: 1, dataset: "synthetic" };
const SUITE: Suite = {
  id: "tests",
  title: "Tests",
  question: "Does a trial become rows?",
  judgedOn: "test",
  variants: [tinyVariant()],
  profiles: { smoke: PROFILE, quick: PROFILE, paper: PROFILE },
};

const DIGITS = syntheticDataset({ train: 80, test: 30 });
const IMAGES = split(DIGITS, SIZES);

function context(backend: Backend, changes: Partial<TrialContext> = {}): TrialContext {
  return {
    plan: plan(SUITE, { profile: "smoke" }),
    dataset: DIGITS,
    images: () => IMAGES,
    backend,
    stopwatch: new Stopwatch(),
    versions: { program: "0.0.0", commit: "unknown", deno: "2", v8: "15", tfjs: "4" },
    ...changes,
  };
}

function trialOf({ plan }: TrialContext): Trial {
  return plan.trials[0]!;
}

gpuTest("runTrial() returns rows that the schemas accept and that agree with each other", async (backend) => {
  let compiled = 0;
  const shared = context(backend, { onCompiling: () => compiled++ });
  const { trial, epochs, errors } = await runTrial(trialOf(shared), shared);
  assert.deepEqual(trialRow.parse(trial), trial);
  for (const row of epochs) assert.deepEqual(epochRow.parse(row), row);
  for (const row of errors) assert.deepEqual(errorRow.parse(row), row);

  assert.deepEqual(
    [trial.trial, trial.status, trial.reason, trial.parameters],
    ["tests/tiny/1", "done", "", 7850],
  );
  assert.deepEqual([trial.train_images, trial.validation_images, trial.test_images], [60, 20, 30]);
  assert.deepEqual([trial.dataset, trial.dataset_sha256], ["synthetic", DIGITS.sha256]);
  assert.deepEqual([trial.backend, trial.adapter], ["webgpu", backend.adapter.name]);
  assert.match(trial.weights_sha256, /^[0-9a-f]{64}$/);

  assert.ok(trial.compile_seconds! > 0 && trial.compile_seconds! < trial.train_seconds! + trial.evaluate_seconds!);
  assert.equal(compiled, new Set([60 % trial.batch, Math.min(60, trial.batch)].filter((n) => n > 0)).size + 2);

  assert.deepEqual(epochs.map(({ epoch }) => epoch), [1, 2]);
  const last = epochs.at(-1)!;
  assert.deepEqual(
    [trial.train_loss, trial.train_error_pct, trial.validation_error_pct],
    [last.train_loss, last.train_error_pct, last.validation_error_pct],
  );
  assert.equal(trial.validation_error_pct, 100 * trial.validation_errors! / 20);
  assert.equal(trial.test_errors, errors.length);
  assert.equal(trial.test_error_pct, 100 * errors.length / 30);
  for (const { test_index, true_label, predicted } of errors) {
    assert.equal(true_label, IMAGES.test.labels[test_index]);
    assert.notEqual(predicted, true_label);
  }
  assert.ok(errors.every(({ margin }) => margin! > 0));
  assert.ok(epochs.every(({ test_error_pct }) => test_error_pct === null));
});

gpuTest("runTrial() tests after every epoch if the suite asks for it, and trains the same weights", async (backend) => {
  const asking = (judgedOn: Suite["judgedOn"]) => {
    const suite: Suite = { ...SUITE, judgedOn, measures: { testErrorByEpoch: true } };
    return context(backend, { plan: plan(suite, { profile: "smoke" }) });
  };
  const [plain, tested, judged] = [context(backend), asking("test"), asking("validation")];
  const without = await runTrial(trialOf(plain), plain);
  const { trial, epochs } = await runTrial(trialOf(tested), tested);
  assert.equal(trial.weights_sha256, without.trial.weights_sha256);
  assert.equal(trial.variant_sha256, without.trial.variant_sha256);
  assert.equal(epochs.length, 2);
  assert.equal(typeof epochs[0]!.test_error_pct, "number");
  assert.equal(epochs.at(-1)!.test_error_pct, trial.test_error_pct);
  for (const { test_error_pct } of (await runTrial(trialOf(judged), judged)).epochs) assert.equal(test_error_pct, null);
});

cpuTest("runTrial() never sees the test set of a suite that judges on the validation images", async (backend) => {
  const validating = plan({ ...SUITE, judgedOn: "validation" }, { profile: "smoke" });
  const test = {
    ...IMAGES.test,
    get pixels(): Uint8Array<ArrayBuffer> {
      throw new Error("the test images were read");
    },
  };
  const shared = context(backend, { plan: validating, images: () => ({ ...IMAGES, test }) });
  const { trial, errors } = await runTrial(trialOf(shared), shared);
  assert.deepEqual([trial.status, trial.test_images, trial.test_errors, trial.test_error_pct], ["done", 0, null, null]);
  assert.deepEqual(errors, []);
  assert.equal(typeof trial.validation_errors, "number");
});

cpuTest("runTrial() fails the row on a fault of the device, with the reason", async (backend) => {
  const check = () => {
    throw new DeviceFault("WebGPU reported: no such shader");
  };
  const before = tf.memory().numTensors;
  const shared = context({ ...backend, check });
  const { trial, epochs, errors } = await runTrial(trialOf(shared), shared);
  assert.deepEqual(trialRow.parse(trial), trial);
  assert.deepEqual([trial.status, trial.reason], ["failed", "WebGPU reported: no such shader"]);
  assert.deepEqual([trial.test_errors, trial.train_loss, trial.weights_sha256], [null, null, ""]);
  assert.deepEqual([epochs, errors], [[], []]);
  assert.equal(tf.memory().numTensors, before);
});

cpuTest("runTrial() fails the row on a fault that shows only after the training", async (backend) => {
  let checks = 0;
  const check = () => {
    // Once an epoch and once at the training's end; the next is after the evaluation.
    if (++checks > PROFILE.epochs + 1) throw new DeviceFault("lost");
  };
  const shared = context({ ...backend, check });
  const { trial } = await runTrial(trialOf(shared), shared);
  assert.deepEqual([trial.status, trial.test_errors], ["failed", null]);
});

cpuTest("runTrial() fails the row on an error that the device reports only after the evaluation", async (backend) => {
  let checks = 0;
  let fault: DeviceFault | undefined;
  const check = () => {
    // After the training; the error is an event, whose turn comes later.
    if (++checks === PROFILE.epochs + 1) setTimeout(() => fault = new DeviceFault("late"), 0);
    if (fault) throw fault;
  };
  const shared = context({ ...backend, check });
  const { trial } = await runTrial(trialOf(shared), shared);
  assert.deepEqual([trial.status, trial.reason], ["failed", "late"]);
});

for (const kernels of [STOCK_KERNELS, TUNED_KERNELS]) {
  Deno.test(`runTrial() fails the row when the device is lost within a trial (${kernels.name})`, async () => {
    const backend = await startBackend("webgpu", { kernels });
    try {
      const { device } = tf.backend() as WebGPUBackend;
      const { lanes } = backend;
      // At the end of the first epoch, after its check.
      const shared = context(backend, { onProgress: () => device.destroy() });
      const { trial } = await runTrial(trialOf(shared), shared);
      assert.equal(trial.status, "failed");
      assert.match(trial.reason, /^The WebGPU device was lost/);
      assert.equal(trial.kernels, kernels.name, "those of the backend that ran it");
      assert.equal(trial.lanes, lanes);
    } finally {
      backend.stop();
    }
  });
}

cpuTest("runTrial() fails the row when the training diverges", async (backend) => {
  const diverging = plan({ ...SUITE, variants: [{ ...tinyVariant(), learningRate: 1e38 }] }, { profile: "smoke" });
  const shared = context(backend, { plan: diverging });
  const { trial } = await runTrial(trialOf(shared), shared);
  assert.equal(trial.status, "failed");
  assert.match(trial.reason, /^The loss became /);
});

cpuTest("runTrial() throws a mistake in the program, and does not record it", async (backend) => {
  const mistake = new TypeError("a bug");
  const onProgress = () => {
    throw mistake;
  };
  const shared = context(backend, { onProgress });
  await assert.rejects(runTrial(trialOf(shared), shared), (error) => error === mistake);
});

cpuTest("runTrial() throws an abort, and does not record it", async (backend) => {
  const long = plan(SUITE, { profile: "smoke", epochs: 10_000 });
  const controller = new AbortController();
  const onProgress = () => controller.abort();
  const shared = context(backend, { plan: long, signal: controller.signal, onProgress });
  await assert.rejects(runTrial(trialOf(shared), shared), { name: "AbortError" });
});
