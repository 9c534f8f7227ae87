import assert from "node:assert/strict";
import { type Backend, DeviceFault, faultOf, startBackend } from "../../device/backend.ts";
import { currentDevice } from "../../device/device_work.ts";
import { cpuTest, gpuTest, withDeviceMemory } from "../../device/testing.ts";
import type { Variant } from "../../suites/suite.ts";
import { numberedImages, tinyVariant } from "../testing.ts";
import { buildNetwork } from "./build_network.ts";
import { largestBatch } from "./largest_batch.ts";
import { train } from "./train.ts";

const SET = numberedImages(3000);

function tiny(batch: number): Variant {
  const variant = tinyVariant();
  return { ...variant, recipe: { ...variant.recipe, batch } };
}

const buildOn = (backend: Backend) => () => buildNetwork(tinyVariant(), { seed: 0, backend });

Deno.test("largestBatch() finds a batch that can be trained on when one a little larger can't", () =>
  withDeviceMemory(5e6, async () => {
    const backend = await startBackend("webgpu");
    /** The whole set twice, as a trial does; a batch that does not fit causes all kinds of errors in TensorFlow.js. */
    const fits = async (batch: number): Promise<boolean> => {
      await backend.renew();
      const network = buildNetwork(tinyVariant(), { seed: 0, backend });
      const { recipe, learningRate } = tiny(batch);
      const isTrained = await train(network, SET, { recipe, learningRate, epochs: 2, seed: 0, backend })
        .then(() => true, () => false);
      network.dispose();
      return isTrained && await faultOf(backend) === undefined;
    };
    try {
      const largest = await largestBatch(tiny(SET.count), { build: buildOn(backend), set: SET, backend });
      assert.ok(largest !== undefined);
      assert.equal(await faultOf(backend), undefined, "left with a device that works");
      assert.equal(await fits(largest), true, `${largest}`);
      const more = Math.ceil(largest * 33 / 32) + 1;
      assert.equal(await fits(more), false, `${more}`);
    } finally {
      backend.stop();
    }
  }));

gpuTest("largestBatch() finds nothing when the batch works, however the device was left", async (backend) => {
  currentDevice().createShaderModule({ code: "no shader" });
  assert.equal(await largestBatch(tiny(20), { build: buildOn(backend), set: SET, backend }), undefined);
  currentDevice().destroy();
  assert.equal(await largestBatch(tiny(20), { build: buildOn(backend), set: SET, backend }), undefined);
});

Deno.test("largestBatch() finds nothing when not even one image fits", () =>
  withDeviceMemory(1000, async () => {
    const backend = await startBackend("webgpu");
    try {
      assert.equal(await largestBatch(tiny(20), { build: buildOn(backend), set: SET, backend }), undefined);
    } finally {
      backend.stop();
    }
  }));

Deno.test("largestBatch() finds nothing when no device is available any more, which counts as lost", async () => {
  const backend = await startBackend("webgpu");
  const { requestAdapter } = navigator.gpu;
  navigator.gpu.requestAdapter = () => Promise.resolve(null);
  try {
    assert.equal(await largestBatch(tiny(20), { build: buildOn(backend), set: SET, backend }), undefined);
    const isLost = (error: unknown) =>
      error instanceof DeviceFault && error.lost &&
      /^The WebGPU device was lost and can't be started/.test(error.message);
    assert.throws(() => backend.check(), isLost);
    assert.throws(() => backend.check(), isLost, "for good");
  } finally {
    navigator.gpu.requestAdapter = requestAdapter;
    backend.stop();
  }
});

cpuTest("largestBatch() throws the signal's reason", async (backend) => {
  const reason = new Error("enough");
  const search = largestBatch(tiny(1), {
    build: buildOn(backend),
    set: numberedImages(3000),
    backend,
    signal: AbortSignal.abort(reason),
  });
  await assert.rejects(search, (error) => error === reason);
});
