import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { syntheticDataset } from "../../data/synthetic/digits.ts";
import type { Backend } from "../../device/backend.ts";
import { currentDevice } from "../../device/device_work.ts";
import { withTunedKernels } from "../../kernels/testing.ts";
import { LECUN_1998 } from "../../recipes/lecun1998.ts";
import type { Variant } from "../../suites/suite.ts";
import { tinyVariant } from "../testing.ts";
import { type SlicedOptions, SlicedTraining } from "./sliced_training.ts";

const { train } = syntheticDataset({ train: 40, test: 10 });

function training(variant: Variant, backend: Backend, options: Partial<SlicedOptions> = {}): SlicedTraining {
  return new SlicedTraining(variant, { epochs: 2, images: { train }, backend, readsDeviceTime: false, ...options });
}

Deno.test("SlicedTraining takes as many steps as it is asked for, over the ends of epochs and trainings, and frees all", () =>
  withTunedKernels(async (backend) => {
    const variant = tinyVariant();
    const tensors = tf.memory().numTensors;
    const sliced = training({ ...variant, recipe: { ...variant.recipe, batch: 16 } as Variant["recipe"] }, backend);
    // An epoch is three steps, a training two epochs.
    for (const steps of [1, 2, 7, 20]) {
      const slice = await sliced.take(steps);
      assert.equal(slice.steps, steps);
      assert.ok(slice.wallMs > 0 && slice.cpuMs >= 0);
      assert.ok(!("deviceMs" in slice));
    }
    await sliced.stop();
    assert.equal(tf.memory().numTensors, tensors);
  }));

Deno.test("SlicedTraining trains pattern by pattern, some at a time, and two variants in turn", () =>
  withTunedKernels(async (backend) => {
    const variant = tinyVariant();
    const patterns = training({ ...variant, recipe: LECUN_1998, learningRate: 1e-4 }, backend);
    const batches = training(variant, backend);
    for (let round = 0; round < 2; round++) {
      assert.ok((await patterns.take(10)).steps >= 10);
      assert.equal((await batches.take(3)).steps, 3);
    }
    await Promise.all([patterns.stop(), batches.stop()]);
  }));

Deno.test("SlicedTraining reads the device's time stamps if asked to, and the device has them", () =>
  withTunedKernels(async (backend) => {
    const sliced = training(tinyVariant(), backend, { readsDeviceTime: true });
    await sliced.take(2);
    const { deviceMs } = await sliced.take(2);
    assert.equal(deviceMs !== undefined, currentDevice().features.has("timestamp-query"));
    await sliced.stop();
  }));

Deno.test("SlicedTraining throws the failure of its training from the slice that meets it", () =>
  withTunedKernels(async (backend) => {
    const sliced = training({ ...tinyVariant(), recipe: { ...LECUN_1998, batch: 20 } }, backend);
    await assert.rejects(sliced.take(1), /pattern by pattern, which has no batches of 20/);
    await sliced.stop();
  }));
