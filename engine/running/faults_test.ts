import assert from "node:assert/strict";
import type { ImageSet } from "../../data/dataset.ts";
import { startBackend } from "../../device/backend.ts";
import { currentDevice } from "../../device/device_work.ts";
import { withDeviceMemory } from "../../device/testing.ts";
import { TUNED_KERNELS } from "../../kernels/mod.ts";
import { readRun, type Run } from "../../results/folder/store.ts";
import type { Profile, Suite, Variant } from "../../suites/suite.ts";
import { numberedImages, tinyVariant } from "../testing.ts";
import { plan } from "./plan.ts";
import { type RunOptions, runPlan, type RunSummary } from "./run.ts";

/** Bytes of one image in the network's input. */
const IMAGE = 28 * 28 * 4;

/** A device with no more than WebGPU's least limit on a buffer in a shader, whatever the adapter has to offer. */
const LEAST_BINDING = 2 ** 27;

/**
 * Runs `variants` on a device of their own with the tuned kernels, one seed, two epochs; `set` is trained on and
 * tested.
 */
async function run(
  variants: readonly Variant[],
  { set = numberedImages(60), ...options }: { set?: ImageSet } & Pick<RunOptions, "onTrial" | "onProgress"> = {},
): Promise<{ summary: RunSummary; stored: Run }> {
  const all = { trainImages: "all", validationImages: 0, testImages: 20 } as const;
  const profile: Profile = { ...all, epochs: 2, seeds: 1, dataset: "synthetic" };
  const suite: Suite = {
    id: "faulty",
    title: "Faulty",
    question: "What is left after a fault?",
    judgedOn: "test",
    variants,
    profiles: { smoke: profile, quick: profile, paper: profile },
  };
  const dataset = { id: "numbered", title: "Numbered", sha256: "0".repeat(64), train: set, test: numberedImages(20) };
  const folder = await Deno.makeTempDir();
  const backend = await startBackend("webgpu", { kernels: TUNED_KERNELS });
  try {
    const work = { plan: plan(suite, { profile: "smoke" }), dataset, backend, directory: `${folder}/run` };
    const summary = await runPlan({ ...work, command: "a test", ...options });
    return { summary, stored: readRun(`${folder}/run`) };
  } finally {
    backend.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

function tiny(id: string, { batch = 20, learningRate = 0.01 } = {}): Variant {
  const variant = tinyVariant();
  return { ...variant, id, learningRate, recipe: { ...variant.recipe, batch } };
}

Deno.test("runPlan() fails a trial whose loss diverges, with the reason, and runs the others as without it", async () => {
  const { summary, stored } = await run([tiny("a"), tiny("wild", { learningRate: 1e38 }), tiny("b")]);
  assert.deepEqual(summary, { done: 2, failed: 1, interrupted: false });
  const [a, wild, b] = stored.trials;
  assert.equal(wild!.status, "failed");
  assert.match(wild!.reason, /^The loss became (NaN|Infinity) in step \d of epoch 1 \(step size .*\): it diverged$/);
  assert.deepEqual([a!.status, b!.status], ["done", "done"]);
  assert.equal(a!.weights_sha256, b!.weights_sha256, "the same seed and network");
});

Deno.test("runPlan() stops when the device is lost within a trial, and keeps the trials before it", async () => {
  const { summary, stored } = await run([tiny("a"), tiny("b"), tiny("c")], {
    onProgress: ({ trial, training }) => {
      if (trial.variant.id === "b" && training.epoch === 1) currentDevice().destroy();
    },
  });
  assert.match(summary.lost!, /^The WebGPU device was lost \(destroyed\): /);
  assert.deepEqual([summary.done, summary.failed], [1, 0]);
  assert.deepEqual(stored.trials.map(({ variant, status }) => [variant, status]), [["a", "done"]]);
  assert.equal(stored.epochs.length, 2);
});

/** Calls `body` where a device has no more than WebGPU's least limits on the sizes of buffers. */
async function withLeastLimits(body: () => Promise<void>): Promise<void> {
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = function ({ requiredLimits: _, ...rest } = {}) {
    return requestDevice.call(this, rest);
  };
  try {
    await body();
  } finally {
    GPUAdapter.prototype.requestDevice = requestDevice;
  }
}

Deno.test("runPlan() fails a trial whose batch exceeds the device's buffers, says what fits, and runs the others", () =>
  withLeastLimits(async () => {
    const most = Math.floor(LEAST_BINDING / IMAGE);
    const set = numberedImages(most + 100);
    const { summary, stored } = await run([tiny("large", { batch: set.count }), tiny("b", { batch: 4096 })], { set });
    assert.deepEqual(summary, { done: 1, failed: 1, interrupted: false });
    const [, batch, largest, why] =
      /^A batch of (\d+) images does not fit the device, (\d+) is the largest found that does: (.*)$/
        .exec(stored.trials[0]!.reason) ?? [];
    assert.equal(Number(batch), set.count);
    assert.ok(Number(largest) <= most && Number(largest) > most / (1 + 1 / 32) - 1, `${largest} of ${most}`);
    assert.match(why!, /^WebGPU reported: .*134217728/);
  }));

Deno.test("runPlan() fails a trial whose batch exceeds the device's memory, says what fits, and runs the others", () =>
  withDeviceMemory(20e6, async () => {
    const set = numberedImages(10_000);
    const { summary, stored } = await run([tiny("large", { batch: set.count }), tiny("b", { batch: 600 })], { set });
    assert.deepEqual(summary, { done: 1, failed: 1, interrupted: false });
    assert.match(
      stored.trials[0]!.reason,
      /^A batch of 10000 images does not fit .*, \d+ is the .*: WebGPU reported: Not enough memory left$/,
    );
  }));
